"""Noting who of ours looked at a customer, and why. The log outlives the customer.

That is why a reason is one of a few: nobody can write a name into what is never erased.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from customers.models import Customer, Look
from strategy.actions.audit import record
from strategy.models import Person
from strategy.permissions import (
    check_can_read_looks,
    check_can_reveal,
    check_can_rule,
    check_can_see_customers,
    check_can_take_copy,
)

NOTED_ONCE_IN = timedelta(minutes=5)
REVEALED = ["name", "email", "phone", "loyalty card", "address", "birth day"]
REASONS = (
    "Customer is in front of me",
    "Customer is on the line",
    "Customer asked for their data",
    "Delivering or mending an order",
    "Checking a link",
)
ASKED_FOR_DATA = REASONS[2]
CHECKING_A_LINK = REASONS[4]


class NoReasonError(Exception):
    """None of the known reasons was given; the message says so in a sentence."""


def note_view(*, customer: Customer, by: Person, at: datetime) -> bool:
    """Note that somebody opened a card, once in five minutes; return whether it was noted now.

    Raises NotAllowed.
    """
    check_can_see_customers(by)
    return _note_once(customer.public_id, Look.Act.VIEW, by, at)


def note_review(*, customers: Iterable[UUID], by: Person, at: datetime) -> None:
    """Note that somebody compared the records of customers, each once in five minutes.

    `customers` are public ids. Raises NotAllowed.
    """
    check_can_rule(by)
    for public_id in customers:
        _note_once(public_id, Look.Act.REVIEW, by, at)


def _note_once(customer: UUID, act: str, by: Person, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_look (at, by_id, customer, act, reason, fields)
            SELECT %(at)s, %(by)s, %(customer)s, %(act)s, '', '{}' WHERE NOT EXISTS (
                SELECT FROM customers_look WHERE by_id = %(by)s AND customer = %(customer)s
                AND act = %(act)s AND at > %(after)s
            )
            """,
            {
                "at": at,
                "by": by.pk,
                "customer": customer,
                "act": act,
                "after": at - NOTED_ONCE_IN,
            },
        )
        return bool(cursor.rowcount)


def reveal(*, customer: Customer, by: Person, at: datetime, reason: str) -> Look:
    """Note why somebody needs a customer's contact details; they are shown for a while.

    Raises NotAllowed, or NoReasonError for a reason that is not one of REASONS.
    """
    check_can_reveal(by)
    return _note(customer, Look.Act.REVEAL, by, at, reason=reason, fields=REVEALED)


def note_export(*, customer: Customer, by: Person, at: datetime, reason: str) -> Look:
    """Note that somebody takes a copy of all that is held. Raises NotAllowed, NoReasonError."""
    check_can_take_copy(by)
    return _note(customer, Look.Act.EXPORT, by, at, reason=reason, fields=["everything"])


def _note(
    customer: Customer, act: str, by: Person, at: datetime, *, reason: str, fields: list[str]
) -> Look:
    if reason not in REASONS:
        raise NoReasonError("Choose the reason why you need it.")
    return Look.objects.create(
        customer=customer.public_id, by=by, act=act, at=at, reason=reason, fields=fields
    )


@transaction.atomic
def note_looks_taken(*, by: Person, at: datetime) -> None:
    """Note that somebody takes the log away. Raises NotAllowed."""
    check_can_read_looks(by)
    record(act="looks.export", subject=by, sentence="Took the log of looks.", by=by, at=at)
