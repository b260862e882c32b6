from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from reports.queries.guardrails import GuardrailRow, guardrail_counts, guardrail_rows
from strategy.language.answers import Broken, GuardrailCounts
from strategy.models import Guardrail
from tests.factories.campaigns import guardrail, measure
from tests.factories.reports import NOW, TODAY, WEEK, reading, weeks
from tests.factories.strategy import DepartmentFactory

pytestmark = pytest.mark.django_db


def only_row() -> GuardrailRow:
    (row,) = guardrail_rows(NOW, [])
    return row


@pytest.mark.parametrize(
    ("newest", "status", "word"),
    [
        (2.5, "ok", "Safe"),
        (2.69, "ok", "Safe"),
        (2.71, "near", "Close"),
        (3.0, "near", "Close"),
        (3.2, "breach", "Over the limit"),
    ],
)
def test_the_newest_week_against_a_limit_of_three(newest: float, status: str, word: str) -> None:
    guardrail("opt_outs")
    weeks("opt_outs", [1.7, newest])

    row = only_row()

    assert (row.status, row.word) == (status, word)
    assert (row.name, row.short, row.week) == (
        "Opt-outs per 1,000 contacts",
        "Opt-outs",
        "Week to Sun 22 Nov",
    )
    assert row.limit == "Limit 3.0"


def test_weeks_over_the_limit_are_counted_back_from_the_newest() -> None:
    guardrail("opt_outs")
    weeks("opt_outs", [3.5, 2.0, 3.1, 3.3, 3.9])

    row = only_row()

    assert (row.weeks_over, row.now) == (3, "3.9")
    assert row.trend == "last 5 weeks: first 3.5, newest 3.9"
    assert row.sample == "per 1,000, of 10,000 contacts"
    assert guardrail_counts([row]) == GuardrailCounts(
        broken=(Broken("Opt-outs", 3, weeks_in_all=4, weeks_seen=5),)
    )


def test_contacts_are_over_the_customers_contacted() -> None:
    guardrail("contacts_per_week")
    weeks("contacts_per_week", [2.0])

    assert only_row().sample == "a week, of 10,000 customers contacted"


def test_a_value_just_over_its_limit_never_reads_the_same() -> None:
    guardrail("opt_outs")
    weeks("opt_outs", [3.02])

    assert (only_row().now, only_row().limit) == ("3.02", "Limit 3.00")


def test_where_more_is_better_the_limit_is_a_floor() -> None:
    Guardrail.objects.create(measure=measure("conversion_rate"), limit="0.03", margin="0.1")
    weeks("conversion_rate", [0.035, 0.028])

    row = only_row()

    assert (row.status, row.word, row.limit, row.is_floor) == (
        "breach",
        "Under the floor",
        "Floor 3.0%",
        True,
    )
    assert guardrail_counts([row]).broken == (
        Broken("Conversion rate", 1, False, True, weeks_in_all=1, weeks_seen=2),
    )


def test_twelve_weeks_of_the_company_are_drawn_and_no_unfinished_one() -> None:
    guardrail("opt_outs")
    weeks("opt_outs", [1.0] * 14, until=TODAY + WEEK)
    reading("opt_outs", 9.0, department=DepartmentFactory.create())

    row = only_row()

    assert row.spark is not None
    assert row.spark.path.count("L") == 11
    assert row.week == "Week to Sun 22 Nov"


def test_without_a_week_there_is_no_number() -> None:
    guardrail("opt_outs")

    row = only_row()

    assert (row.status, row.word, row.now, row.spark) == ("none", "Not measured", "", None)
    assert guardrail_counts([row]) == GuardrailCounts(unmeasured=1)


def test_an_old_week_is_too_old_to_judge() -> None:
    guardrail("opt_outs")
    weeks("opt_outs", [9.0], until=TODAY - timedelta(days=21))

    assert (only_row().status, only_row().word) == ("stale", "21 days old")
    assert guardrail_counts([only_row()]) == GuardrailCounts(too_old=1)


@pytest.mark.parametrize("keys", [["opt_outs"], ["opt_outs", "complaint_rate", "visit_rate"]])
def test_any_number_of_guardrails_costs_two_queries(
    keys: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for key in keys:
        guardrail(key)
        weeks(key, [1.0, 2.0])

    with django_assert_num_queries(2):
        assert len(guardrail_rows(NOW, [])) == len(keys)
