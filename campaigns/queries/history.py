"""What happened to an initiative: acts and comments, newest first."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from campaigns.models import Comment, Initiative
from strategy.language.dates import day, day_with_year
from strategy.models import AuditEntry, Membership


class Change(NamedTuple):
    """One field of an initiative, in words, before and after; either may be empty."""

    label: str
    before: str
    after: str


class FileRow(NamedTuple):
    """A file beside a comment; `size` in words."""

    pk: int
    name: str
    size: str


class HistoryEntry(NamedTuple):
    """One act or comment. `by` is "Hymnsheet" where nobody did it.

    Of a comment `earlier` holds the wordings that it had before, the newest first; `comment_id`
    is None for an act.
    """

    on: str
    by: str
    by_id: int | None
    department: str
    sentence: str
    is_comment: bool
    changes: tuple[Change, ...]
    comment_id: int | None = None
    earlier: tuple[str, ...] = ()
    files: tuple[FileRow, ...] = ()


COMMENT, REWORDED = "initiative.comment", "initiative.comment.change"


def history_of(initiative_id: int, today: date) -> list[HistoryEntry]:
    """Return the history, newest first; days of another year name the year.

    Two queries, three where somebody commented.
    """
    earlier: defaultdict[int, list[str]] = defaultdict(list)
    found: list[tuple[datetime, HistoryEntry]] = []
    for entry in _entries(initiative_id):
        if entry.act == REWORDED:
            earlier[entry.details["comment"]].append(entry.details["before"])
        elif entry.act != COMMENT:
            row = HistoryEntry(
                on=_day(timezone.localdate(entry.at), today),
                by=entry.by.name if entry.by else "Hymnsheet",
                by_id=entry.by_id,
                department=entry.department or "",
                sentence=entry.sentence,
                is_comment=False,
                changes=tuple(Change(*change) for change in entry.details.get("changes", [])),
            )
            found.append((entry.at, row))
    for comment in _comments(initiative_id):
        row = HistoryEntry(
            on=_day(timezone.localdate(comment.at), today),
            by=comment.by.name,
            by_id=comment.by_id,
            department=comment.department or "",
            sentence=comment.text,
            is_comment=True,
            changes=(),
            comment_id=comment.pk,
            earlier=tuple(earlier[comment.pk]),
            files=tuple(
                FileRow(file.pk, file.name, filesizeformat(file.size))
                for file in comment.attachments.all()
            ),
        )
        found.append((comment.at, row))
    return [row for _, row in sorted(found, key=lambda each: each[0], reverse=True)]


def _entries(initiative_id: int) -> QuerySet[Any]:
    entries = AuditEntry.objects.filter(
        subject_kind=Initiative._meta.label_lower,  # noqa: SLF001  public, for all its name
        subject_id=initiative_id,
    )
    return entries.select_related("by").annotate(department=_department())


def _comments(initiative_id: int) -> QuerySet[Any]:
    comments = Comment.objects.filter(initiative_id=initiative_id).select_related("by")
    return comments.prefetch_related("attachments").annotate(department=_department())


def _department() -> Subquery:
    """Return the first department that `by` works in."""
    of_them = Membership.objects.filter(person=OuterRef("by"), department__isnull=False)
    return Subquery(of_them.order_by("pk").values("department__name")[:1])


def _day(on: date, today: date) -> str:
    return day(on) if on.year == today.year else day_with_year(on)
