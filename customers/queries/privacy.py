"""Reads for the page of one person's rights, and for certificates of those who are gone."""

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from customers.identity.rules import ALIAS
from customers.intake.sealing import Keys, UnsealableError
from customers.models import Customer, Erasure, Identifier, Record
from strategy.language.dates import stamp
from strategy.language.privacy import masked, masked_name
from strategy.language.words import counted


class Held(NamedTuple):
    """How much is held of a customer; `ids` are all public ids that lead to them."""

    certain: int
    probable: int
    ids: list[UUID]
    sentence: str


class Certificate(NamedTuple):
    """One erasure; `removed` has pairs of place and count, `done_at` is "" until it is done."""

    customer: UUID
    asked_at: str
    asked_by: str
    done_at: str
    removed: list[tuple[str, int]]
    total: int
    state: str


def held(customer_id: int) -> Held:
    """Return how much is held of a customer. Two queries."""
    records = list(Record.objects.filter(customer_id=customer_id).values_list("pk", "certain_id"))
    ids = Customer.objects.filter(pk__in=[pk for pk, _ in records])
    certain = sum(certain_id == customer_id for _, certain_id in records)
    probable = len(records) - certain
    sentence = f"{counted(certain, 'record', capital=True)} of this person."
    if probable:
        sentence += f" {counted(probable, 'more', 'more', capital=True)} may be theirs."
    return Held(certain, probable, list(ids.values_list("public_id", flat=True)), sentence)


def details(customer_id: int, *, in_clear: bool) -> list[tuple[str, str]]:
    """Return a customer's name and what identifies them, masked or in clear. Two queries."""
    records = Record.objects.filter(customer_id=customer_id).order_by("pk")
    told = [record.attributes for record in records]
    names = dict.fromkeys(
        one.get("full_name") or f"{one.get('given_name', '')} {one.get('family_name', '')}".strip()
        for one in told
    )
    found = [("name", name if in_clear else masked_name(name)) for name in names if name]
    keys = Keys(settings.IDENTIFIER_KEYS)
    sealed = Identifier.objects.filter(record__in=records, sealed__isnull=False)
    for one in sealed.exclude(kind=ALIAS).order_by("kind", "pk"):
        with suppress(UnsealableError):
            value = keys.open(one.kind, bytes(one.sealed or b""))
            shown = value if in_clear else masked(one.kind, value)
            found.append((one.kind.replace("_", " "), shown))
    return list(dict.fromkeys(found))


def certificates() -> list[Certificate]:
    """Return every erasure, newest first. One query."""
    return [certificate(one) for one in Erasure.objects.select_related("asked_by", "work")]


def certificate(one: Erasure) -> Certificate:
    """Return one erasure in words."""
    return Certificate(
        customer=one.customer,
        asked_at=_stamp(one.asked_at),
        asked_by=one.asked_by.name if one.asked_by else "by command",
        done_at=_stamp(one.done_at) if one.done_at else "",
        removed=sorted(one.removed.items()),
        total=sum(one.removed.values()),
        state="Done" if one.done_at else one.work.get_state_display(),
    )


def _stamp(moment: datetime) -> str:
    return stamp(timezone.localtime(moment))
