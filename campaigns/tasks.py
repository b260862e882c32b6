"""The doorbell of the floor that acts on customers. Safe to lose, to repeat and to kill."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from campaigns.actions import (
    attachments,
    breaches,
    company_holdout,
    contact_counts,
    holdout,
    overlaps,
    traits,
)


@shared_task(name="campaigns.check_sent")
def check_sent(**_later: Any) -> None:
    """Have what was sent held against the sheet's rules."""
    breaches.give_nightly(at=timezone.now())


@shared_task(name="campaigns.freshen")
def freshen(**_later: Any) -> None:
    """Have the columns that audiences are counted from brought up to date."""
    traits.freshen(at=timezone.now())


@shared_task(name="campaigns.draw")
def draw(**_later: Any) -> None:
    """Have whoever joined a rolling audience drawn, and the company's holdout kept."""
    now = timezone.now()
    company_holdout.keep_company_holdout(at=now)
    holdout.draw_rolling(at=now)


@shared_task(name="campaigns.compare")
def compare(**_later: Any) -> None:
    """Have initiatives compared whose people changed."""
    overlaps.compare(at=timezone.now())


@shared_task(name="campaigns.overlaps")
def count_overlaps(**_later: Any) -> None:
    """Have all initiatives compared and all contacts counted, once a night."""
    now = timezone.now()
    overlaps.give_nightly(at=now)
    contact_counts.give_nightly(at=now)


@shared_task(name="campaigns.tidy")
def tidy(**_later: Any) -> None:
    """Delete attachments that no comment has."""
    attachments.tidy(at=timezone.now())
