"""How old the sources and readings are, against what was promised."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from customers.models import Source
from strategy.language.dates import ago, every

READING_EVERY = timedelta(days=7)


class SourceRow(NamedTuple):
    """One source: `loaded` and `promise` in words, `status` and `word` for its tag."""

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
    sources = Source.objects.select_related("department")
    return [_row(source, now) for source in sources.annotate(loaded_at=Max("imports__loaded_at"))]


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
    )


def days_too_old(ends_on: date, now: datetime, sources: list[SourceRow]) -> int | None:
    """Return how many days old a reading up to `ends_on` is, or None while it is fresh.

    Readings end every week. One is too old once a whole further week is missing, or once even
    the newest file of any source is older than that source promised.
    """
    age = timezone.localdate(now) - ends_on
    loaded = [source for source in sources if source.loaded_at is not None]
    newest = max(loaded, key=lambda source: source.loaded_at or now, default=None)
    is_late = newest is not None and not newest.is_fresh
    return age.days if is_late or age > 2 * READING_EVERY else None
