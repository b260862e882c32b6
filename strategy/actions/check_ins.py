"""Checking in on a goal: a word beside its reading."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from strategy.actions.audit import record
from strategy.models import Goal, GoalCheckIn, Person
from strategy.permissions import check_can_check_in


class Measured(NamedTuple):
    """A reading of the goal's measure: its value over `n`, in the window that ends before a day."""

    value: float
    n: int
    ends_on: date
    as_of: datetime


class NothingSaidError(Exception):
    """A check-in is a word of somebody; the number is there without it."""


@transaction.atomic
def check_in(
    *, goal: Goal, note: str, measured: Measured | None, by: Person, at: datetime
) -> GoalCheckIn:
    """Keep a word on a goal beside what its measure reads; None where nothing was measured.

    Raises:
        NotAllowed, NothingSaidError.

    """
    check_can_check_in(by, goal)
    if not note.strip():
        raise NothingSaidError("Say in a word or two where it stands.")
    reading = measured._asdict() if measured else {}
    made = GoalCheckIn.objects.create(goal=goal, note=note, by=by, at=at, **reading)
    record(act="goal.check_in", subject=goal, sentence=f"Checked in: {note}", by=by, at=at)
    return made
