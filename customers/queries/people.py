"""Reads of one customer: whose card it is, and the records that they add up to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from customers.identity.survivorship import Told, spelled
from customers.intake.sealing import Keys, UnsealableError
from customers.models import Customer, Identifier, Record

PREFERS = "prefers."


class Found(NamedTuple):
    """A customer who has records; `public_id` is another than asked for where an old id leads."""

    customer_id: int
    public_id: UUID


class Preference(NamedTuple):
    """What somebody told us they like, and where and when they did."""

    name: str
    value: str
    source: str
    told_at: datetime


class RecordOf(NamedTuple):
    """A record of a customer with its source.

    `certain_id` is that of Record; the record is certain unless its link is only probable.
    """

    pk: int
    customer_id: int
    certain_id: int
    source: str
    source_key: str
    department: str
    department_key: str
    since: datetime
    told: Told
    preferences: list[Preference]

    @property
    def is_certain(self) -> bool:
        """Whether it is certainly the same person as its customer's eldest record."""
        return self.certain_id == self.customer_id


class IdentifierOf(NamedTuple):
    """What identifies a record; `value` is in clear, "" where only its hash is known.

    `state` and `reason` are those of customers.identity.rules.
    `shared_with` are the other records of the same customer that carry the same.
    """

    record_id: int
    kind: str
    value: str
    state: int
    reason: int
    since: datetime
    shared_with: list[int]


def find_customer(public_id: UUID) -> Found | None:
    """Return the customer that a public id stands for, also one that was merged. One query.

    None for ids that nobody has, and for customers without any record.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT now.id, now.public_id
            FROM customers_customer asked
            JOIN customers_customer now ON now.id = CASE
                WHEN EXISTS (SELECT FROM customers_record WHERE customer_id = asked.id)
                THEN asked.id
                ELSE (SELECT customer_id FROM customers_record WHERE id = asked.id) END
            WHERE asked.public_id = %s
            """,
            [public_id],
        )
        row = cursor.fetchone()
    return Found(*row) if row else None


def records_of(*customer_ids: int) -> list[RecordOf]:
    """Return the records of customers, the eldest first. One query."""
    found = (
        Record.objects.filter(customer_id__in=customer_ids)
        .select_related("source__department")
        .order_by("pk")
    )
    return [_record(record) for record in found]


def identifiers_of(record_ids: list[int]) -> list[IdentifierOf]:
    """Return what identifies records, in the order of the records. One query."""
    found = list(
        Identifier.objects.filter(record_id__in=record_ids).order_by("record_id", "kind", "pk")
    )
    carriers: dict[tuple[str, bytes], list[int]] = {}
    for one in found:
        carriers.setdefault((one.kind, bytes(one.digest)), []).append(one.record_id)
    keys = Keys(settings.IDENTIFIER_KEYS)
    return [
        IdentifierOf(
            record_id=one.record_id,
            kind=one.kind,
            value=_opened(keys, one),
            state=one.state,
            reason=one.reason,
            since=one.first_seen_at,
            shared_with=[
                other for other in carriers[one.kind, bytes(one.digest)] if other != one.record_id
            ],
        )
        for one in found
    ]


def _opened(keys: Keys, identifier: Identifier) -> str:
    """Return the value in clear, "" where it was never sealed or its key is gone."""
    if identifier.sealed is None:
        return ""
    try:
        return keys.open(identifier.kind, bytes(identifier.sealed))
    except UnsealableError:
        return ""


def others_in_household(customer_id: int) -> int:
    """Return how many other customers are in this one's household. One query."""
    mine = Customer.objects.filter(pk=customer_id).exclude(household="")
    others = Customer.objects.filter(household__in=mine.values("household")).exclude(household="")
    return others.exclude(pk=customer_id).count()


def _record(record: Record) -> RecordOf:
    said: Mapping[str, Any] = record.attributes
    told_at = _moment(said.get("updated_at")) or record.first_seen_at
    source = record.source
    born_on = said.get("born_on")
    return RecordOf(
        pk=record.pk,
        customer_id=record.customer_id,
        certain_id=record.certain_id,
        source=source.name,
        source_key=source.key,
        department=source.department.name,
        department_key=source.department.key,
        since=record.first_seen_at,
        told=Told(
            record_id=record.pk,
            source=source.name,
            trust_rank=source.trust_rank,
            told_at=told_at,
            name=spelled(
                said.get("full_name", ""), said.get("given_name", ""), said.get("family_name", "")
            ),
            born_on=date.fromisoformat(born_on) if born_on else None,
            address=said.get("address", ""),
            postcode=said.get("postcode", ""),
            city=said.get("city", ""),
            country=said.get("country", ""),
        ),
        preferences=[
            Preference(name.removeprefix(PREFERS), str(value), source.name, told_at)
            for name, value in said.items()
            if name.startswith(PREFERS)
        ],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
