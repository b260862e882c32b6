"""Assignments through the import: by key or name, once each, into one arm."""

from pathlib import Path

import pytest

from campaigns.models import Assignment, Initiative
from customers.models import Source
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db
HEADER = "initiative,external_id,arm,at\n"


@pytest.fixture
def mail() -> Source:
    InitiativeFactory.create(key="lights", name="Christmas lights", is_stale=False)
    return SourceFactory.create(key="mail")


def told(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8-sig").splitlines()[1:]


def arms() -> dict[str, str]:
    return dict(Assignment.objects.values_list("record__external_id", "arm"))


def test_they_land_and_the_initiative_is_to_be_judged_again(mail: Source, bring: Bring) -> None:
    rows = "lights,A,treated,2026-11-05\nChristmas Lights,B,HOLDOUT,2026-11-05\n"

    done = bring(mail, HEADER + rows)

    assert (done.read_count, done.changed_count, done.rejected_count) == (2, 2, 0)
    assert arms() == {"A": "treated", "B": "holdout"}
    assert Initiative.objects.get().is_stale


def test_an_unknown_initiative_is_sent_back_by_row(mail: Source, bring: Bring) -> None:
    done = bring(mail, HEADER + "lights,A,treated,2026-11-05\nlamps,B,treated,2026-11-05\n")

    assert (done.read_count, done.accepted_count, done.rejected_count) == (2, 1, 1)
    sentence = "the key or the name of an initiative that is logged here: lights"
    assert told(done.errors_path) == [
        (
            f"lamps,B,treated,2026-11-05,2,initiative,lamps,{sentence},"
            f"initiative is “lamps”; expected {sentence}."
        )
    ]
    assert arms() == {"A": "treated"}


def test_twice_is_once(mail: Source, bring: Bring) -> None:
    bring(mail, HEADER + "lights,A,treated,2026-11-05\n")
    Initiative.objects.update(is_stale=False)

    again = bring(mail, HEADER + "lights,A,treated,2026-11-06\nlights,A,treated,2026-11-07\n")

    assert (again.changed_count, again.unchanged_count) == (0, 2)
    assert Assignment.objects.get().at.isoformat() == "2026-11-05T00:00:00+00:00"
    assert not Initiative.objects.get().is_stale


def test_nobody_changes_arms(mail: Source, bring: Bring) -> None:
    bring(mail, HEADER + "lights,A,treated,2026-11-05\n")

    done = bring(mail, HEADER + "lights,A,holdout,2026-11-06\nlights,B,holdout,2026-11-06\n")

    assert (done.accepted_count, done.rejected_count) == (1, 1)
    assert told(done.errors_path)[0].startswith("lights,A,holdout,2026-11-06,1,arm,holdout,")
    assert arms() == {"A": "treated", "B": "holdout"}


def test_a_file_that_puts_one_person_into_both_arms(mail: Source, bring: Bring) -> None:
    done = bring(mail, HEADER + "lights,A,holdout,2026-11-06\nlights,A,treated,2026-11-06\n")

    assert (done.accepted_count, done.changed_count, done.rejected_count) == (0, 0, 2)
    assert arms() == {}
