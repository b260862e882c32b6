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

    No week is counted again for it: readings of weeks that are no longer whole stay as they are,
    and only the copy of the facts follows. Every run that deletes says so in the audit log.
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
            WITH gone AS (
                DELETE FROM customers_event WHERE id IN (
                    SELECT id FROM customers_event
                    WHERE kind = %(kind)s AND at < %(before)s::timestamp AT TIME ZONE %(zone)s
                    ORDER BY at LIMIT %(batch)s
                )
                RETURNING at
            ), stale AS (
                INSERT INTO customers_staleweek (week_on, because)
                SELECT DISTINCT date_trunc('week', at AT TIME ZONE %(zone)s)::date, 'age' FROM gone
            )
            SELECT count(*) FROM gone
            """,
            {"kind": kind, "before": before, "zone": settings.TIME_ZONE, "batch": BATCH},
        )
        (count,) = cursor.fetchone()
        removed += count
        progress.done = removed
        progress.check()
        if count < BATCH:
            break
    return removed
