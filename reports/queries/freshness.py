"""How old the sources and readings are, against what was promised.

A source is as old as its last import that brought rows. A reading is too old once a source that
sends its kinds of event is late; a source that promised to come once never is.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, Q
from django.utils import timezone

from customers.models import Source, StaleWeek, Work
from reports.models import Feed, Reading
from strategy.language.dates import ago, every
from strategy.language.words import counted
from strategy.models import Measure

READING_EVERY = timedelta(days=7)


class SourceRow(NamedTuple):
    """One source: `loaded` and `promise` in words, `status` and `word` for its tag.

    `kinds` are the kinds of event that it has sent.
    """

    name: str
    department_id: int
    department: str
    feeds: str
    loaded_at: datetime | None
    loaded: str
    promised: timedelta
    promise: str
    status: str
    word: str
    kinds: frozenset[str] = frozenset()

    @property
    def is_fresh(self) -> bool:
        return self.status == "ok"

    @property
    def due_on(self) -> date | None:
        """The day by which it should have been loaded again."""
        if self.loaded_at is None:
            return None
        return timezone.localdate(self.loaded_at + self.promised)


def source_rows(now: datetime) -> list[SourceRow]:
    """Return every source with its age. One query."""
    brought_rows = Q(imports__accepted_count__gt=0)
    sources = Source.objects.select_related("department").annotate(
        loaded_at=Max("imports__loaded_at", filter=brought_rows),
        kinds=ArraySubquery(Feed.objects.filter(source=OuterRef("pk")).values("kind")),
    )
    return [_row(source, now) for source in sources]


def is_counting() -> bool:
    """Return whether a week, or everything, waits to be counted again. At most two queries."""
    unfinished = Work.objects.filter(state__in=[Work.State.WAITING, Work.State.RUNNING])
    return StaleWeek.objects.exists() or unfinished.filter(kind="refresh").exists()


def counted_at() -> datetime | None:
    """Return when a reading was last counted, None before the first. One query."""
    newest: datetime | None = Reading.objects.aggregate(at=Max("as_of"))["at"]
    return newest


def _row(source: Source, now: datetime) -> SourceRow:
    loaded_at: datetime | None = getattr(source, "loaded_at", None)
    promised = timedelta(hours=source.promise_hours)
    status, word = "ok", "Fresh"
    if loaded_at is None:
        status, word = "none", "Never loaded"
    elif now - loaded_at > promised:
        status, word = "stale", "Stale"
    return SourceRow(
        name=source.name,
        department_id=source.department_id,
        department=source.department.name,
        feeds=source.feeds,
        loaded_at=loaded_at,
        loaded=ago(loaded_at, timezone.localtime(now)) if loaded_at else "",
        promised=promised,
        promise=every(source.promise_hours),
        status=status,
        word=word,
        kinds=frozenset(getattr(source, "kinds", ())),
    )


def too_old(measure: Measure, ends_on: date, now: datetime, sources: list[SourceRow]) -> str | None:
    """Return why a measure's reading up to `ends_on` is too old, None while it is fresh.

    Readings end every week: one is too old once a whole further week is missing, or once a
    source of its events is late. No query.
    """
    age = timezone.localdate(now) - ends_on
    if age > 2 * READING_EVERY:
        return f"{age.days} days old"
    kinds = {*measure.counted, *measure.per_events}
    late = sum(not source.is_fresh and bool(source.kinds & kinds) for source in sources)
    return f"{counted(late, 'source', capital=True)} late" if late else None
