"""Noting who of ours looked at a customer, and why."""

from datetime import datetime, timedelta

from customers.models import Customer, Look
from strategy.models import Person
from strategy.permissions import check_can_reveal, check_can_see_customers

NOTED_ONCE_IN = timedelta(minutes=5)
REASONS = (
    "Customer is in front of me",
    "Customer is on the line",
    "Customer asked for their data",
    "Delivering or mending an order",
    "Checking a link",
)
REVEALED = ["name", "email", "phone", "loyalty card", "address", "birth day"]


class NoReasonError(Exception):
    """None of the known reasons was given; the message says so in a sentence."""


def note_view(*, customer: Customer, by: Person, at: datetime) -> bool:
    """Note that somebody opened a card, once in five minutes; return whether it was noted now."""
    check_can_see_customers(by)
    latest = Look.objects.filter(
        customer=customer.public_id, by=by, act=Look.Act.VIEW, at__gt=at - NOTED_ONCE_IN
    )
    if latest.exists():
        return False
    Look.objects.create(customer=customer.public_id, by=by, act=Look.Act.VIEW, at=at)
    return True


def reveal(*, customer: Customer, by: Person, at: datetime, reason: str) -> Look:
    """Note why somebody needs a customer's contact details; they are shown for a while.

    Raises NotAllowed, or NoReasonError for a reason that is not one of REASONS.
    """
    check_can_reveal(by)
    if reason not in REASONS:
        raise NoReasonError("Choose the reason why you need it.")
    return Look.objects.create(
        customer=customer.public_id,
        by=by,
        act=Look.Act.REVEAL,
        at=at,
        reason=reason,
        fields=REVEALED,
    )
