"""The doorbell: ids in, one action called. Safe to lose, to repeat and to kill."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from customers.actions import companions, kept_files
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
    """Delete files of imports that nobody needs any more."""
    kept_files.tidy(at=timezone.now())


@shared_task(name="customers.remember")
def remember(**_later: Any) -> None:
    """Have counted, once a day, what goes with what."""
    companions.remember(at=timezone.now())
