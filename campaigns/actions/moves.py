"""Moving a draft to other days."""

from datetime import date, datetime

from django.db import transaction

from campaigns.actions.initiatives import check_status, held
from campaigns.models import Initiative
from strategy import permissions
from strategy.actions import audit
from strategy.language.dates import day_with_year
from strategy.models import Person


@transaction.atomic
def move_draft(*, initiative: Initiative, starts_on: date, by: Person, at: datetime) -> Initiative:
    """Have a draft begin on another day and run as long as before. The same day is no change.

    Raises:
        NotAllowed: `by` may not change the department's initiatives.
        WrongStatusError: its plan is locked.

    """
    draft = held(initiative)
    permissions.check_can_change_initiative(by, draft.department)
    check_status(draft, "change")
    if starts_on == draft.starts_on:
        return draft
    before = draft.starts_on, draft.last_on
    draft.ends_on += starts_on - draft.starts_on
    draft.starts_on = starts_on
    draft.save(update_fields=["starts_on", "ends_on"])
    after = draft.starts_on, draft.last_on
    audit.record(
        act="initiative.change",
        subject=draft,
        sentence="Changed: first day and last day.",
        by=by,
        at=at,
        changes=[
            [label, day_with_year(old), day_with_year(new)]
            for label, old, new in zip(("First day", "Last day"), before, after, strict=True)
        ],
    )
    return draft
