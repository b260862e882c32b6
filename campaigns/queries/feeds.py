"""Who may read the calendar's feed, and what stands in it."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from campaigns.calendar.feed import Entry, Status
from campaigns.models import UNAGREED, CalendarFeed, Initiative
from strategy.models import AuditEntry, Person

KEPT = timedelta(days=365)
"""What ended longer ago is not in the feed."""


def digest_of(token: str) -> bytes:
    """Return what is kept of a feed's token."""
    return hashlib.sha256(token.encode()).digest()


def reader_of(token: str) -> Person | None:
    """Return the person whose token this is and who may still sign in. One query."""
    feeds = CalendarFeed.objects.select_related("person")
    feed = feeds.filter(digest=digest_of(token), person__is_active=True).first()
    return feed.person if feed else None


def entries(
    today: date,
    url_of: Callable[[int], str],
    *,
    owner: Person | None = None,
    department: str = "",
) -> list[Entry]:
    """Return the initiatives of the last year and all ahead, of one person or department.

    What was called off stays, cancelled, so that calendars take it away. One query.
    """
    rows = Initiative.objects.filter(ends_on__gt=today - KEPT)
    if owner is not None:
        rows = rows.filter(owner=owner)
    if department:
        rows = rows.filter(department__key=department)
    return [_entry(one, url_of(one.pk)) for one in _with_changes(rows)]


def _with_changes(rows: QuerySet[Initiative]) -> QuerySet[Initiative]:
    changes = (
        AuditEntry.objects.filter(
            Q(act__startswith="initiative.") & ~Q(act="initiative.comment"),
            subject_kind="campaigns.initiative",
            subject_id=OuterRef("pk"),
        )
        .order_by()
        .values("subject_id")
    )
    return (
        rows.select_related("department", "owner")
        .annotate(
            sequence=Subquery(changes.annotate(count=Count("pk")).values("count")),
            changed_at=Subquery(changes.annotate(newest=Max("at")).values("newest")),
        )
        .order_by("starts_on", "pk")
    )


def _entry(one: Initiative, url: str) -> Entry:
    known = vars(one)
    ended_on = timezone.localdate(one.ended_at) if one.ended_at else None
    ends_on = one.ends_on
    if ended_on and one.launched_at:
        ends_on = max(min(ends_on, ended_on + timedelta(days=1)), one.starts_on + timedelta(days=1))
    return Entry(
        pk=one.pk,
        name=one.name,
        notice=one.notice,
        department=one.department.name,
        owner=one.owner.name,
        starts_on=one.starts_on,
        ends_on=ends_on,
        status=_status(one),
        sequence=known["sequence"] or 0,
        created_at=one.created_at,
        changed_at=known["changed_at"] or one.created_at,
        url=url,
    )


def _status(one: Initiative) -> Status:
    if one.ended_at and not one.launched_at:
        return "CANCELLED"
    return "TENTATIVE" if one.status in UNAGREED else "CONFIRMED"
