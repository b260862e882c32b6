"""The doorbell: ids in, one action called. Safe to lose, to repeat and to kill."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from customers.actions import arrivals, companions, kept_files, resolving, retention
from customers.actions import work as ledger


@shared_task(name="customers.work")
def work(*, work_id: int, **_later: Any) -> None:
    """Run one piece of work from the ledger, if nobody else has it."""
    ledger.run(work_id, clock=timezone.now)


@shared_task(name="customers.sweep")
def sweep(**_later: Any) -> None:
    """Ring for forgotten work; also the sign that a worker lives."""
    ledger.sweep(at=timezone.now())


@shared_task(name="customers.tidy")
def tidy(**_later: Any) -> None:
    """End imports that nobody started, and delete files that nobody needs any more."""
    now = timezone.now()
    kept_files.cancel_forgotten(at=now)
    kept_files.tidy(at=now)


@shared_task(name="customers.fold")
def fold(**_later: Any) -> None:
    """Add the day's live messages up, so that there is little to read."""
    arrivals.fold_arrivals()


@shared_task(name="customers.retain")
def retain(**_later: Any) -> None:
    """Have events deleted that are past their time."""
    retention.give_nightly(at=timezone.now())


@shared_task(name="customers.remember")
def remember(**_later: Any) -> None:
    """Have counted, once a day, what goes with what."""
    companions.remember(at=timezone.now())


@shared_task(name="customers.resolve")
def resolve(**_later: Any) -> None:
    """Have everybody linked from the start, by likeness too."""
    resolving.give_nightly(at=timezone.now())
