"""Every standard measure counted in plain Python, event by event, to hold readings to."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from campaigns.models import Initiative
from customers.models import Event
from reports.models import Reading

WEEK = timedelta(days=7)
LONDON = ZoneInfo("Europe/London")


class Row(NamedTuple):
    """An event as the plain count sees it."""

    week_on: date
    person: int | None
    department: int
    kind: str
    amount: Decimal | None


def rows() -> Iterator[Row]:
    departments = dict(Initiative.objects.values_list("key", "department_id"))
    for event in Event.objects.select_related("record", "source"):
        if event.kind == "contact" and event.transactional:
            continue
        day = event.at.astimezone(LONDON).date()
        yield Row(
            day - timedelta(days=day.weekday()),
            event.record.customer_id if event.record else None,
            departments.get(event.initiative, event.source.department_id),
            event.kind,
            event.amount if event.currency in {"", "GBP"} else None,
        )


def people_with(events: list[Row], *kinds: str) -> set[int]:
    return {one.person for one in events if one.kind in kinds and one.person is not None}


def count(events: list[Row], kind: str, *, known: bool = False) -> int:
    return sum(one.kind == kind and not (known and one.person is None) for one in events)


def revenue(events: list[Row], *, known: bool) -> Decimal:
    return sum(
        (
            one.amount
            for one in events
            if one.kind == "order" and one.amount is not None and not (known and one.person is None)
        ),
        Decimal(0),
    )


def seen(events: list[Row]) -> int:
    return len({one.person for one in events if one.person is not None})


# Each standard measure as its sentence says it, written without looking at its definition.
PLAIN: dict[str, Callable[[list[Row]], tuple[Decimal | int, int]]] = {
    "conversion_rate": lambda e: (
        len(people_with(e, "order")),
        len(people_with(e, "visit", "order")),
    ),
    "visit_rate": lambda e: (len(people_with(e, "visit")), seen(e)),
    "revenue_per_customer": lambda e: (revenue(e, known=True), seen(e)),
    "orders_per_customer": lambda e: (count(e, "order", known=True), seen(e)),
    "average_order_value": lambda e: (
        revenue(e, known=False),
        sum(one.kind == "order" and one.amount is not None for one in e),
    ),
    "opt_outs": lambda e: (len(people_with(e, "opt_out")), count(e, "contact")),
    "contacts_per_week": lambda e: (
        count(e, "contact", known=True),
        len(people_with(e, "contact")),
    ),
    "complaint_rate": lambda e: (count(e, "complaint"), count(e, "order")),
}
SCALE = {"opt_outs": 1000, "complaint_rate": 1000}


def expected(span: str, ends_on: date) -> dict[tuple[str, int | None], tuple[Any, ...]]:
    weeks = {"week": 1, "quarter": 13}[span]
    found = [one for one in rows() if ends_on - weeks * WEEK <= one.week_on < ends_on]
    departments = {one.department for one in found}
    readings: dict[tuple[str, int | None], tuple[Any, ...]] = {}
    for scope in (None, *departments):
        events = [one for one in found if scope is None or one.department == scope]
        for key, plain in PLAIN.items():
            numerator, denominator = plain(events)
            by = SCALE.get(key, 1) / (weeks if key == "contacts_per_week" else 1)
            value = float(numerator) / denominator * by if denominator else None
            readings[key, scope] = (
                Decimal(numerator),
                denominator,
                None if value is None else pytest.approx(value, rel=1e-12),
            )
    return readings


def found(span: str, ends_on: date) -> dict[tuple[str, int | None], tuple[Any, ...]]:
    return {
        (one.measure.key, one.department_id): (one.numerator, one.denominator, one.value)
        for one in Reading.objects.filter(
            span=span, ends_on=ends_on, measure__key__in=PLAIN
        ).select_related("measure")
    }
