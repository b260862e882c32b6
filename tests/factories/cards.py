"""Customers whose card is looked at."""

from datetime import timedelta
from typing import Any

from django.db import connection

from customers.actions.golden import refresh_golden_of
from customers.identity.rules import Reason, State
from customers.models import Companion, Consent, Neighbour, Record
from tests.factories.campaigns import InitiativeFactory, sheet
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory, identify
from tests.factories.reports import NOW
from tests.factories.strategy import DepartmentFactory


def record_of(source_key: str = "tills", other: Record | None = None, **said: Any) -> Record:
    """Make a record of a source, of somebody new or of the same customer as another record."""
    department = DepartmentFactory.create(key=f"d-{source_key}", name=source_key.capitalize())
    source = SourceFactory.create(key=source_key, department=department)
    attributes = {"updated_at": "2026-04-02T10:00:00+00:00"} | said
    linked = {"customer": other.customer, "certain_id": other.certain_id} if other else {}
    record = RecordFactory.create(source=source, attributes=attributes, **linked)
    with connection.cursor() as cursor:
        refresh_golden_of(cursor, [record.pk])
    return record


def event(record: Record, kind: str, days_ago: float = 1, **said: Any) -> None:
    """Make an event so many days before the page is looked at."""
    at = NOW - timedelta(days=days_ago)
    EventFactory.create(record=record, kind=kind, at=at, **({"amount": None} | said))


def address(record: Record) -> str:
    """Return where the card of a record's customer is."""
    return f"/customers/{record.customer.public_id}/"


def rich(maria: Record) -> None:
    """Give somebody a history in which everything has something to say."""
    sheet(version=4)
    shop = record_of(
        "shop",
        maria,
        full_name="M Holt",
        **{"prefers.receipts": "on paper", "prefers.light": "warm"},
    )
    identify(shop, "email", "maria@example.org")
    identify(shop, "phone", "07700 900123", state=State.GENERIC, reason=Reason.TOO_MANY_PEOPLE)
    for days in (58, 118, 178, 238):
        event(maria, "order", days, product="Bulbs", category="lighting", store="York")
    event(maria, "complaint", 3, product="Table", order_id="L7")
    event(shop, "view", 2, product="Lamp", channel="website")
    InitiativeFactory.create(key="bulbs", name="Bulb reminder")
    for days in (1, 2, 4):
        event(shop, "contact", days, channel="email", initiative="bulbs")
    event(shop, "contact", 3.5, channel="call", transactional=True)
    Companion.objects.create(
        product="Bulbs", goes_with="Fuses", people_count=38, product_people_count=100, lift=3,
        counted_at=NOW,
    )  # fmt: skip
    Neighbour.objects.create(
        category="lighting", goes_with="garden", people_count=40, category_people_count=100,
        lift=1.5, counted_at=NOW,
    )  # fmt: skip
    Consent.objects.create(
        record=maria, channel="email", purpose="marketing", is_allowed=True, told_at=NOW
    )
    Consent.objects.create(
        record=maria, channel="text", purpose="marketing", is_allowed=False, told_at=NOW,
        evidence="Till 4",
    )  # fmt: skip
