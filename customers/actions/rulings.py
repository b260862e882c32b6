"""What people rule of links: no machine overrules them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.actions import work as ledger
from customers.models import Record, Ruling
from strategy.actions.audit import record as note
from strategy.models import Person
from strategy.permissions import check_can_report_wrong_link


class NothingToPartError(Exception):
    """The record is the only one of its customer, so that there is no link to be wrong."""


def report_wrong_link(*, record: Record, by: Person, at: datetime, reason: str) -> list[Ruling]:
    """Rule that a record is not the person of the other records of its customer.

    What was ruled before of the same pairs is undone. The records part when the ledger's next
    piece of work of kind "link" is done; each ruling can be undone by itself. Raises
    NothingToPartError.
    """
    check_can_report_wrong_link(by)
    with transaction.atomic():
        others = Record.objects.filter(customer_id=record.customer_id).exclude(pk=record.pk)
        pairs = [(min(record.pk, other.pk), max(record.pk, other.pk)) for other in others]
        if not pairs:
            raise NothingToPartError
        held = Ruling.objects.filter(
            Q(a=record) | Q(b=record),
            a__in=[a for a, _ in pairs],
            b__in=[b for _, b in pairs],
            undone_at=None,
        )
        held.update(undone_at=at, undone_by=by)
        rulings = Ruling.objects.bulk_create(
            Ruling(a_id=a, b_id=b, answer=Ruling.Answer.APART, reason=reason, at=at, by=by)
            for a, b in pairs
        )
        note(
            act="link.report",
            subject=record,
            sentence="Reported that a record is somebody else.",
            by=by,
            at=at,
            rulings=[ruling.pk for ruling in rulings],
        )
        ledger.give(kind="link", arguments={}, at=at, by=by, once="all")
    return rulings
