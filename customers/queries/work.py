"""Reads of the ledger."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from customers.models import Sweep, Work


def last_sweep() -> datetime | None:
    """Return when a worker last swept the ledger. One query."""
    return Sweep.objects.values_list("swept_at", flat=True).first()


class TroubledWork(NamedTuple):
    """Work that failed or that nobody gets on with; `since` when."""

    pk: int
    kind: str
    since: datetime
    error: str


def failed_work(since: datetime) -> list[TroubledWork]:
    """Return the work that ended as failed at or after `since`, newest first. One query."""
    failed = Work.objects.filter(state=Work.State.FAILED, ended_at__gte=since)
    return _troubled(failed.order_by("-ended_at"), F("ended_at"))


def hanging_work(before: datetime) -> list[TroubledWork]:
    """Return work due before that moment which nobody has taken, eldest first. One query."""
    return _troubled(_hanging(before).order_by("pk"), Coalesce("lease_until", "created_at"))


def is_stuck(before: datetime) -> bool:
    """Return whether work due before that moment waits though no other runs. Two queries."""
    running = Work.objects.filter(state=Work.State.RUNNING, lease_until__gte=before)
    return _hanging(before).exists() and not running.exists()


def _hanging(before: datetime) -> QuerySet[Work]:
    return Work.objects.filter(
        Q(state=Work.State.WAITING, created_at__lt=before)
        | Q(state=Work.State.RUNNING, lease_until__lt=before)
    )


def _troubled(rows: QuerySet[Work], since: F | Coalesce) -> list[TroubledWork]:
    named = rows.annotate(since=since)
    return [TroubledWork(*row) for row in named.values_list("pk", "kind", "since", "error")]
