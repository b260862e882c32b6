"""What people say of two records: one person or two, or that they were wrong."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.actions import work as ledger
from customers.models import Record, Ruling, Unlinked
from strategy.actions.audit import record as audit
from strategy.models import Person
from strategy.permissions import can_rule, check_can_report_wrong_link, check_can_rule


class DecidedOtherwiseError(Exception):
    """Somebody with more say has decided it; the message says what, in a sentence."""


WORDS = {
    Ruling.Answer.JOINED: "are the same person",
    Ruling.Answer.APART: "are not the same person",
}


class NotTwoRecordsError(Exception):
    """A ruling is about two records; the message says what was wrong."""


@transaction.atomic
def rule(
    *, one: Record, other: Record, answer: Ruling.Answer, by: Person, at: datetime, reason: str = ""
) -> Ruling:
    """Say that two records are one person or two; it holds in place of any earlier ruling.

    Links follow in the background. Raises NotTwoRecordsError and NotAllowed.
    """
    check_can_rule(by)
    (ruling,) = _rule([(one, other)], answer=answer, by=by, at=at, reason=reason)
    audit(
        act="link.rule",
        subject=ruling,
        sentence=f"Said that records {ruling.a_id} and {ruling.b_id} {WORDS[answer]}.",
        by=by,
        at=at,
    )
    return ruling


@transaction.atomic
def report_wrong_link(*, record: Record, by: Person, at: datetime, reason: str) -> list[Ruling]:
    """Put a record apart from every other record of its customer.

    Raises NotTwoRecordsError where it is linked with no other, DecidedOtherwiseError where somebody
    joined it and `by` may not rule, and NotAllowed.
    """
    check_can_report_wrong_link(by)
    others = Record.objects.filter(customer=record.customer_id).exclude(pk=record.pk)
    pairs = [(record, other) for other in others.order_by("pk")]
    if not pairs:
        raise NotTwoRecordsError("This record is linked with no other.")
    joined = Ruling.objects.filter(Q(a=record) | Q(b=record), answer="joined", undone_at=None)
    if joined.exists() and not can_rule(by):
        raise DecidedOtherwiseError("Somebody has decided that this record is this person’s.")
    rulings = _rule(pairs, answer=Ruling.Answer.APART, by=by, at=at, reason=reason)
    audit(
        act="link.report",
        subject=record,
        sentence="Reported that a record is somebody else.",
        by=by,
        at=at,
        rulings=[ruling.pk for ruling in rulings],
    )
    return rulings


@transaction.atomic
def undo(*, rulings: Iterable[Ruling], by: Person, at: datetime) -> list[Ruling]:
    """Take rulings back, and let the machine decide again; return those that held until now.

    Raises NotAllowed.
    """
    check_can_rule(by)
    ids = [ruling.pk for ruling in rulings]
    holding = Ruling.objects.select_for_update().filter(pk__in=ids, undone_at=None)
    held = list(holding.order_by("pk"))
    _take_back(held, by=by, at=at)
    _link_again((pk for ruling in held for pk in (ruling.a_id, ruling.b_id)), by=by, at=at)
    return held


def _take_back(held: list[Ruling], *, by: Person, at: datetime) -> None:
    Ruling.objects.filter(pk__in=[ruling.pk for ruling in held]).update(undone_at=at, undone_by=by)
    for ruling in held:
        audit(
            act="link.undo",
            subject=ruling,
            sentence=f"Took back that records {ruling.a_id} and {ruling.b_id} "
            f"{WORDS[Ruling.Answer(ruling.answer)]}.",
            by=by,
            at=at,
        )


def _rule(
    pairs: Sequence[tuple[Record, Record]],
    *,
    answer: Ruling.Answer,
    by: Person,
    at: datetime,
    reason: str,
) -> list[Ruling]:
    made: list[Ruling] = []
    ids = {record.pk for pair in pairs for record in pair}
    locked = Record.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(locked.values_list("pk"))  # two who rule on one pair at once do so one after the other
    for one, other in pairs:
        a, b = sorted((one.pk, other.pk))
        if a == b:
            raise NotTwoRecordsError("A record cannot be compared with itself.")
        _take_back(list(Ruling.objects.filter(a=a, b=b, undone_at=None)), by=by, at=at)
        made.append(
            Ruling.objects.create(a_id=a, b_id=b, answer=answer, reason=reason, at=at, by=by)
        )
    _link_again((record.pk for pair in pairs for record in pair), by=by, at=at)
    return made


def _link_again(records: Iterable[int], *, by: Person, at: datetime) -> None:
    Unlinked.objects.bulk_create(Unlinked(record_id=pk) for pk in sorted(set(records)))
    ledger.give(kind="link", arguments={}, at=at, by=by, once="all")
