"""Reads of who looked at whom."""

from datetime import datetime, timedelta
from uuid import UUID

from customers.models import Look
from strategy.models import Person

REVEALED_FOR = timedelta(minutes=5)


def revealed_until(person: Person, public_id: UUID, now: datetime) -> datetime | None:
    """Return until when a person sees a customer's details in clear, None if masked. One query."""
    at = (
        Look.objects.filter(
            customer=public_id, by=person, act=Look.Act.REVEAL, at__gt=now - REVEALED_FOR
        )
        .values_list("at", flat=True)
        .first()
    )
    return at + REVEALED_FOR if at else None
