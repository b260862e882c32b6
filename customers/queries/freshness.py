"""How old each source is, against what it promised.

A source is as old as its last import that brought rows, or as its last live message that was
accepted, whichever came later. A source that promised to come once is never late again.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from customers.models import Arrival, Import, Source
from strategy.language import answers
from strategy.language.dates import ago, every


class SourceAge(NamedTuple):
    """One source: `seen` and `promise` in words, `status` and `word` for its tag.

    `loaded_at` is its last import that brought rows, `heard_at` its last live message, and
    `seen_at` the later of the two, None before the first.
    """

    pk: int
    key: str
    name: str
    department: str
    feeds: str
    loaded_at: datetime | None
    heard_at: datetime | None
    seen_at: datetime | None
    seen: str
    promised: timedelta
    promise: str
    status: str
    word: str

    @property
    def is_fresh(self) -> bool:
        return self.status == "ok"

    @property
    def due_on(self) -> date | None:
        """The day by which something should have come again."""
        if self.seen_at is None:
            return None
        return timezone.localdate(self.seen_at + self.promised)


def aged_sources() -> QuerySet[Source]:
    """Return every source with all that `source_age` asks for. One query when read."""
    brought = Import.objects.filter(source=OuterRef("pk"), accepted_count__gt=0)
    heard = Arrival.objects.filter(source=OuterRef("pk"))
    return Source.objects.select_related("department").annotate(
        loaded_at=Subquery(brought.order_by("-loaded_at").values("loaded_at")[:1]),
        heard_at=Subquery(heard.order_by("-last_at").values("last_at")[:1]),
    )


def source_ages(now: datetime) -> list[SourceAge]:
    """Return every source with its age. One query."""
    return [source_age(source, now) for source in aged_sources()]


def freshness(now: datetime) -> str:
    """Say how many sources are as fresh as promised. One query."""
    ages = source_ages(now)
    return answers.freshness(sum(age.is_fresh for age in ages), len(ages))


def source_age(source: Any, now: datetime) -> SourceAge:
    """Return the age of a source out of `aged_sources`. No query."""
    seen_at = max(filter(None, (source.loaded_at, source.heard_at)), default=None)
    promised = timedelta(hours=source.promise_hours)
    status, word = "ok", "Fresh"
    if seen_at is None:
        status, word = "none", "Nothing yet"
    elif now - seen_at > promised:
        status, word = "stale", "Stale"
    return SourceAge(
        pk=source.pk,
        key=source.key,
        name=source.name,
        department=source.department.name,
        feeds=source.feeds,
        loaded_at=source.loaded_at,
        heard_at=source.heard_at,
        seen_at=seen_at,
        seen=ago(seen_at, timezone.localtime(now)) if seen_at else "",
        promised=promised,
        promise=every(source.promise_hours),
        status=status,
        word=word,
    )
