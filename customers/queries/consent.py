"""Reads of what customers allowed."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from customers.models import Consent


class ConsentRow(NamedTuple):
    """The answer that holds for a channel and a purpose: the most restrictive of the records'."""

    channel: str
    purpose: str
    is_allowed: bool
    source: str
    told_at: datetime
    how: str
    evidence: str


def consents_of(customer_id: int) -> list[ConsentRow]:
    """Return the answers of the records that are certainly a customer's. One query."""
    told = (
        Consent.objects.filter(
            record__customer_id=customer_id, record__certain_id=F("record__customer_id")
        )
        .order_by("record_id", "channel", "purpose", "-told_at", "-id")
        .distinct("record_id", "channel", "purpose")
        .select_related("record__source")
    )
    held: dict[tuple[str, str], Consent] = {}
    for one in told:
        other = held.get((one.channel, one.purpose))
        if other is None or (one.is_allowed, -one.told_at.timestamp()) < (
            other.is_allowed,
            -other.told_at.timestamp(),
        ):
            held[one.channel, one.purpose] = one
    return [
        ConsentRow(*place, one.is_allowed, one.record.source.name, one.told_at, "", one.evidence)
        for place, one in sorted(held.items())
    ]
