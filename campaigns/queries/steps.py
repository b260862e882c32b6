"""What may be done with an initiative: by how far it is, and by who asks. Two questions."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from campaigns.models import OVER, RUNNING, UNAGREED, Initiative
from strategy import permissions
from strategy.models import Department, Person

type Step = Literal[
    "change",
    "propose",
    "take_back",
    "approve",
    "send_back",
    "lock",
    "launch",
    "amend",
    "pause",
    "resume",
    "end",
    "waive",
    "decide",
    "reach",
]

DRAFT, PROPOSED, AGREED, LIVE, PAUSED, *_ = Initiative.Status
BEFORE_LAUNCH = ("draft", "proposed", "agreed")
IS_PROPOSED = "It is proposed as it stands. Take it back to change it."
IS_AGREED = "It is agreed as it stands. Take it back to change it; it is then approved anew."
IS_PROMISED = "It is live, so it cannot be changed. Change its plan with a reason, or end it."
NOT_AGREED = "It is not agreed yet. Propose it first."
NOT_APPROVED = "It still waits for approvals."
NOT_LIVE = "It is not live."
IS_OVER = "It has ended."
HAS_ENDED = dict.fromkeys(OVER, "It has ended. Log a new one.")
IS_AGREED_ALREADY = dict.fromkeys(("agreed", *RUNNING), "It is agreed already.")
REFUSALS: dict[Step, dict[str, str]] = {
    "change": {
        PROPOSED: IS_PROPOSED,
        AGREED: IS_AGREED,
        **dict.fromkeys(RUNNING, IS_PROMISED),
        **dict.fromkeys(OVER, "It has ended, so it cannot be changed. Log a new one."),
    },
    "propose": {
        PROPOSED: "It is proposed already.",
        **IS_AGREED_ALREADY,
        **HAS_ENDED,
    },
    "take_back": {
        DRAFT: "It is a draft; it can be changed as it is.",
        **dict.fromkeys(RUNNING, "It is live. Change its plan with a reason, or end it."),
        **HAS_ENDED,
    },
    "approve": {
        DRAFT: "It is a draft; it is not proposed.",
        **IS_AGREED_ALREADY,
        **HAS_ENDED,
    },
    "send_back": {
        DRAFT: "It is a draft; it is not proposed.",
        **IS_AGREED_ALREADY,
        **HAS_ENDED,
    },
    "lock": {
        DRAFT: NOT_AGREED,
        PROPOSED: NOT_APPROVED,
        **dict.fromkeys(RUNNING, "The plan is locked already."),
        **HAS_ENDED,
    },
    "launch": {
        DRAFT: NOT_AGREED,
        PROPOSED: NOT_APPROVED,
        LIVE: "It is live already.",
        PAUSED: "It is paused. Resume it.",
        **HAS_ENDED,
    },
    "amend": {
        DRAFT: "It is a draft; change it as it is.",
        PROPOSED: IS_PROPOSED,
        **HAS_ENDED,
    },
    "pause": {
        **dict.fromkeys(BEFORE_LAUNCH, NOT_LIVE),
        PAUSED: "It is paused already.",
        **dict.fromkeys(OVER, IS_OVER),
    },
    "resume": {
        **dict.fromkeys(BEFORE_LAUNCH, NOT_LIVE),
        LIVE: "It is live; there is nothing to resume.",
        **dict.fromkeys(OVER, IS_OVER),
    },
    "end": {
        DRAFT: "It is still a draft. Delete the draft instead.",
        PROPOSED: "It is only proposed. Take it back, then delete the draft.",
        **dict.fromkeys(OVER, "It has ended already."),
    },
    "waive": dict.fromkeys(OVER, "It has ended. There is nothing left to waive."),
    "decide": dict.fromkeys(BEFORE_LAUNCH, "It has reached nobody yet. Decide after the launch."),
    "reach": {
        **dict.fromkeys(UNAGREED, "It is not agreed yet, so it reaches nobody."),
        PAUSED: "It is paused, so it reaches nobody until it is resumed.",
        **dict.fromkeys(OVER, "It has ended, so it reaches nobody any more."),
    },
}
REACHING = [status.value for status in Initiative.Status if status not in REFUSALS["reach"]]
"""Statuses of an initiative whose people may be handed over and contacted."""


def refusal(status: str, step: Step) -> str:
    """Return why an initiative of this status cannot take the step, or ""."""
    return REFUSALS[step].get(status, "")


class Steps(NamedTuple):
    """What one person may do with one initiative as it stands. `change` covers deleting it.

    `approve` and `send_back` are asked approval by approval (campaigns.queries.approvals). A plan
    is locked once: `lock` says whether it is still to be, `amend` whether it may be changed.
    """

    change: bool
    propose: bool
    take_back: bool
    lock: bool
    launch: bool
    amend: bool
    pause: bool
    resume: bool
    end: bool
    waive: bool
    decide: bool
    comment: bool


def steps(initiative: Initiative, person: Person, *, is_locked: bool) -> Steps:
    """Return what the status and the person's roles allow together. At most one query."""

    def open_to(step: Step, can: Callable[[Person, Department], bool]) -> bool:
        return not refusal(initiative.status, step) and can(person, initiative.department)

    return Steps(
        change=open_to("change", permissions.can_change_initiative),
        propose=open_to("propose", permissions.can_propose),
        take_back=not is_locked and open_to("take_back", permissions.can_change_initiative),
        lock=not is_locked and open_to("lock", permissions.can_lock_plan),
        launch=open_to("launch", permissions.can_launch),
        amend=is_locked and open_to("amend", permissions.can_lock_plan),
        pause=open_to("pause", permissions.can_launch),
        resume=open_to("resume", permissions.can_launch),
        end=open_to("end", permissions.can_end),
        waive=open_to("waive", permissions.can_waive),
        decide=open_to("decide", permissions.can_decide),
        comment=permissions.can_comment(person),
    )
