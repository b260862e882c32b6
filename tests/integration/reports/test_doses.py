"""Opt-outs by dose: from randomised arms alone, with n, interval, or the reason for nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Assignment, Initiative
from reports.actions.results import judge_initiative
from reports.models import Dose, Result
from reports.queries.doses import doses
from tests.factories.campaigns import InitiativeFactory, noon, plan
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.reports import NOW, judged

pytestmark = pytest.mark.django_db
STARTS_ON, ENDS_ON = date(2026, 10, 26), date(2026, 11, 9)
DURING = datetime(2026, 10, 28, 12, tzinfo=UTC)

TREATED = [(4, True), (2, True), (2, False), (4, False)]
HOLDOUT = [(0, False), (2, False), (1, False), (1, False)]
"""Contacts of each customer, and whether they opted out."""


def launched(share: str = "0.5", **fields: Any) -> Initiative:
    """Build a launched initiative with a locked plan that does not guard opt-outs."""
    said = {"status": "live", "starts_on": STARTS_ON, "ends_on": ENDS_ON, "name": "Lights"}
    initiative = InitiativeFactory.create(**said | fields, holdout_share=Decimal(share))
    initiative.guardrails.clear()
    plan(initiative, locked_at=noon(STARTS_ON - timedelta(days=1)))
    return initiative


def assign(initiative: Initiative, arm: str, people: Sequence[tuple[int, bool]]) -> None:
    for contacts, leaves in people:
        record = RecordFactory.create()
        Assignment.objects.create(initiative=initiative, record=record, arm=arm, at=noon(STARTS_ON))
        for hour in range(contacts):
            at = DURING + timedelta(hours=hour)
            EventFactory.create(record=record, kind="contact", at=at, amount=None)
        if leaves:
            EventFactory.create(record=record, kind="opt_out", at=DURING, amount=None)


def judge(initiative: Initiative) -> Result:
    return judge_initiative(initiative, at=NOW)


def dose_of(initiative: Initiative) -> Dose:
    return Dose.objects.get(result=judge(initiative))


def test_one_contact_more_by_hand() -> None:
    """Wald's ratio: (2/4 − 0/4) opt-outs over (12/4 − 4/4) contacts.

    What is left is 0, 1/2, −1/2, −1 and 0, −1/2, −1/4, −1/4, so that the standard error is
    sqrt(1.25/3/4 + 0.125/3/4)/2 = 0.16925 for one contact.
    """
    initiative = launched()
    assign(initiative, "treated", TREATED)
    assign(initiative, "holdout", HOLDOUT)

    found = dose_of(initiative)

    assert (found.treated_count, found.holdout_count) == (4, 4)
    assert (found.treated_contacts, found.holdout_contacts) == (3, 1)
    assert found.effect == pytest.approx(250)
    assert found.effect_low == pytest.approx(250 - 1959.964 * 0.169250, abs=0.01)
    assert found.effect_high == pytest.approx(250 + 1959.964 * 0.169250, abs=0.01)


def test_arms_with_as_many_contacts_say_nothing_of_one_more() -> None:
    initiative = launched()
    assign(initiative, "treated", [(1, True), (1, False)])
    assign(initiative, "holdout", [(2, False), (0, False)])

    found = dose_of(initiative)

    assert (found.effect, found.treated_contacts, found.holdout_contacts) == (None, 1, 1)
    assert found.reason == "Both arms got as many contacts, so nothing can be said of one more."


def test_a_test_without_anybody_says_so() -> None:
    found = dose_of(launched())

    assert (found.effect, found.treated_contacts) == (None, None)
    assert found.reason == "An arm has no customers."


def test_arms_that_are_not_as_planned_are_held_back() -> None:
    initiative = launched()
    assign(initiative, "treated", TREATED * 10)
    assign(initiative, "holdout", HOLDOUT)

    found = dose_of(initiative)

    assert (found.result.verdict, found.effect) == ("hold", None)
    assert found.reason.startswith("The arms are not as planned")


def test_without_a_holdout_there_is_nothing_to_compare() -> None:
    initiative = launched("0", no_holdout_reason="It is a law.", unit="none")
    assign(initiative, "treated", TREATED)

    judge(initiative)

    assert not Dose.objects.exists()
    found = doses()
    assert found.answer == "Not known: no test with a holdout has been judged yet."
    assert found.left_out.startswith("One initiative without a holdout says nothing here")


def test_judged_again_it_is_said_once() -> None:
    initiative = launched()
    assign(initiative, "treated", TREATED)
    assign(initiative, "holdout", HOLDOUT)

    for _ in range(2):
        judge(initiative)

    assert Dose.objects.count() == 1


def dosed(low: float, high: float, **fields: Any) -> Dose:
    """Record a judged test that says so many opt-outs for 1,000 contacts more."""
    return Dose.objects.create(
        result=Result.objects.get(initiative=judged(**fields)),
        treated_count=9_000,
        holdout_count=1_000,
        treated_contacts=3,
        holdout_contacts=1,
        effect=(low + high) / 2,
        effect_low=low,
        effect_high=high,
    )


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (
            [(-1, 2)],
            "Not shown: the one test that can tell shows no difference.",
        ),
        (
            [(-1, 2), (-1, 3)],
            "Not shown: both tests that can tell show no difference.",
        ),
        (
            [(1, 2), (-1, 2)],
            "One of two tests that can tell shows more opt-outs with more contacts.",
        ),
        (
            [(1, 2), (1, 3), (-2, -1)],
            "Two of three tests that can tell show more opt-outs with more contacts, one fewer.",
        ),
    ],
)
def test_the_answer(found: list[tuple[float, float]], answer: str) -> None:
    for low, high in found:
        dosed(low, high)

    assert doses().answer == answer


def test_the_row_of_a_test(reader: Client) -> None:
    dosed(0.4, 3.6, name="Lights")

    page = reader.get("/reports/pressure/").content.decode()

    (row,) = doses().rows
    assert row.contacts == "3.00 treated, 1.00 held out"
    assert row.change == "+2.0 (0.4 to 3.6)"
    assert row.units == "9,000 customers treated, 1,000 held out"
    for text in (row.contacts, row.change, row.units, "Do more contacts make more customers"):
        assert text in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_the_same(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        dosed(0, 1)

    with django_assert_num_queries(2):
        assert len(doses().rows) == how_many
