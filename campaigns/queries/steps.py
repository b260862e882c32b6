"""What may be done with an initiative: by how far it is, and by who asks. Two questions."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from campaigns.models import Initiative
from strategy import permissions
from strategy.models import Department, Person

type Step = Literal["change", "lock", "launch", "end", "waive", "decide"]

DRAFT, LOCKED, LIVE, ENDED = Initiative.Status
IS_PROMISED = (
    "The plan is locked, so the initiative cannot be changed. "
    "Say what is different in a comment, or end it and log a new one."
)
REFUSALS: dict[Step, dict[str, str]] = {
    "change": {
        LOCKED: IS_PROMISED,
        LIVE: IS_PROMISED,
        ENDED: "It has ended, so it cannot be changed. Log a new one.",
    },
    "lock": dict.fromkeys((LOCKED, LIVE, ENDED), "The plan is locked already."),
    "launch": {
        DRAFT: "Lock the plan first: what counts as a win is agreed before the launch.",
        LIVE: "It is live already.",
        ENDED: "It has ended. Log a new one.",
    },
    "end": {
        DRAFT: "It is still a draft. Delete the draft instead.",
        ENDED: "It has ended already.",
    },
    "waive": {ENDED: "It has ended. There is nothing left to waive."},
    "decide": dict.fromkeys((DRAFT, LOCKED), "It has reached nobody yet. Decide after the launch."),
}


def refusal(status: str, step: Step) -> str:
    """Return why an initiative of this status cannot take the step, or ""."""
    return REFUSALS[step].get(status, "")


class Steps(NamedTuple):
    """What one person may do with one initiative as it stands. `change` covers deleting it."""

    change: bool
    lock: bool
    launch: bool
    end: bool
    waive: bool
    decide: bool
    comment: bool


def steps(initiative: Initiative, person: Person) -> Steps:
    """Return what the status and the person's roles allow together. At most one query."""

    def open_to(step: Step, can: Callable[[Person, Department], bool]) -> bool:
        return not refusal(initiative.status, step) and can(person, initiative.department)

    return Steps(
        change=open_to("change", permissions.can_change_initiative),
        lock=open_to("lock", permissions.can_lock_plan),
        launch=open_to("launch", permissions.can_launch),
        end=open_to("end", permissions.can_end),
        waive=open_to("waive", permissions.can_waive),
        decide=open_to("decide", permissions.can_decide),
        comment=permissions.can_comment(person),
    )
