"""Two departments' sources that share a customer, and what happens there by the company's clock."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from customers.models import Event, Record, Source, StaleWeek
from reports.models import Reading
from tests.factories.customers import EventFactory

FIRST_WEEK = date(2026, 8, 3)
LONDON = ZoneInfo("Europe/London")


def stale(*weeks: date) -> None:
    """Have weeks counted by the next refresh, each by its Monday."""
    StaleWeek.objects.bulk_create(StaleWeek(week_on=week) for week in weeks)


class Shop(NamedTuple):
    """Two departments' sources; Ada is known to both, Bo and Cy to one."""

    web: Source
    desk: Source
    ada: Record
    ada_at_desk: Record
    bo: Record
    cy: Record


def happens(kind: str, record: Record | Source, at: str, **fields: Any) -> Event:
    """Make an event at a moment on the company's clock; of a source, it is nobody's."""
    amount = fields.pop("amount", None)
    who = {"record": record} if isinstance(record, Record) else {"record": None, "source": record}
    return EventFactory.create(
        kind=kind,
        at=datetime.fromisoformat(at).replace(tzinfo=LONDON),
        amount=None if amount is None else Decimal(amount),
        currency=fields.pop("currency", "GBP" if amount else ""),
        **who,
        **fields,
    )


def everything_read() -> list[tuple[Any, ...]]:
    """Return every reading, in an order of its own."""
    return sorted(
        Reading.objects.values_list(
            "span", "ends_on", "measure", "department", "numerator", "denominator", "value"
        ),
        key=str,
    )
