"""How old readings and results are, and how far their data go.

A reading is too old once a source that sends its kinds of event is late: see
customers.queries.freshness for when that is.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef
from django.utils import timezone

from customers.models import StaleWeek, Work
from customers.queries.freshness import SourceAge, aged_sources, source_age
from reports.models import Feed, Reading
from strategy.language.dates import TEN_YEARS_HOURS, stamp
from strategy.language.words import counted
from strategy.models import Measure

ONE_DAY = timedelta(days=1)
READING_EVERY = timedelta(days=7)


class SourceRow(NamedTuple):
    """One source's age, and the kinds of event that it has sent."""

    age: SourceAge
    kinds: frozenset[str]


def source_rows(now: datetime) -> list[SourceRow]:
    """Return every source with its age and its kinds of event. One query."""
    sent = ArraySubquery(Feed.objects.filter(source=OuterRef("pk")).values("kind"))
    sources: Iterable[Any] = aged_sources().annotate(kinds=sent)
    return [SourceRow(source_age(source, now), frozenset(source.kinds)) for source in sources]


def is_counting() -> bool:
    """Return whether a week, or everything, waits to be counted again. At most two queries."""
    unfinished = Work.objects.filter(state__in=[Work.State.WAITING, Work.State.RUNNING])
    return StaleWeek.objects.exists() or unfinished.filter(kind="refresh").exists()


def counted_at() -> datetime | None:
    """Return when a reading was last counted, None before the first. One query."""
    newest: datetime | None = Reading.objects.aggregate(at=Max("as_of"))["at"]
    return newest


def as_of(moment: datetime | None) -> str:
    """Return a moment of counting as a page says it, "" before the first. No query."""
    return stamp(timezone.localtime(moment)) if moment else ""


def too_old(measure: Measure, ends_on: date, now: datetime, sources: list[SourceRow]) -> str:
    """Return why a measure's reading up to `ends_on` is too old, "" while it is fresh.

    Readings end every week: one is too old once a whole further week is missing, or once a
    source of its events is late. No query.
    """
    age = timezone.localdate(now) - ends_on
    if age > 2 * READING_EVERY:
        return f"{age.days} days old"
    return _late(_feeding(_counted_in([measure]), sources))


def lacking(measures: Iterable[Measure], ends_on: date, sources: list[SourceRow]) -> str:
    """Return why a test whose window ends before `ends_on` may lack events, "" where it does not.

    It does once a source of its measures is late that has sent nothing since. What had come in
    when the window ended never grows old. No query.
    """
    return lacking_events(_counted_in(measures), ends_on, sources)


def lacking_events(kinds: Collection[str], ends_on: date, sources: list[SourceRow]) -> str:
    """Return why events of these kinds before `ends_on` may be missing, as `lacking` does."""
    fed = _feeding(kinds, sources)
    return _late([source for source in fed if not _has_come_by(source.age.seen_at, ends_on)])


def complete_until(measures: Iterable[Measure], *, since: date) -> date | None:
    """Return the day after the newest event of the source that is furthest behind. One query.

    Of the sources that feed these measures. Not waited for are sources that promised to come
    once, and those that had missed two promises by `since`, unless no other feeds them. None where
    no source ever did.
    """
    feeding = Feed.objects.filter(kind__in=_counted_in(measures)).values("source")
    found = list(
        Feed.objects.filter(source__in=feeding)
        .values_list("source", "source__promise_hours")
        .annotate(newest=Max("newest_on"))
    )
    awaited: list[date] = [
        newest
        for _, hours, newest in found
        if hours < TEN_YEARS_HOURS and newest >= since - 2 * timedelta(hours=hours)
    ]
    known = min(awaited) if awaited else max((newest for *_, newest in found), default=None)
    return known and known + ONE_DAY


def _has_come_by(seen_at: datetime | None, ends_on: date) -> bool:
    return seen_at is not None and timezone.localdate(seen_at) >= ends_on


def _counted_in(measures: Iterable[Measure]) -> set[str]:
    return {kind for each in measures for kind in (*each.counted, *each.per_events)}


def _feeding(kinds: Collection[str], sources: list[SourceRow]) -> list[SourceRow]:
    return [source for source in sources if not source.kinds.isdisjoint(kinds)]


def _late(sources: list[SourceRow]) -> str:
    late = sum(not source.age.is_fresh for source in sources)
    return f"{counted(late, 'source', capital=True)} late" if late else ""
