"""Overlap: whom other initiatives contacted while a test ran, by arm."""

from datetime import date, datetime
from typing import Any

from reports.measures.overlap import reached_by_others
from tests.factories.facts import LONDON, event, facts, rows_of

FIRST, LAST = date(2026, 11, 4), date(2026, 11, 11)  # both Wednesdays
BEFORE = datetime(2026, 11, 1, 9)  # noqa: DTZ001  as all moments of the facts
INITIATIVES = [
    {"initiative_id": 1, "key": "ours", "department_id": 10, "mode": "passive"},
    {"initiative_id": 2, "key": "theirs", "department_id": 20, "mode": "passive"},
]


def reached(*events: dict[str, Any]) -> dict[str, int]:
    assignments = [
        {"record_id": record, "arm": arm, "at": BEFORE}
        for record, arm in ((1, "treated"), (2, "treated"), (3, "holdout"))
    ]
    on = facts(events, assignments=assignments, initiatives=INITIATIVES)
    table = reached_by_others(on, initiative_id=1, starts_on=FIRST, ends_on=LAST, zone=LONDON)
    return {row["arm"]: row["n"] for row in rows_of(table)}


def test_each_customer_counts_once_in_their_arm() -> None:
    found = reached(
        event("contact", 1, "2026-11-04T09:00", initiative="theirs"),
        event("contact", 1, "2026-11-05T09:00", initiative="theirs"),
    )

    assert found == {"treated": 1, "holdout": 0}


def test_a_key_that_nobody_logged_is_another_initiative() -> None:
    assert reached(event("contact", 3, "2026-11-05T09:00", initiative="unknown")) == {
        "treated": 0,
        "holdout": 1,
    }


def test_other_contacts_do_not_count() -> None:
    found = reached(
        event("contact", 1, "2026-11-05T09:00", initiative="ours"),
        event("contact", 1, "2026-11-05T09:00"),
        event("contact", 1, "2026-11-05T09:00", initiative="theirs", transactional=True),
        event("visit", 1, "2026-11-05T09:00", initiative="theirs"),
        event("contact", 2, "2026-11-03T23:59", initiative="theirs"),  # the day before
        event("contact", 2, "2026-11-11T00:00", initiative="theirs"),  # the day after
    )

    assert found == {"treated": 0, "holdout": 0}
