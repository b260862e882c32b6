"""Cohorts: who first ordered in a month, and how many of them ordered in each month after."""

from datetime import date

from reports.measures.cohorts import cohorts
from tests.factories.facts import event, facts, rows_of

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)


def test_a_cohort_is_the_month_of_the_first_order() -> None:
    on = facts(
        [
            event("order", 1, "2026-08-31T23:59"),
            event("order", 1, "2026-10-02T12:00"),
            event("order", 2, "2026-08-02T12:00"),
            event("order", 2, "2026-08-03T12:00"),
            event("order", 3, "2026-09-02T12:00"),
            event("order", 4, "2026-09-02T12:00"),
            event("order", 4, "2026-10-31T12:00"),
            event("order", 4, "2026-11-01T12:00"),
            event("visit", 3, "2026-10-02T12:00"),
            event("order", None, "2026-10-02T12:00"),
        ]
    )

    rows = rows_of(cohorts(on, before=date(2026, 11, 1)))

    assert {(row["cohort"], row["month"]): row["n"] for row in rows} == {
        (AUGUST, AUGUST): 2,
        (AUGUST, OCTOBER): 1,
        (SEPTEMBER, SEPTEMBER): 2,
        (SEPTEMBER, OCTOBER): 1,
    }
