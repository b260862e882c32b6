"""Working through what is proposed: answering a pair, putting it off, undoing many at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from customers.actions.rulings import rule, undo
from customers.models import Proposal, Ruling
from strategy.actions.audit import record as audit
from strategy.models import Person
from strategy.permissions import check_can_rule

LATER = timedelta(days=7)
"""How long a proposal that somebody put off stays out of the queue."""


class Step(NamedTuple):
    """What somebody did at once, by ids, so that it can be taken back.

    `ruled` are rulings that were made, `undone` rulings that were taken back, `put_off` proposals.
    """

    ruled: list[int] = []
    undone: list[int] = []
    put_off: list[int] = []

    @property
    def size(self) -> int:
        """How many decisions it touched."""
        return sum(map(len, self))


class NotProposedError(Exception):
    """The pair is no longer proposed: it was settled, or one of the records is gone."""


class AlreadyRuledError(Exception):
    """Somebody has decided on the pair before; that holds until it is undone."""


@transaction.atomic
def answer(*, proposal_id: int, answer: Ruling.Answer, by: Person, at: datetime) -> Step:
    """Decide on a proposed pair. Raises NotProposedError, AlreadyRuledError and NotAllowed."""
    check_can_rule(by)
    proposal = _open(proposal_id)
    ruling = rule(one=proposal.a, other=proposal.b, answer=answer, by=by, at=at)
    return Step(ruled=[ruling.pk])


@transaction.atomic
def put_off(*, proposal_id: int, by: Person, at: datetime) -> Step:
    """Keep a proposal out of the queue for a week. Raises as `answer` does."""
    check_can_rule(by)
    proposal = _open(proposal_id)
    proposal.later_until = at + LATER
    proposal.save(update_fields=["later_until"])
    sentence = f"Put off the question of records {proposal.a_id} and {proposal.b_id}."
    audit(act="link.later", subject=proposal, sentence=sentence, by=by, at=at)
    return Step(put_off=[proposal.pk])


@transaction.atomic
def undo_many(
    *, rulings: Iterable[Ruling], proposals: Iterable[Proposal], by: Person, at: datetime
) -> Step:
    """Take rulings back, and put apart what likeness linked; what no longer holds is left.

    Raises NotAllowed.
    """
    check_can_rule(by)
    undone = [ruling.pk for ruling in undo(rulings=rulings, by=by, at=at)]
    ids = [proposal.pk for proposal in proposals]
    linked = _locked().filter(pk__in=ids).order_by("pk")
    apart = [
        rule(one=each.a, other=each.b, answer=Ruling.Answer.APART, by=by, at=at)
        for each in linked
        if not _is_ruled(each.a_id, each.b_id)
    ]
    return Step(ruled=[ruling.pk for ruling in apart], undone=undone)


@transaction.atomic
def take_back(*, step: Step, by: Person, at: datetime) -> int:
    """Undo a step; return how many of its decisions could be taken back.

    A ruling that somebody else has made of a pair meanwhile stays. Raises NotAllowed.
    """
    check_can_rule(by)
    count = len(undo(rulings=Ruling.objects.filter(pk__in=step.ruled), by=by, at=at))
    count += Proposal.objects.filter(pk__in=step.put_off).update(later_until=None)
    before = Ruling.objects.filter(pk__in=step.undone).select_related("a", "b").order_by("pk")
    for ruling in before:
        if not _is_ruled(ruling.a_id, ruling.b_id):
            said = Ruling.Answer(ruling.answer)
            rule(one=ruling.a, other=ruling.b, answer=said, by=by, at=at, reason=ruling.reason)
            count += 1
    return count


def _open(proposal_id: int) -> Proposal:
    """Return a proposal that nobody has decided on, and let nobody else do so meanwhile."""
    proposal = _locked().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotProposedError("This pair is no longer proposed.")
    if _is_ruled(proposal.a_id, proposal.b_id):
        raise AlreadyRuledError("Somebody has decided on this pair already.")
    return proposal


def _locked() -> QuerySet[Proposal]:
    return Proposal.objects.select_for_update(of=("self",)).select_related("a", "b")


def _is_ruled(a: int, b: int) -> bool:
    return Ruling.objects.filter(a=a, b=b, undone_at=None).exists()
