"""Totals are what a plain count over the same events gives."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reports.measures.definition import together
from reports.measures.totals import totals, unpriced
from reports.measures.windows import WEEK, Windows
from tests.factories.facts import event, facts, rows_of
from tests.factories.measures import MEASURES
from tests.factories.plain_count import PLAIN, Row

FIRST = date(2026, 8, 3)
KINDS = ["visit", "order", "order", "contact", "contact", "opt_out", "complaint", "view"]
LINKED = {record: record if record < 20 else record - 20 for record in range(1, 31)}
SOURCES = {1: 10, 2: 20}
LIGHTS = {"initiative_id": 1, "key": "lights", "department_id": 30}


def made_up(seed: int, count: int = 600) -> list[dict[str, Any]]:
    """Return events of eight weeks, with what is easily counted wrong."""
    chance = random.Random(seed)  # noqa: S311  a repeatable test
    found = []
    for _ in range(count):
        kind = chance.choice(KINDS)
        at = FIRST + timedelta(days=chance.randrange(56))
        is_order = kind == "order"
        amount = chance.randrange(1, 9999) / 100 if is_order else None
        lacks_rate = is_order and chance.random() < 0.2
        found.append(
            event(
                kind,
                chance.choice([None, *LINKED]),
                f"{at}T{chance.randrange(24):02}:00",
                source_id=chance.choice(list(SOURCES)),
                initiative=chance.choice(["", "", "lights", "unknown"]),
                amount=None if lacks_rate else amount,
                unpriced_in="EUR" if lacks_rate else "",
                transactional=kind == "contact" and chance.random() < 0.3,
            )
        )
    return found


def plainly(events: list[dict[str, Any]], windows: Windows) -> dict[tuple[Any, ...], Any]:
    """Count every measure in plain Python, for the company and each department."""
    rows = [
        (
            one["day"],
            Row(
                one["week"],
                LINKED.get(one["record_id"]),
                30 if one["initiative"] == "lights" else SOURCES[one["source_id"]],
                one["kind"],
                None if one["amount"] is None else Decimal(str(one["amount"])),
            ),
        )
        for one in events
        if not one["transactional"]
    ]
    found = {}
    for window in windows:
        inside = [row for day, row in rows if window.starts_on <= day < window.ends_on]
        for scope in ("", *{str(row.department) for row in inside}):
            of_scope = [row for row in inside if scope in {"", str(row.department)}]
            if of_scope:
                for measure in MEASURES:
                    parts = PLAIN[measure.key](of_scope)
                    found[measure.key, window.ends_on, scope] = tuple(map(float, parts))
    return found


@pytest.mark.parametrize(
    "windows",
    [
        Windows.ending([FIRST + n * WEEK for n in range(1, 9)], days=7),
        Windows.ending([FIRST + n * WEEK for n in range(3, 9)], days=21),
        Windows.ending([FIRST + timedelta(days=n) for n in range(30, 34)], days=28),
        Windows.ending([FIRST + timedelta(days=n) for n in (3, 4, 9)], days=1),
    ],
    ids=["weeks", "three weeks", "rolling", "days"],
)
def test_every_standard_measure_is_counted_as_plainly(windows: Windows) -> None:
    events = made_up(seed=7)

    rows = rows_of(
        totals(facts(events, people=LINKED, sources=SOURCES, initiatives=[LIGHTS]), MEASURES,
               windows)
    )  # fmt: skip

    found = {
        (measure.key, row["ends_on"], row["scope"]): (row[f"y{place}"], row[f"d{place}"])
        for row in rows
        for place, measure in enumerate(MEASURES)
    }
    wanted = plainly(events, windows)
    assert found.keys() == wanted.keys()
    assert {key: pytest.approx(parts, rel=1e-12) for key, parts in wanted.items()} == found
    assert all(row["is_company"] is (row["scope"] == "") for row in rows)


def test_events_without_a_rate_are_counted_apart() -> None:
    at = f"{FIRST}T10:00"
    events = [
        event("order", 1, at, unpriced_in="EUR"),
        event("order", 1, at, unpriced_in="EUR"),
        event("order", None, at, unpriced_in="USD"),
        event("order", 1, at, amount=5.0),
        event("visit", 1, at),
    ]

    rows = rows_of(
        unpriced(facts(events), MEASURES, Windows.ending([FIRST + WEEK], days=7), by="company")
    )

    assert {(row["unpriced_in"], row["kind"], row["is_known"], row["events"]) for row in rows} == {
        ("EUR", "order", True, 2),
        ("USD", "order", False, 1),
    }


def test_plain_measures_over_one_window_share_a_pass() -> None:
    first, second, *_ = MEASURES
    yearly = second._replace(window_days=365)
    breadth = second._replace(fold="categories")

    assert together([first, yearly, second, breadth]) == [[first, second], [yearly], [breadth]]
