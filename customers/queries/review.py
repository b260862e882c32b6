"""What waits for somebody's decision: the queue of proposed pairs, the surest first."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from customers.models import LinkRun, Proposal, Ruling
from strategy.language.dates import ago
from strategy.language.numbers import number
from strategy.language.words import counted, plural

MOST_COUNTED = 1_000
"""The queue is counted so far and no further: nobody plans by more."""


def waiting(now: datetime) -> QuerySet[Proposal]:
    """Return the proposals that wait for somebody, in the order in which they are asked.

    Left out is what was put off, what is certainly one customer already, and what was decided:
    a ruling on any two records is one on all that are certainly the same persons as they.
    """
    holding = Ruling.objects.filter(undone_at=None)
    one, other = OuterRef("a__certain_id"), OuterRef("b__certain_id")
    return (
        Proposal.objects.filter(Q(later_until=None) | Q(later_until__lte=now), tier="review")
        .exclude(a__certain_id=F("b__certain_id"))
        .exclude(Exists(holding.filter(a__certain_id=one, b__certain_id=other)))
        .exclude(Exists(holding.filter(a__certain_id=other, b__certain_id=one)))
    )


def first_waiting(now: datetime) -> int | None:
    """Return the proposal that is asked next. One query."""
    return waiting(now).values_list("pk", flat=True).first()


def waiting_answer(now: datetime) -> str:
    """Say how many pairs wait. One query."""
    count = waiting(now).order_by()[: MOST_COUNTED + 1].count()
    if count == 0:
        return "No pair waits."
    if count == 1:
        return "One pair waits."
    if count > MOST_COUNTED:
        return f"More than {number(MOST_COUNTED)} pairs wait; the surest first."
    return f"{counted(count, 'pair', capital=True)} wait; the surest first."


def why_empty(now: datetime) -> str:
    """Say what was put off, and when likeness was last compared. Two queries."""
    off = Proposal.objects.filter(tier="review", later_until__gt=now).count()
    said = (
        f"{counted(off, 'pair', capital=True)} {plural(off, 'is', 'are')} put off until later. "
        if off
        else ""
    )
    last = LinkRun.objects.filter(model__isnull=False).first()
    if last is None:
        return f"{said}People who share no identifier have not been compared yet."
    when = ago(last.at, timezone.localtime(now))
    return f"{said}People who share no identifier were last compared: {when}."
