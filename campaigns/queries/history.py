"""What happened to an initiative: acts and comments, newest first."""

from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from campaigns.models import Initiative
from strategy.language.dates import day, day_with_year
from strategy.models import AuditEntry, Membership


class Change(NamedTuple):
    """One field of an initiative, in words, before and after; either may be empty."""

    label: str
    before: str
    after: str


class HistoryEntry(NamedTuple):
    """One act or comment. `by` is "Hymnsheet" where nobody did it."""

    on: str
    by: str
    department: str
    sentence: str
    is_comment: bool
    changes: tuple[Change, ...]


def history_of(initiative_id: int, today: date) -> list[HistoryEntry]:
    """Return the history, newest first; days of another year name the year. One query."""
    first_department = Membership.objects.filter(person=OuterRef("by"), department__isnull=False)
    entries = (
        AuditEntry.objects.filter(
            subject_kind=Initiative._meta.label_lower,  # noqa: SLF001  public, for all its name
            subject_id=initiative_id,
        )
        .select_related("by")
        .annotate(
            department=Subquery(first_department.order_by("pk").values("department__name")[:1])
        )
    )
    return [
        HistoryEntry(
            on=_day(timezone.localdate(entry.at), today),
            by=entry.by.name if entry.by else "Hymnsheet",
            department=entry.department or "",
            sentence=entry.sentence,
            is_comment=entry.act == "initiative.comment",
            changes=tuple(Change(*change) for change in entry.details.get("changes", [])),
        )
        for entry in entries
    ]


def _day(on: date, today: date) -> str:
    return day(on) if on.year == today.year else day_with_year(on)
