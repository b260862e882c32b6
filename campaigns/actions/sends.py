"""Saying what an initiative will send, before it does."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.initiatives import RefusedError, check_status, held
from campaigns.models import Initiative, PlannedSend
from strategy import permissions
from strategy.actions import audit
from strategy.models import Person


class AlreadyPlannedError(RefusedError):
    """The initiative sends something of this name on that day already."""


class AfterItsEndError(RefusedError):
    """The initiative is over on that day."""


@transaction.atomic
def plan_send(
    *, initiative: Initiative, day: int, name: str, by: Person, at: datetime
) -> PlannedSend:
    """Add a contact that every customer of a draft is to get, `day` days after its first.

    Raises:
        NotAllowed: `by` may not change the department's initiatives.
        WrongStatusError: its plan is locked.
        AfterItsEndError, AlreadyPlannedError.

    """
    draft = _open_draft(initiative, by)
    if day >= (draft.ends_on - draft.starts_on).days:
        raise AfterItsEndError(f"It runs for {(draft.ends_on - draft.starts_on).days} days only.")
    send, is_new = PlannedSend.objects.get_or_create(initiative=draft, day=day, name=name)
    if not is_new:
        raise AlreadyPlannedError(f"“{name}” is planned for that day already.")
    sentence = f"Planned to send “{name}”, {day} days after the first day."
    audit.record(act="initiative.send", subject=draft, sentence=sentence, by=by, at=at)
    return send


@transaction.atomic
def drop_send(*, send: PlannedSend, by: Person, at: datetime) -> None:
    """Take a contact out of a draft.

    Raises:
        NotAllowed: `by` may not change the department's initiatives.
        WrongStatusError: its plan is locked.

    """
    draft = _open_draft(send.initiative, by)
    sentence = f"Will not send “{send.name}”, {send.day} days after the first day."
    audit.record(act="initiative.send", subject=draft, sentence=sentence, by=by, at=at)
    send.delete()


def _open_draft(initiative: Initiative, by: Person) -> Initiative:
    draft = held(initiative)
    permissions.check_can_change_initiative(by, draft.department)
    check_status(draft, "change")
    return draft
