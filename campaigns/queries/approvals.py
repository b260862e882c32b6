"""Who must approve a proposal by the rules of the sheet, and who still has to."""

from datetime import date
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Approval, Initiative
from campaigns.queries.rules import rules_in_force
from strategy import permissions
from strategy.language.dates import day, day_with_year
from strategy.models import Person


class ApprovalRow(NamedTuple):
    """One approval of a proposal: what for, by whom. `given` says when it was, "" while it waits.

    `is_mine` says that the reader may give it.
    """

    pk: int
    what: str
    who: str
    given: str
    is_mine: bool


def asked_by_sheet(initiative: Initiative) -> list[Approval]:
    """Return the approvals that the sheet in force asks for, not saved yet. Three queries.

    Where goals have one owner, that person is asked once for each of them.
    """
    checks = {rule.check for rule in rules_in_force().rules}
    asked: list[Approval] = []
    if "goal_owner_approves" in checks:
        asked += [
            Approval(initiative=initiative, part=Approval.Part.GOAL_OWNER, goal=goal)
            for goal in initiative.goals.order_by("position", "pk")
        ]
    if "data_team_approves" in checks:
        asked.append(Approval(initiative=initiative, part=Approval.Part.DATA_TEAM))
    return asked


def approvals_of(initiative: Initiative, person: Person, today: date) -> list[ApprovalRow]:
    """Return the approvals of a proposal as `person` may see them. One query, none for a draft."""
    if initiative.status not in {Initiative.Status.PROPOSED, Initiative.Status.AGREED}:
        return []
    rows = initiative.approvals.select_related("goal__owner", "approved_by")
    return [_row(one, person, today) for one in rows]


def _row(one: Approval, person: Person, today: date) -> ApprovalRow:
    if one.goal:
        what, who = f"Goal: {one.goal}", one.goal.owner.name
        may = permissions.can_approve_for(person, one.goal.owner)
    else:
        what, who = "Data team", "An analyst"
        may = permissions.can_approve_data(person)
    if one.approved_at is None or one.approved_by is None:
        return ApprovalRow(one.pk, what, who, "", may)
    on = timezone.localdate(one.approved_at)
    given = f"Approved on {day(on) if on.year == today.year else day_with_year(on)}"
    return ApprovalRow(one.pk, what, one.approved_by.name, given, is_mine=False)
