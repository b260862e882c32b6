"""Everything that is held of one person, to give to them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q

from customers.intake.sealing import Keys, UnsealableError
from customers.models import (
    Consent,
    Customer,
    Event,
    Identifier,
    Look,
    Move,
    Proposal,
    Record,
    Ruling,
)

CHUNK = 2_000

type Line = dict[str, Any]


class Section(NamedTuple):
    """One part of the copy: what it is, and its lines, which are read as they are sent."""

    title: str
    lines: Iterator[Line]


SECTIONS: list[Callable[[list[int]], Section]] = []
"""Parts that floors above add, by the ids of the person's records."""


def record_ids(customer_id: int) -> list[int]:
    """Return the records that are certainly a customer's. One query.

    Those that are only probably theirs may be somebody else's, whose data nobody else may have.
    """
    return list(Record.objects.filter(certain_id=customer_id).values_list("pk", flat=True))


def everything(customer_id: int) -> Iterator[Section]:
    """Return all that is held of a customer, part by part. One query a part, one more at first."""
    ids = record_ids(customer_id)
    yield Section("What each system says of you", _records(ids))
    yield Section("What you are known by", _identifiers(ids))
    yield Section("What you allow", _consents(ids))
    yield Section("What happened", _events(ids))
    yield Section("Why your records are taken for one person", _links(ids))
    for section in SECTIONS:
        yield section(ids)
    yield Section("Who looked at you", _looks(ids))


def plain(value: Any) -> Any:
    """Return a value as JSON has words for it.

    >>> plain(Decimal("1.50")), plain(date(2026, 11, 25)), plain(True)
    ('1.50', '2026-11-25', True)
    """
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _records(ids: list[int]) -> Iterator[Line]:
    for one in Record.objects.filter(pk__in=ids).select_related("source").order_by("pk"):
        yield {
            "source": one.source.name,
            "external_id": one.external_id,
            "since": one.first_seen_at,
            **one.attributes,
        }


def _identifiers(ids: list[int]) -> Iterator[Line]:
    keys = Keys(settings.IDENTIFIER_KEYS)
    found = Identifier.objects.filter(record__in=ids).select_related("record__source")
    for one in found.order_by("record", "kind", "pk"):
        try:
            value = keys.open(one.kind, bytes(one.sealed or b""))
        except UnsealableError:
            value = "kept as a hash only"
        yield {
            "source": one.record.source.name,
            "kind": one.kind,
            "value": value,
            "use": one.get_state_display(),
            "since": one.first_seen_at,
        }


def _consents(ids: list[int]) -> Iterator[Line]:
    told = Consent.objects.filter(record__in=ids).select_related("record__source", "noted_by")
    for one in told.order_by("channel", "purpose", "told_at", "pk"):
        yield {
            "channel": one.channel,
            "purpose": one.purpose,
            "answer": "yes" if one.is_allowed else "no",
            "told_at": one.told_at,
            "how": one.get_way_display(),
            "source": one.noted_by.name if one.noted_by else one.record.source.name,
            "evidence": one.evidence,
        }


def _events(ids: list[int]) -> Iterator[Line]:
    names = [
        field.name
        for field in Event._meta.concrete_fields  # noqa: SLF001  public in spite of its name
        if field.name not in {"id", "source", "record"}
    ]
    rows = Event.objects.filter(record__in=ids).order_by("at", "pk").values("source__name", *names)
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            name.removesuffix("__name"): value
            for name, value in row.items()
            if value not in ("", None)
        }


def _links(ids: list[int]) -> Iterator[Line]:
    for one in Proposal.objects.filter(Q(a__in=ids) | Q(b__in=ids)).order_by("pk"):
        yield {
            "what": "Proposed by comparing",
            "at": one.proposed_at,
            "says": one.get_tier_display(),
            "why": "; ".join(map(str, one.evidence)),
        }
    for ruling in Ruling.objects.filter(Q(a__in=ids) | Q(b__in=ids)).select_related("by"):
        yield {
            "what": "Decided by a person",
            "at": ruling.at,
            "says": ruling.get_answer_display(),
            "why": ruling.reason,
        }
    for move in Move.objects.filter(record__in=ids).exclude(left=F("joined")).order_by("pk"):
        yield {"what": "A record was moved", "at": move.at, "says": "", "why": move.cause}


def _looks(ids: list[int]) -> Iterator[Line]:
    public_ids = Customer.objects.filter(pk__in=ids).values("public_id")
    looks = Look.objects.filter(customer__in=public_ids).select_related("by").order_by("at", "pk")
    for one in looks.iterator(chunk_size=CHUNK):
        yield {
            "at": one.at,
            "who": one.by.name,
            "what": one.get_act_display(),
            "why": one.reason,
            "fields": ", ".join(one.fields),
        }
