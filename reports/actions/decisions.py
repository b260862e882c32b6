"""Deciding what becomes of an initiative, in answer to the verdict that it has."""

from datetime import datetime

from campaigns.actions.decisions import decide
from campaigns.actions.initiatives import RefusedError
from campaigns.models import Decision, Initiative
from reports.models import Result
from strategy.models import Person

UNANSWERABLE = {Result.Verdict.HOLD.value, Result.Verdict.NONE.value}


class NoVerdictError(RefusedError):
    """There is nothing to answer yet."""


def answer_verdict(
    *, initiative: Initiative, choice: str, reason: str, by: Person, at: datetime
) -> Decision:
    """Record what becomes of an initiative after its newest verdict.

    Raises:
        NoVerdictError: it has no verdict, or one that is held back.
        NotAllowed, WrongStatusError, ReasonMissingError: as for `decide`.

    """
    result = Result.objects.filter(initiative=initiative).first()
    if result is None or result.verdict in UNANSWERABLE:
        raise NoVerdictError("There is no verdict to decide on yet.")
    return decide(
        initiative=initiative, verdict=result.verdict, choice=choice, reason=reason, by=by, at=at
    )
