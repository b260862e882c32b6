"""The doorbell of the floor that acts on customers."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from campaigns.actions import attachments, breaches


@shared_task(name="campaigns.check_sent")
def check_sent(**_later: Any) -> None:
    """Have what was sent held against the sheet's rules."""
    breaches.give_nightly(at=timezone.now())


@shared_task(name="campaigns.tidy")
def tidy(**_later: Any) -> None:
    """Delete attachments that no comment has."""
    attachments.tidy(at=timezone.now())
