"""The doorbell of the floor that plans."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from campaigns.actions import overlaps


@shared_task(name="campaigns.compare")
def compare(**_later: Any) -> None:
    """Have initiatives compared whose people changed."""
    overlaps.compare(at=timezone.now())


@shared_task(name="campaigns.overlaps")
def count_overlaps(**_later: Any) -> None:
    """Have all initiatives compared, once a night."""
    overlaps.give_nightly(at=timezone.now())
