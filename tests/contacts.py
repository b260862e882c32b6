"""Customers who may be contacted, what they got, and the rule by which a sender is answered."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from customers.models import Record
from tests.factories.customers import EventFactory, RecordFactory, answer
from tests.programs import check

HOUR = timedelta(hours=1)


def allowing(**said: Any) -> Record:
    """Make a customer who said yes to marketing mails."""
    record = RecordFactory.create(**said)
    answer(record, is_allowed=True, at=timezone.now() - 90 * 24 * HOUR)
    return record


def contacted(record: Record, *hours_ago: float, **said: Any) -> None:
    """Let somebody have been contacted so many hours ago, by mail unless told."""
    for hours in hours_ago:
        at = timezone.now() - hours * HOUR
        EventFactory.create(
            record=record, kind="contact", at=at, amount=None, **({"channel": "email"} | said)
        )


def rule_of(sender: APIClient, record: Record, **asked: Any) -> str:
    """Ask about one customer; return the rule that answers, such as allowed or cap."""
    (row,) = check(sender, [str(record.customer.public_id)], **asked)
    assert row["allowed"] == (row["rule"] == "allowed")
    rule: str = row["rule"]
    return rule
