"""Two people of the small company: one with a history in two systems, one without any."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from customers.actions.golden import refresh_golden_of
from customers.intake.identifiers import digests
from customers.intake.sealing import Keys
from customers.models import (
    Companion,
    Consent,
    Customer,
    Identifier,
    LinkRun,
    Neighbour,
    Proposal,
    Record,
    Source,
)
from strategy.models import Department
from tests.factories.customers import (
    EventFactory,
    LinkModelFactory,
    ProposalFactory,
    RecordFactory,
    SourceFactory,
)
from tests.factories.reports import NOW

NAME, EMAIL, CARD = "Maria Holt", "maria@example.org", "6335 1234 4417"
UNKNOWN = "Kwame Osei"
PERHAPS = [
    ("Agnes Whitlow", "Agnes Whitlov"),
    ("Bernard Quill", "B Quill"),
    ("Clara Penrose", "Klara Penrose"),
]
"""Who may be one person: with the surer, with the less sure, and already linked by likeness."""


def found(stores: Department, marketing: Department) -> None:
    """Build them as of NOW."""
    till = SourceFactory.create(key="loyalty", name="Loyalty card", department=stores)
    mail = SourceFactory.create(key="letters", name="Letters", department=marketing)
    maria = _record(till, NAME, **{"prefers.receipts": "on paper"})
    other = _record(mail, "M Holt", customer=maria.customer, certain_id=maria.pk)
    _record(mail, UNKNOWN)
    _perhaps(till, mail)
    for record in (maria, other):
        _identify(record, "email", EMAIL)
    _identify(maria, "loyalty_card", CARD)
    for days in (58, 118, 178, 238):
        _event(maria, "order", days, product="Bulbs", category="lighting", store="York")
    for days in range(300, 330):
        _event(maria, "order", days, product=f"Thing {days}", category="tools", store="York")
    _event(maria, "complaint", 3, product="Bedside table")
    for days in (1, 2, 4):
        _event(other, "contact", days, channel="email")
    for channel, is_allowed in (("email", True), ("text", False)):
        Consent.objects.create(
            record=maria, channel=channel, purpose="marketing", is_allowed=is_allowed, told_at=NOW
        )
    counted = {"people_count": 38, "lift": 2.0, "counted_at": NOW}
    Companion.objects.create(
        product="Bulbs", goes_with="Fuses", product_people_count=100, **counted
    )
    Neighbour.objects.create(
        category="lighting", goes_with="garden", category_people_count=100, **counted
    )


def public_id(name: str) -> UUID:
    """Return by which id somebody's card is found."""
    return Customer.objects.get(full_name=name).public_id


def _perhaps(till: Source, mail: Source) -> None:
    """Lay two pairs before somebody, the surer first, and link a third by likeness."""
    model = LinkModelFactory.create()
    for weight, (one, other) in zip((9.0, 4.0, 14.0), PERHAPS, strict=True):
        a = _record(till, one, born_on="1961-05-04", postcode="YO1 7HH")
        b = _record(mail, other, born_on="1961-05-04", postcode="YO1 7HK")
        _identify(a, "phone", f"+44190455{a.pk:04}")
        ProposalFactory.create(a=a, b=b, weight=weight, model=model)
    b.customer = a.customer
    b.save()
    Proposal.objects.filter(b=b).update(tier=Proposal.Tier.PROBABLE, probability=0.997)
    for largest, seconds in ((3, 0.4), (5, 0.5)):
        figures = {"records": 9, "customers": 7, "largest": largest, "generic_values": 1}
        LinkRun.objects.create(
            at=NOW,
            rules_version=1,
            model=model,
            figures=figures | {"review": 2, "seconds": seconds},
        )


def _record(source: Source, name: str, **more: Any) -> Record:
    said = {key: more.pop(key) for key in list(more) if key not in {"customer", "certain_id"}}
    attributes = {"full_name": name, "city": "York", **said}
    record = RecordFactory.create(source=source, attributes=attributes, **more)
    with connection.cursor() as cursor:
        refresh_golden_of(cursor, [record.pk])
    return record


def _identify(record: Record, kind: str, value: str) -> None:
    found = digests(kind, [value], settings.IDENTITY_KEY.encode()[:64])[0]
    sealed = Keys(settings.IDENTIFIER_KEYS).seal(kind, [value])[0]
    Identifier.objects.create(record=record, kind=kind, digest=found, sealed=sealed)


def _event(record: Record, kind: str, days_ago: int, **said: Any) -> None:
    at = NOW - timedelta(days=days_ago)
    EventFactory.create(record=record, kind=kind, at=at, **({"amount": None} | said))
