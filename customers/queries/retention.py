"""Reads of how long events are kept."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from customers.models import Retention


def horizons(today: date) -> dict[str, date]:
    """Return the first day from which each limited kind of event is whole. One query."""
    return {
        one.event_kind: months_before(today, one.keep_months) for one in Retention.objects.all()
    }


def horizon(kinds: Iterable[str], kept: dict[str, date]) -> date | None:
    """Return the first day from which all of these kinds are whole; None: every day is."""
    return max((kept[kind] for kind in kinds if kind in kept), default=None)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months before, or the last of a shorter month.

    >>> months_before(date(2026, 5, 31), 3)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
