"""Proposing a draft, approving it, sending it back, taking it back."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.initiatives import RefusedError, WrongStatusError, check_reason, check_status
from campaigns.actions.initiatives import held as held_initiative
from campaigns.actions.plans import check_rules
from campaigns.models import Approval, Initiative
from campaigns.queries.approvals import asked_by_sheet
from strategy import permissions
from strategy.actions import audit
from strategy.language.words import counted
from strategy.models import Person


class NotAskedError(RefusedError):
    """This approval is given already, or it was never asked."""


@transaction.atomic
def propose(*, initiative: Initiative, by: Person, at: datetime) -> Initiative:
    """Put a draft to those whose approval the sheet asks for; where it asks nobody, it is agreed.

    Raises:
        NotAllowed: `by` may not propose the department's drafts.
        WrongStatusError: it is no draft.
        RulesBrokenError: rules of the sheet in force are broken and not waived.

    """
    draft = held_initiative(initiative)
    permissions.check_can_propose(by, draft.department)
    check_status(draft, "propose")
    check_rules(draft, at=at)
    asked = asked_by_sheet(draft)
    Approval.objects.bulk_create(asked)
    _move(draft, Initiative.Status.PROPOSED)
    needed = f"It waits for {counted(len(asked), 'approval')}." if asked else ""
    audit.record(
        act="initiative.propose",
        subject=draft,
        sentence=f"Proposed. {needed}".strip(),
        by=by,
        at=at,
    )
    if not asked:
        _agree(draft, at=at)
    return draft


@transaction.atomic
def approve(*, approval: Approval, by: Person, at: datetime) -> Initiative:
    """Give one approval; the last of a proposal makes it agreed.

    Raises:
        NotAllowed: `by` is not who is asked.
        WrongStatusError: the initiative is not proposed.
        NotAskedError: the approval is given already.

    """
    proposed, asked = _asked(approval, by)
    check_status(proposed, "approve")
    if asked.approved_at:
        raise NotAskedError("This approval is given already.")
    asked.approved_at, asked.approved_by = at, by
    asked.save()
    what = f"for the goal “{asked.goal}”" if asked.goal else "for the data team"
    audit.record(
        act="initiative.approve", subject=proposed, sentence=f"Approved {what}.", by=by, at=at
    )
    if not proposed.approvals.filter(approved_at=None).exists():
        _agree(proposed, at=at)
    return proposed


@transaction.atomic
def send_back(*, approval: Approval, reason: str, by: Person, at: datetime) -> Initiative:
    """Send a proposal back to its department as a draft, with a reason.

    Raises:
        NotAllowed: `by` is not who is asked.
        WrongStatusError: the initiative is not proposed.
        ReasonMissingError: the reason is empty.

    """
    proposed, _ = _asked(approval, by)
    check_status(proposed, "send_back")
    check_reason(reason)
    _open(proposed, act="send_back", sentence=f"Sent back: {reason}", by=by, at=at)
    return proposed


@transaction.atomic
def take_back(*, initiative: Initiative, by: Person, at: datetime) -> Initiative:
    """Make a proposal, or what is agreed and not locked, a draft again; approvals fall.

    Raises:
        NotAllowed: `by` may not change the department's initiatives.
        WrongStatusError: it is a draft, its plan is locked, or it is live or over.

    """
    proposed = held_initiative(initiative)
    permissions.check_can_change_initiative(by, proposed.department)
    check_status(proposed, "take_back")
    if proposed.plans.exists():
        raise WrongStatusError("Its plan is locked. Change the plan with a reason, or call it off.")
    _open(proposed, act="take_back", sentence="Taken back as a draft.", by=by, at=at)
    return proposed


def _asked(approval: Approval, by: Person) -> tuple[Initiative, Approval]:
    """Return the initiative, held, and what is asked of it; raise NotAllowed, NotAskedError."""
    proposed = held_initiative(approval.initiative)
    asked = (
        Approval.objects.select_related("goal__owner")
        .filter(pk=approval.pk, initiative=proposed)
        .first()
    )
    if asked is None:
        raise NotAskedError("This approval is no longer asked: the proposal was taken back.")
    if asked.goal:
        permissions.check_can_approve_for(by, asked.goal.owner)
    else:
        permissions.check_can_approve_data(by)
    return proposed, asked


def _agree(proposed: Initiative, *, at: datetime) -> None:
    _move(proposed, Initiative.Status.AGREED)
    audit.record(act="initiative.agree", subject=proposed, sentence="Agreed.", by=None, at=at)


def _open(proposed: Initiative, *, act: str, sentence: str, by: Person, at: datetime) -> None:
    proposed.approvals.all().delete()
    _move(proposed, Initiative.Status.DRAFT)
    audit.record(act=f"initiative.{act}", subject=proposed, sentence=sentence, by=by, at=at)


def _move(initiative: Initiative, status: Initiative.Status) -> None:
    initiative.status = status
    initiative.save(update_fields=["status"])
