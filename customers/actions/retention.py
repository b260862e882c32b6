"""Deleting events that are past their time, night by night."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.work import Progress
from customers.models import Retention
from customers.queries.retention import months_before
from strategy.actions.audit import record
from strategy.language.dates import long_day
from strategy.language.numbers import number

KIND = "retain"
BATCH = 10_000
MOST = 500_000
"""What one piece of work deletes of a kind; where more is due it gives the rest to another."""


def retain(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Delete the events that each kind's period has passed for; the work of kind "retain".

    No week becomes stale by it: readings of weeks that are no longer whole stay as they are. Every
    run that deletes says so in the audit log.
    """
    today = timezone.localdate(at)
    removed: dict[str, int] = {}
    is_over = True
    for rule in Retention.objects.all():
        before = months_before(today, rule.keep_months)
        progress.step = f"Deleting {rule.event_kind} events before {long_day(before)}"
        with connection.cursor() as cursor:
            count = _delete(cursor, rule.event_kind, before, progress)
        is_over = is_over and count < MOST
        if count:
            removed[rule.event_kind] = count
            record(
                act="retention.delete",
                subject=rule,
                sentence=(
                    f"Deleted {number(count)} events of kind {rule.event_kind} from before "
                    f"{long_day(before)}, which are kept for {rule.keep_months} months."
                ),
                by=None,
                at=at,
            )
    if not is_over:
        ledger.give(kind=KIND, arguments={}, at=at, once="all")
    return removed


def give_nightly(*, at: datetime) -> int | None:
    """Give the night's work to the ledger; None where everything is kept for ever."""
    if not Retention.objects.exists():
        return None
    return ledger.give(kind=KIND, arguments={}, at=at, once="all")


def _delete(cursor: CursorWrapper, kind: str, before: date, progress: Progress) -> int:
    removed = 0
    while removed < MOST:
        cursor.execute(
            """
            DELETE FROM customers_event WHERE id IN (
                SELECT id FROM customers_event
                WHERE kind = %s AND at < %s::timestamp AT TIME ZONE %s
                ORDER BY at LIMIT %s
            )
            """,
            [kind, before, settings.TIME_ZONE, BATCH],
        )
        removed += cursor.rowcount
        progress.done = removed
        progress.check()
        if cursor.rowcount < BATCH:
            break
    return removed
