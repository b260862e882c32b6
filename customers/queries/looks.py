"""Reads of who looked at whom: what is revealed now, the log, and what in it is unusual."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from customers.models import Look
from strategy.language.dates import day, stamp
from strategy.language.privacy import unusual
from strategy.language.words import counted
from strategy.models import Person

REVEALED_FOR = timedelta(minutes=5)
WATCHED_DAYS = 7
"""So many days, today included, are looked through for unusual numbers."""
USUAL_DAYS = 28
"""What is usual is taken from the days before, of so many, on which somebody opened any card."""
WORTH_A_LOOK = 30
"""Fewer cards in a day are never unusual."""
TIMES_USUAL = 3


class LookRow(NamedTuple):
    """One line of the log; `fields` in words, "" where none were shown in clear."""

    at: str
    by: str
    customer: UUID
    act: str
    reason: str
    fields: str


def revealed_until(person: Person, public_id: UUID, now: datetime) -> datetime | None:
    """Return until when a person sees a customer's details in clear, None if masked. One query."""
    at = (
        Look.objects.filter(
            customer=public_id, by=person, act=Look.Act.REVEAL, at__gt=now - REVEALED_FOR
        )
        .values_list("at", flat=True)
        .first()
    )
    return at + REVEALED_FOR if at else None


def hidden_in(until: datetime | None, now: datetime) -> int | None:
    """Return in how many whole seconds, from 1, details are masked again; None if they are.

    >>> at = datetime(2026, 11, 23, 9)
    >>> hidden_in(at, at - timedelta(seconds=90.2)), hidden_in(None, at)
    (91, None)
    """
    return ceil((until - now).total_seconds()) if until else None


def all_looks() -> QuerySet[Look]:
    """Return the log, newest first, with the names of who looked. One query when read."""
    return Look.objects.select_related("by")


def look_row(look: Look) -> LookRow:
    """Return a look out of `all_looks` as a line of the log."""
    return LookRow(
        at=stamp(timezone.localtime(look.at)),
        by=look.by.name,
        customer=look.customer,
        act=look.get_act_display(),
        reason=look.reason,
        fields=", ".join(look.fields),
    )


def looks_at(public_ids: list[UUID]) -> list[LookRow]:
    """Return every look at a customer under any of their ids, newest first. One query."""
    return [look_row(look) for look in all_looks().filter(customer__in=public_ids)]


def look_lines(looks: QuerySet[Look]) -> Iterator[list[str]]:
    """Yield the log as lines of a table, its header first. Streams; one query."""
    yield ["at", "person", "email", "act", "customer", "reason", "fields"]
    for look in looks.iterator(chunk_size=2_000):
        fields = ", ".join(look.fields)
        at, who = look.at.isoformat(), look.by
        yield [at, who.name, who.email, look.act, str(look.customer), look.reason, fields]


def is_unusual(count: int, usual: float) -> bool:
    """Say whether so many cards in a day are far more than somebody's usual number.

    >>> is_unusual(214, 20), is_unusual(60, 20), is_unusual(29, 2)
    (True, False, False)
    """
    return count >= WORTH_A_LOOK and count > TIMES_USUAL * usual


def unusual_looks(now: datetime) -> list[str]:
    """Return a sentence for each day of the last seven on which somebody opened far more cards.

    Usual is the median of the days, of the 28 before, on which they opened any. One query.
    """
    today = timezone.localdate(now)
    since = timezone.make_aware(
        datetime.combine(today - timedelta(days=WATCHED_DAYS + USUAL_DAYS), datetime.min.time())
    )
    counts: dict[tuple[int, str], dict[date, int]] = defaultdict(dict)
    rows = (
        Look.objects.filter(act=Look.Act.VIEW, at__gte=since)
        .order_by()
        .annotate(on=TruncDate("at"))
        .values_list("by", "by__name", "on")
        .annotate(count=Count("pk"))
    )
    for who, name, on, count in rows:
        counts[who, name][on] = count
    found = [
        (count, unusual(name, count, _when(on, today), round(usual)))
        for (_, name), days in counts.items()
        for on, count in days.items()
        if (today - on).days < WATCHED_DAYS
        for usual in [_usual(days, on)]
        if is_unusual(count, usual)
    ]
    return [sentence for _, sentence in sorted(found, reverse=True)]


def looks_answer(now: datetime) -> str:
    """Say how much was looked at today. One query."""
    began = timezone.make_aware(datetime.combine(timezone.localdate(now), datetime.min.time()))
    seen = Look.objects.filter(at__gte=began).aggregate(
        people=Count("by", distinct=True), cards=Count("customer", distinct=True)
    )
    if not seen["cards"]:
        return "Nobody has looked at a customer today."
    people = counted(seen["people"], "person", "people", capital=True)
    return f"{people} looked at {counted(seen['cards'], 'customer')} today."


def _usual(days: Mapping[date, int], on: date) -> float:
    before = [count for other, count in days.items() if 0 < (on - other).days <= USUAL_DAYS]
    return median(before) if before else 0.0


def _when(on: date, today: date) -> str:
    return {0: "today", 1: "yesterday"}.get((today - on).days, f"on {day(on)}")
