"""Sources, their files, the people and the events that the files brought."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import factory
from django.conf import settings
from django.db import connection
from factory.django import DjangoModelFactory

from customers.intake.identifiers import digests
from customers.intake.sealing import Keys
from customers.models import (
    Arrival,
    Consent,
    Customer,
    Event,
    Identifier,
    Import,
    LinkModel,
    Proposal,
    Record,
    Source,
    Work,
)
from tests.factories.strategy import DepartmentFactory, PersonFactory

AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
NO_COUNTS = dict.fromkeys(
    f"{name}_count" for name in ("read", "accepted", "changed", "unchanged", "rejected", "dropped")
)


class SourceFactory(DjangoModelFactory[Source]):
    class Meta:
        model = Source

    key = factory.Sequence(lambda number: f"source-{number}")
    name = factory.LazyAttribute(lambda source: source.key.replace("-", " ").capitalize())
    department = factory.SubFactory(DepartmentFactory)


def said(**changes: Any) -> Any:
    """Return all that is said of a source, as its form would send it on."""
    department = changes.pop("department", None) or DepartmentFactory.create()
    return {
        "name": "Tills",
        "department": department,
        "owner": None,
        "feeds": "Store orders",
        "promise_hours": 24,
        "trust_rank": 1,
        "identifier_kinds": ["loyalty_card", "email"],
        "confirmed_kinds": ["loyalty_card"],
        **changes,
    }


class ArrivalFactory(DjangoModelFactory[Arrival]):
    """A hundred live messages, of which ninety were new events."""

    class Meta:
        model = Arrival

    source = factory.SubFactory(SourceFactory)
    arrived_on = factory.LazyAttribute(lambda arrival: arrival.last_at.date())
    message_count, event_count = 100, 90
    last_at = AT


class WorkFactory(DjangoModelFactory[Work]):
    """Work that waits; or, by trait, that runs, is done or has failed."""

    class Meta:
        model = Work

    class Params:
        running = factory.Trait(
            state=Work.State.RUNNING, attempts=1, started_at=AT, lease_until=AT, step="Reading"
        )
        done = factory.Trait(state=Work.State.DONE, attempts=1, started_at=AT, ended_at=AT)
        failed = factory.Trait(
            state=Work.State.FAILED, attempts=1, started_at=AT, ended_at=AT, error="It broke off."
        )

    kind = "import"
    created_at = AT
    created_by = factory.SubFactory(PersonFactory)


class ImportFactory(DjangoModelFactory[Import]):
    """A file whose ten rows were all new; with `waiting=True`, one that was only handed in."""

    class Meta:
        model = Import

    class Params:
        waiting = factory.Trait(work=factory.SubFactory(WorkFactory), loaded_at=None, **NO_COUNTS)

    source = factory.SubFactory(SourceFactory)
    work = factory.SubFactory(WorkFactory, done=True)
    file_name = factory.Sequence(lambda number: f"orders-{number}.csv")
    path = factory.LazyAttribute(lambda file: f"/nowhere/{file.file_name}")
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    size = 1024
    mapping = factory.LazyFunction(
        lambda: {
            "kind": "events",
            "columns": {"external_id": ["customer"], "at": ["date", "time"]},
            "constants": {"event": "order"},
            "values": {},
            "formats": {"at": "iso", "zone": "Europe/London", "decimal": "."},
        }
    )
    mapping_hash = "0" * 64
    kind = "events"
    read_count = accepted_count = changed_count = 10
    unchanged_count = rejected_count = dropped_count = 0
    loaded_at = AT


def _next_record_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('customers_record', 'id'))")
        return int(cursor.fetchone()[0])


class RecordFactory(DjangoModelFactory[Record]):
    """A record that founds the customer with its own id, and belongs to it unless told whose."""

    class Meta:
        model = Record
        skip_postgeneration_save = True

    id = factory.LazyFunction(_next_record_id)
    source = factory.SubFactory(SourceFactory)
    external_id = factory.Sequence(lambda number: f"C{number}")
    customer = factory.LazyAttribute(lambda record: Customer.objects.create(id=record.id))
    certain_id = factory.SelfAttribute("id")
    attributes: Any = factory.LazyFunction(dict)

    @factory.post_generation
    def founds(self: Record, _create: bool, _given: Any, **_more: Any) -> None:
        """Have every record found its customer, also one that belongs to another."""
        Customer.objects.get_or_create(id=self.id)


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer with the record that founds it; `record__source=…` says where it comes from."""

    class Meta:
        model = Customer
        skip_postgeneration_save = True

    id = factory.LazyFunction(_next_record_id)
    record = factory.RelatedFactory(
        RecordFactory, "customer", id=factory.SelfAttribute("customer.id")
    )


class EventFactory(DjangoModelFactory[Event]):
    """An order of £20 by somebody; `record=None` counts for the shop only."""

    class Meta:
        model = Event

    record = factory.SubFactory(RecordFactory)
    source = factory.LazyAttribute(
        lambda event: event.record.source if event.record else SourceFactory.create()
    )
    event_id = factory.Sequence(lambda number: f"E{number}")
    kind = "order"
    at = AT
    channel = "web"
    amount = Decimal(20)
    currency = "GBP"


class LinkModelFactory(DjangoModelFactory[LinkModel]):
    class Meta:
        model = LinkModel

    trained_at = AT
    recipe = '{"vetoes": []}'
    recipe_hash = "0" * 64
    record_count = 100


class ProposalFactory(DjangoModelFactory[Proposal]):
    """Two records that likeness would not join by itself; with `either=True`, an unclear one."""

    class Meta:
        model = Proposal

    class Params:
        either = factory.Trait(
            model=None,
            probability=None,
            weight=None,
            evidence=["shares an identifier with both of two people"],
        )

    a = factory.SubFactory(RecordFactory)
    b = factory.SubFactory(RecordFactory)
    tier = Proposal.Tier.REVIEW
    probability = 0.983
    weight = 6.0
    evidence: Any = factory.LazyFunction(lambda: ["same birth day", "surname spelled nearly alike"])
    model = factory.SubFactory(LinkModelFactory)
    proposed_at = AT


def answer(record: Record, *, is_allowed: bool, at: datetime) -> None:
    """Have a record say yes or no to marketing mails."""
    Consent.objects.create(
        record=record, channel="email", purpose="marketing", is_allowed=is_allowed, told_at=at
    )


def allows(record: Record, channel: str = "email", purpose: str = "marketing") -> bool | None:
    """Return a record's latest answer, None where it was never asked."""
    told = Consent.objects.filter(record=record, channel=channel, purpose=purpose)
    latest = told.order_by("-told_at", "-pk").first()
    return None if latest is None else latest.is_allowed


def identify(record: Record, kind: str, value: str, **more: Any) -> None:
    """Give a record an identifier as an import would: digest and seal."""
    key = settings.IDENTITY_KEY.encode()[:64]
    sealed = Keys(settings.IDENTIFIER_KEYS).seal(kind, [value])[0]
    found = digests(kind, [value], key)[0]
    Identifier.objects.create(record=record, kind=kind, digest=found, sealed=sealed, **more)
