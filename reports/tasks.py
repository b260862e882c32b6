"""The doorbell of the floor that counts."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from reports.actions import claims, evaluations, retests
from reports.actions import refresh as refreshing
from reports.actions import week as weekly
from reports.facts import spill


@shared_task(name="reports.freshen")
def freshen(**_later: Any) -> None:
    """Have counted what waits to be counted."""
    refreshing.freshen(at=timezone.now())


@shared_task(name="reports.learn")
def learn(**_later: Any) -> None:
    """Have retests done that are due, and claims answered whose windows gain days."""
    now = timezone.now()
    retests.give_due(at=now)
    claims.give_open(at=now)


@shared_task(name="reports.forget")
def forget(**_later: Any) -> None:
    """Forget files that were judged, after a day, and what killed processes left of counting."""
    now = timezone.now()
    evaluations.forget_evaluations(at=now)
    spill.delete_left(at=now)


@shared_task(name="reports.week")
def week(**_later: Any) -> None:
    """Have department heads told what others do to their customers."""
    weekly.give_weekly(at=timezone.now())
