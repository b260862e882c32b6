"""Deciding what becomes of an initiative after its verdict."""

from datetime import datetime

from django.db import transaction

from campaigns.actions import talk
from campaigns.actions.initiatives import check_reason, check_status, held
from campaigns.models import Decision, Initiative
from strategy import permissions
from strategy.actions import audit
from strategy.models import Person


@transaction.atomic
def decide(
    *, initiative: Initiative, verdict: str, choice: str, reason: str, by: Person, at: datetime
) -> Decision:
    """Record what becomes of an initiative that was launched. A later decision replaces it.

    One that has ended is reviewed by it. What is to stop is ended by its own step. Followers are
    told.

    Args:
        initiative: launched.
        verdict: the key of the verdict that is answered, such as "hollow".
        choice: one of Decision.Choice.
        reason: why, for others to learn from.
        by: who decides.
        at: when.

    Raises:
        NotAllowed: `by` may not decide on the department's initiatives.
        WrongStatusError: it has not been launched.
        ReasonMissingError: the reason is empty.

    """
    judged = held(initiative)
    permissions.check_can_decide(by, judged.department)
    check_status(judged, "decide")
    check_reason(reason)
    decision = Decision.objects.create(
        initiative=judged,
        verdict=verdict,
        choice=choice,
        reason=reason,
        decided_by=by,
        decided_at=at,
    )
    if judged.status == Initiative.Status.ENDED and judged.launched_at:
        judged.status = Initiative.Status.REVIEWED
        judged.save(update_fields=["status"])
    what = decision.get_choice_display().lower()
    entry = audit.record(
        act="initiative.decide",
        subject=judged,
        sentence=f"Decided: {what}. Reason: {reason}",
        by=by,
        at=at,
        verdict=verdict,
        choice=choice,
    )
    talk.tell(entry=entry, initiative=judged)
    return decision
