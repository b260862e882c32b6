"""The doorbell of the floor that counts."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from reports.actions import refresh as refreshing


@shared_task(name="reports.freshen")
def freshen(**_later: Any) -> None:
    """Have counted what waits to be counted."""
    refreshing.freshen(at=timezone.now())
