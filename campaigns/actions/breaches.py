"""Holding what was really sent against the sheet's rules, every night."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.models import Breach, CheckedDay
from campaigns.queries.sent import sent_on
from customers.actions import work as ledger
from customers.actions.work import Progress
from strategy.language.dates import long_day

KIND = "breaches"
DAYS = 7
"""How many days back contacts are held against the rules again: some come in late."""


def check_sent(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Look at the last seven whole days; the work of kind "breaches"."""
    today = timezone.localdate(at)
    progress.total = DAYS
    contacts = breaches = 0
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        progress.step = f"Checking what was sent on {long_day(day)}"
        checked = check_day(day=day, at=at)
        contacts += checked.contact_count
        breaches += Breach.objects.filter(on=day).count()
        progress.done += 1
        progress.check()
    return {"days": DAYS, "contacts": contacts, "breaches": breaches}


@transaction.atomic
def check_day(*, day: date, at: datetime) -> CheckedDay:
    """Write down what a day's contacts broke, in the place of what was found of it before."""
    found = sent_on(day)
    Breach.objects.filter(on=day).delete()
    Breach.objects.bulk_create(
        Breach(on=day, found_at=at, **breach._asdict()) for breach in found.breaches
    )
    checked, _ = CheckedDay.objects.update_or_create(
        on=day, defaults={"checked_at": at, "contact_count": found.contact_count}
    )
    return checked


def give_nightly(*, at: datetime) -> int:
    """Give the night's work to the ledger."""
    return ledger.give(kind=KIND, arguments={}, at=at, once="all")


def follow_forgotten(cursor: CursorWrapper) -> None:
    """Take who is forgotten out of the examples, by the table `forgotten`."""
    cursor.execute(
        """
        UPDATE campaigns_breach SET examples = ARRAY(
            SELECT one FROM unnest(examples) one WHERE one NOT IN (SELECT record_id FROM forgotten)
        )
        WHERE examples && ARRAY(SELECT record_id FROM forgotten)::bigint[]
        """
    )
