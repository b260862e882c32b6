"""A file of assignments through the import: who lands, who is sent back and why."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from pytest_django import Settings

from campaigns.actions.assignments import land
from campaigns.models import Assignment, Initiative
from customers.actions import imports
from customers.actions.kinds import KINDS, Landed
from customers.actions.work import Progress
from customers.intake.mapping import parse
from customers.intake.rejected import Rejected
from customers.models import Customer, Record, Source
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.mappings import MENS_MAIL

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def mail() -> Source:
    return Source.objects.create(key="mail", name="Mail", department=DepartmentFactory.create())


def landed(source: Source, *rows: tuple[Any, ...], at: datetime = AT) -> Landed:
    """Land rows of (initiative, external id, arm, outcome, covariate) as the import stages them."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged, resolved")
        cursor.execute(
            "CREATE TEMPORARY TABLE staged (row bigint, initiative text, external_id text,"
            " arm text, at timestamptz, unit text, covariate jsonb, outcome jsonb,"
            " record_id bigint)"
        )
        for number, (initiative, name, arm, *brought) in enumerate(rows, start=1):
            outcome, covariate = [*brought, None, None][:2]
            record = record_of(source, name)
            cursor.execute(
                "INSERT INTO staged VALUES (%s, %s, %s, %s, %s, NULL, %s, %s, %s)",
                [number, initiative, name, arm, at, covariate, outcome, record.pk],
            )
        return land(cursor, source_id=source.pk, at=LATER)


def record_of(source: Source, name: str) -> Record:
    known = Record.objects.filter(source=source, external_id=name).first()
    if known:
        return known
    number = Record.objects.count() + 1
    customer = Customer.objects.create(id=number)
    return Record.objects.create(
        id=number, source=source, external_id=name, customer=customer, certain_id=customer.pk
    )


def arms() -> dict[str, str]:
    rows = Assignment.objects.select_related("record").order_by("record__external_id")
    return {row.record.external_id: row.arm for row in rows}


def test_the_kind_is_registered_with_what_lands_it() -> None:
    assert KINDS["assignments"].land is land
    assert KINDS["assignments"].kind.required == ("initiative", "external_id", "arm", "at")


def test_people_land_in_their_arms_with_what_the_file_brings(mail: Source) -> None:
    InitiativeFactory.create(key="lights", name="Christmas lights")

    result = landed(
        mail,
        ("lights", "ada", "treated", '{"outcome.spend": 29.99}', '{"covariate.history": 142.44}'),
        ("christmas LIGHTS", "bob", "holdout"),
    )

    assert result == Landed(changed=2, unchanged=0, rejected=[])
    assert arms() == {"ada": "treated", "bob": "holdout"}
    ada = Assignment.objects.get(record__external_id="ada")
    assert (ada.outcomes, ada.covariates, ada.at) == ({"spend": 29.99}, {"history": 142.44}, AT)
    bob = Assignment.objects.get(record__external_id="bob")
    assert (bob.outcomes, bob.covariates, bob.unit) == ({}, {}, "")


def test_the_same_file_again_changes_nothing(mail: Source) -> None:
    InitiativeFactory.create(key="lights", is_stale=False)
    rows = (("lights", "ada", "treated", '{"outcome.spend": 1}'), ("lights", "bob", "holdout"))
    landed(mail, *rows)
    assert Initiative.objects.get().is_stale
    Initiative.objects.update(is_stale=False)

    assert landed(mail, *rows) == Landed(changed=0, unchanged=2, rejected=[])
    assert not Initiative.objects.get().is_stale


def test_later_outcomes_are_added_and_the_first_moment_stays(mail: Source) -> None:
    InitiativeFactory.create(key="lights")
    landed(mail, ("lights", "ada", "treated", '{"outcome.visit": 1, "outcome.spend": 0}'))

    result = landed(mail, ("lights", "ada", "treated", '{"outcome.spend": 5}'), at=LATER)

    assert result == Landed(changed=1, unchanged=0, rejected=[])
    ada = Assignment.objects.get()
    assert (ada.outcomes, ada.at) == ({"visit": 1, "spend": 5}, AT)


def test_a_repeated_row_counts_once(mail: Source) -> None:
    InitiativeFactory.create(key="lights")

    result = landed(mail, ("lights", "ada", "treated"), ("lights", "ada", "treated"))

    assert result == Landed(changed=1, unchanged=1, rejected=[])


def test_an_unknown_initiative_is_sent_back_with_those_that_are_known(mail: Source) -> None:
    InitiativeFactory.create(key="lights")
    InitiativeFactory.create(key="bulbs")

    result = landed(mail, ("ligths", "ada", "treated"), ("lights", "bob", "holdout"))

    expected = "the key or the name of an initiative that is logged here: bulbs, lights"
    assert result == Landed(1, 0, [Rejected(1, "initiative", "ligths", expected)])
    assert arms() == {"bob": "holdout"}


def test_with_no_initiative_logged_it_says_so(mail: Source) -> None:
    result = landed(mail, ("lights", "ada", "treated"))

    expected = "the key or the name of an initiative that is logged here; none is yet"
    assert result.rejected == [Rejected(1, "initiative", "lights", expected)]


def test_a_name_that_two_initiatives_have_names_neither(mail: Source) -> None:
    InitiativeFactory.create(key="one", name="Lights")
    InitiativeFactory.create(key="two", name="Lights")

    assert len(landed(mail, ("Lights", "ada", "treated")).rejected) == 1


def test_only_the_first_twenty_keys_are_named(mail: Source) -> None:
    for number in range(22):
        InitiativeFactory.create(key=f"key-{number:02}")

    (rejected,) = landed(mail, ("lights", "ada", "treated")).rejected

    assert rejected.expected.endswith("key-18, key-19 and 2 more")


def test_nobody_changes_arms(mail: Source) -> None:
    InitiativeFactory.create(key="lights")
    landed(mail, ("lights", "ada", "treated"))

    result = landed(mail, ("lights", "ada", "holdout"), ("lights", "bob", "holdout"))

    expected = "treated, as assigned on 3 November 2026; nobody changes arms"
    assert result == Landed(1, 0, [Rejected(1, "arm", "holdout", expected)])
    assert arms() == {"ada": "treated", "bob": "holdout"}


def test_a_person_in_both_arms_of_one_file_is_sent_back_twice(mail: Source) -> None:
    InitiativeFactory.create(key="lights")
    InitiativeFactory.create(key="bulbs")

    result = landed(
        mail,
        ("lights", "ada", "treated"),
        ("bulbs", "ada", "holdout"),
        ("lights", "ada", "holdout"),
    )

    expected = "one arm only; the file puts ada into both"
    assert result == Landed(
        changed=1,
        unchanged=0,
        rejected=[Rejected(1, "arm", "treated", expected), Rejected(3, "arm", "holdout", expected)],
    )
    assert Assignment.objects.get().initiative.key == "bulbs"


def test_a_file_comes_in_through_the_import(
    mail: Source, tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_FOLDER = tmp_path / "imports"
    InitiativeFactory.create(key="mens-mail")
    file = tmp_path / "hillstrom.csv"
    file.write_text("segment,spend,history\nMens,29.99,142.44\nNone,0,329.08\nWomens,1,2\n")
    mapping = parse(
        MENS_MAIL,
        {name: registered.kind for name, registered in KINDS.items()},
    )
    handed_in = imports.hand_in(
        source=mail, path=file, file_name=file.name, mapping=mapping, at=AT, by=None, ring_now=False
    )

    counts = imports.load(
        import_id=handed_in.pk,
        progress=cast("Progress", SimpleNamespace(check=bool, done=0)),
        at=LATER,
    )

    assert (counts["read"], counts["changed"], counts["dropped"]) == (3, 2, 1)
    assert [
        (row.arm, row.outcomes, row.covariates) for row in Assignment.objects.order_by("pk")
    ] == [
        ("treated", {"spend": 29.99}, {"history": 142.44}),
        ("holdout", {"spend": 0}, {"history": 329.08}),
    ]
