"""The files: repeatable, readable by the import, whole, with the hazards that were ordered."""

import gzip
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest

from campaigns.rulebook.facts import Facts
from campaigns.rulebook.rules import Rule, breaches
from config.demo import company, people, retailer, truth
from config.demo.retailer import Retailer, generate
from tests.factories.retailer import UNTIL, Shop, open_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return open_shop(tmp_path_factory.mktemp("small"), seed=3, customers=3_000)


def test_the_same_seed_gives_the_same_bytes(shop: Shop, tmp_path: Path) -> None:
    again = generate(tmp_path, seed=3, customers=3_000, until=UNTIL)

    assert _contents(again) == _contents(shop.retailer)


def test_another_seed_gives_other_people(shop: Shop, tmp_path: Path) -> None:
    other = generate(tmp_path, seed=4, customers=3_000, until=UNTIL)

    assert _contents(other).keys() == _contents(shop.retailer).keys()
    assert _contents(other)["tills-cards.csv.gz"] != _contents(shop.retailer)["tills-cards.csv.gz"]


def test_no_chunk_depends_on_those_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retailer, "CHUNK", 500)
    fewer = generate(tmp_path / "fewer", seed=3, customers=1_000, until=UNTIL)
    more = generate(tmp_path / "more", seed=3, customers=1_500, until=UNTIL)

    for small, large in zip(fewer.files, more.files, strict=True):
        if small.path.suffix == ".gz":
            assert gzip.decompress(large.path.read_bytes()).startswith(
                gzip.decompress(small.path.read_bytes())
            )


@pytest.mark.parametrize("customers", [1, 2])
def test_the_smallest_retailer_has_every_file(tmp_path: Path, customers: int) -> None:
    made = generate(tmp_path, seed=1, customers=customers, until=UNTIL)

    assert all(file.path.stat().st_size for file in made.files)


def test_the_import_reads_every_row(shop: Shop) -> None:
    assert shop.rejected == 0
    assert shop.dropped > 0


def test_events_lie_in_the_history(shop: Shop) -> None:
    start, end = (
        datetime.combine(day, time(), UTC).timestamp()
        for day in (UNTIL - timedelta(weeks=104), UNTIL)
    )

    assert start - 3600 <= shop.at.min()
    assert shop.at.max() < end


def test_event_ids_are_unique_in_their_source(shop: Shop) -> None:
    assert shop.repeated_event_ids == 0


def test_every_kind_of_event_is_there(shop: Shop) -> None:
    assert set(shop.kind) == {
        *("visit", "order", "return", "contact", "exempt", "open", "click", "opt_out"),
        *("complaint", "service_case", "order_line"),
    }


def test_nobody_is_sent_marketing_after_opting_out(shop: Shop) -> None:
    mail = pyarrow.csv.read_csv(_file(shop.retailer, "mail-messages.csv.gz"))
    what, who, at = (mail[name].to_numpy() for name in ("what", "recipient", "at"))
    left = dict(zip(who[what == "unsubscribed"], at[what == "unsubscribed"], strict=True))
    late = [
        moment
        for person, moment in zip(who[what == "delivered"], at[what == "delivered"], strict=True)
        if person in left and moment > left[person]
    ]

    assert left
    assert not late


def test_assignments_come_before_the_start_and_planned_initiatives_have_none(shop: Shop) -> None:
    starts = {
        initiative.key: UNTIL + timedelta(weeks=initiative.starts)
        for initiative in truth.INITIATIVES
        if initiative.starts < 0
    }
    found = {}
    for file in shop.retailer.files:
        if file.mapping.name == "assignments.toml":
            rows = pyarrow.csv.read_csv(file.path)
            (key,), (at,) = set(rows["test"].to_pylist()), set(rows["assigned_at"].to_pylist())
            found[key] = at.date() if isinstance(at, datetime) else date.fromisoformat(at[:10])

    assert found == {key: start - timedelta(days=1) for key, start in starts.items()}


def test_hazards_are_as_ordered(shop: Shop) -> None:
    rows = pyarrow.csv.read_csv(_file(shop.retailer, "web-shop-customers.csv.gz"))
    spelt = [str(value).strip().lower() for value in rows["email"].to_pylist()]
    mobiles = [value for value in rows["mobile"].to_pylist() if value]
    counts = np.unique(
        [value for value in spelt if value != people.PLACEHOLDER], return_counts=True
    )

    assert spelt.count(people.PLACEHOLDER) == people.TEST_RECORDS
    assert 0.002 < (counts[1] > 1).mean() < 0.02
    assert counts[1].max() <= 4
    assert len(set(mobiles)) == len(mobiles)
    assert all(value.startswith("07700 900") for value in mobiles)
    assert set(rows["newsletter"].to_pylist()) == {"Y", "N", ""}


def test_two_initiatives_break_a_rule_and_have_leave() -> None:
    rules = [Rule(0, rule.check, {}, rule.text) for rule in company.RULES]

    found = {
        (initiative.key, breach.check)
        for initiative in truth.INITIATIVES
        for breach in breaches(_facts(initiative), rules)
    }

    assert found == {
        (initiative.key, initiative.waiver[0])
        for initiative in truth.INITIATIVES
        if initiative.waiver
    }
    assert found == {
        ("basket-rescue", "chase_basket_once"),
        ("paint-colour-builder", "holdout_at_least"),
    }


def test_every_name_that_is_used_is_known() -> None:
    emails = {person.email for person in company.PEOPLE}
    departments = {department.key for department in company.DEPARTMENTS}
    goals = {goal.key for goal in company.GOALS}

    assert {department.head for department in company.DEPARTMENTS} <= emails
    assert {initiative.owner for initiative in truth.INITIATIVES} <= emails
    assert {goal.owner for goal in company.GOALS} <= emails
    assert {initiative.department for initiative in truth.INITIATIVES} <= departments
    assert {source.department for source in company.SOURCES} <= departments
    assert {goal for initiative in truth.INITIATIVES for goal in initiative.goals} <= goals
    assert {rail for initiative in truth.INITIATIVES for rail in initiative.guardrails} <= {
        rail.measure for rail in company.GUARDRAILS
    }


def _contents(made: Retailer) -> dict[str, bytes]:
    return {file.path.name: file.path.read_bytes() for file in made.files}


def _file(made: Retailer, name: str) -> Path:
    return next(file.path for file in made.files if file.path.name == name)


def _facts(initiative: truth.Initiative) -> Facts:
    return Facts(
        name=initiative.name,
        notice=initiative.notice,
        audience=initiative.audience,
        uses=frozenset(initiative.uses),
        channel=initiative.channel,
        holdout_share=initiative.holdout_share,
        no_holdout_reason=initiative.no_holdout_reason,
        success_measure=initiative.success,
        guardrail_count=len(initiative.guardrails),
        starts_on=UNTIL + timedelta(weeks=initiative.starts),
        ends_before=UNTIL + timedelta(weeks=initiative.ends),
    )
