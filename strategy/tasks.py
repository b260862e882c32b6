"""The doorbell of the floor that agrees."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from strategy.actions.kept_answers import forget_answers


@shared_task(name="strategy.forget")
def forget(**_later: Any) -> None:
    """Forget answers that were kept for requests sent again, after a day."""
    forget_answers(at=timezone.now())
