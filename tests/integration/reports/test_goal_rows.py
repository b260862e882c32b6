from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from reports.queries.freshness import source_rows
from reports.queries.goals import GoalRow, expected_by, goal_counts, goal_rows, shared_window
from strategy.language.answers import GoalCounts
from strategy.models import Goal
from tests.factories.campaigns import GoalFactory, measure
from tests.factories.reports import NOW, TODAY, WEEK, reading, source
from tests.factories.strategy import DepartmentFactory

pytestmark = pytest.mark.django_db


def conversion_goal(**fields: Any) -> Goal:
    """Build a goal from 31% to 36% whose middle is today."""
    agreed = {"baseline": Decimal("0.31"), "commit": Decimal("0.34"), "target": Decimal("0.36")}
    days = {"starts_on": TODAY - 10 * WEEK, "due_on": TODAY + 10 * WEEK}
    return GoalFactory.create(**agreed, **days, **fields)


def only_row(now: datetime = NOW) -> GoalRow:
    (row,) = goal_rows(now, source_rows(now))
    return row


def test_a_goal_behind_says_by_how_much_and_on_what_it_stands() -> None:
    conversion_goal(name="Visitors who order", department=DepartmentFactory.create(name="Stores"))
    reading("conversion_rate", 0.331, span="quarter", people=40_212)

    row = only_row()

    assert (row.now, row.baseline, row.expected, row.target) == ("33.1%", "31.0%", "33.5%", "36.0%")
    assert (row.status, row.icon, row.word, row.gap) == (
        "near",
        "behind",
        "Behind",
        "0.4 points short",
    )
    assert (row.window, row.sample) == ("24 August to 22 November 2026", "of 40,212 people")
    assert row.owner.startswith("Stores, ")
    assert row.bullet.width == 35.3


def test_a_goal_ahead_is_on_track() -> None:
    conversion_goal()
    reading("conversion_rate", 0.345, span="quarter")

    assert (only_row().status, only_row().gap) == ("ok", "1.0 points ahead")


def test_where_fewer_is_better_a_lower_value_is_ahead() -> None:
    GoalFactory.create(
        measure=measure("complaint_rate"),
        baseline=8,
        commit=7,
        target=6,
        starts_on=TODAY - 10 * WEEK,
        due_on=TODAY + 10 * WEEK,
    )
    reading("complaint_rate", 6.5, span="quarter")

    row = only_row()

    assert (row.status, row.gap, row.now, row.sample) == (
        "ok",
        "0.50 ahead",
        "6.5",
        "per 1,000, of 10,000 orders",
    )


@pytest.mark.parametrize("value", [None, "missing"])
def test_a_goal_without_a_reading_has_no_number(value: str | None) -> None:
    conversion_goal()
    if value is None:
        reading("conversion_rate", None, span="quarter")

    row = only_row()

    assert (row.status, row.word, row.gap) == ("none", "Not measured", "No reading yet")
    assert (row.now, row.window, row.sample, row.bullet.width) == ("", "", "", None)


def test_the_newest_full_window_of_the_company_counts() -> None:
    conversion_goal()
    reading("conversion_rate", 0.32, span="quarter", ends_on=TODAY - WEEK)
    reading("conversion_rate", 0.33, span="quarter")
    reading("conversion_rate", 0.99, span="quarter", ends_on=TODAY + WEEK)
    reading("conversion_rate", 0.98, span="quarter", department=DepartmentFactory.create())
    reading("conversion_rate", 0.97)

    assert only_row().now == "33.0%"


def test_a_reading_is_stale_once_a_whole_week_is_missing() -> None:
    conversion_goal()
    reading("conversion_rate", 0.345, span="quarter", ends_on=TODAY - timedelta(days=15))

    row = only_row()

    assert (row.status, row.word, row.gap, row.is_stale) == ("stale", "Stale", "15 days old", True)


def test_a_reading_is_stale_once_a_source_of_its_events_is_late() -> None:
    conversion_goal()
    reading("conversion_rate", 0.345, span="quarter")
    source("Web shop", sends=["visit", "order"])
    source("Service desk", loaded=NOW - timedelta(days=3), sends=["complaint"])
    source("Old file", loaded=NOW - timedelta(days=900), promise_hours=876_000, sends=["order"])
    assert only_row().status == "ok"

    source("Tills", loaded=NOW - timedelta(days=3), sends=["order", "return"])

    assert (only_row().status, only_row().gap) == ("stale", "One source late")


def test_a_goal_that_moved_backwards_is_counted_as_such() -> None:
    conversion_goal()
    reading("conversion_rate", 0.30, span="quarter")

    assert goal_counts([only_row()]) == GoalCounts(behind=1, worse=1)


def test_the_window_is_said_once_only_where_all_goals_share_it() -> None:
    conversion_goal()
    reading("conversion_rate", 0.33, span="quarter")
    assert shared_window(goal_rows(NOW, [])) == "24 August to 22 November 2026"

    GoalFactory.create(measure=measure("visit_rate"))
    reading("visit_rate", 0.33, span="quarter", ends_on=TODAY - WEEK)

    assert shared_window(goal_rows(NOW, [])) == ""


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 1, 1), 0.31),
        (date(2026, 2, 1), 0.31),
        (date(2026, 8, 2), 0.335),
        (date(2027, 1, 31), 0.36),
        (date(2028, 1, 1), 0.36),
    ],
)
def test_the_expected_value_runs_straight_from_day_to_day(today: date, expected: float) -> None:
    goal = Goal(
        baseline=Decimal("0.31"),
        target=Decimal("0.36"),
        starts_on=date(2026, 2, 1),
        due_on=date(2027, 1, 31),
    )

    assert expected_by(goal, today) == pytest.approx(expected)


@pytest.mark.parametrize("how_many", [1, 3])
def test_any_number_of_goals_costs_two_queries(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        conversion_goal()
    reading("conversion_rate", 0.345, span="quarter")

    with django_assert_num_queries(2):
        rows = goal_rows(NOW, [])

    assert goal_counts(rows) == GoalCounts(on_track=how_many)
