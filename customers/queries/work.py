"""Reads of the ledger."""

from datetime import datetime

from customers.models import Sweep


def last_sweep() -> datetime | None:
    """Return when a worker last swept the ledger. One query."""
    return Sweep.objects.values_list("swept_at", flat=True).first()
