"""What the demo's departments plan: for whom, and what they will send."""

from datetime import datetime
from typing import NamedTuple

from campaigns.actions.audiences import choose_audience, make_audience
from campaigns.actions.sends import plan_send
from campaigns.audience.definition import Condition, Definition, Group
from campaigns.models import Audience, Initiative
from config.demo import truth


class Planned(NamedTuple):
    """A draft's audience, and its contacts: days after the first, and what each is called."""

    key: str
    audience: str
    conditions: tuple[Condition, ...]
    sends: tuple[tuple[int, str], ...]


PLANNED = (
    Planned(
        truth.BLACK_FRIDAY.key,
        "Gold tier by email",
        (Condition("orders", number=3), Condition("consent", "email:marketing")),
        ((0, "Early access"), (2, "Doors open"), (4, "Last day"), (5, "Last hours")),
    ),
    Planned(
        truth.CHRISTMAS.key,
        "Lighting buyers by text",
        (Condition("category", "lighting", 365), Condition("consent", "text:marketing")),
        ((0, "The lights are in"), (7, "Last week for lights")),
    ),
    Planned(
        truth.NEW_FOR_YOU.key,
        "Bought twice or more",
        (Condition("orders", number=2),),
        (),
    ),
)


def plan(*, at: datetime) -> None:
    """Choose each draft's audience and plan its contacts, as its owner would."""
    for one in PLANNED:
        draft = Initiative.objects.select_related("owner", "department").get(key=one.key)
        version = make_audience(
            name=one.audience,
            department=draft.department,
            way=Audience.Way.FROZEN,
            definition=Definition("all", (Group("all", one.conditions),)),
            by=draft.owner,
            at=at,
        )
        choose_audience(initiative=draft, version=version, by=draft.owner, at=at)
        for day, name in one.sends:
            plan_send(initiative=draft, day=day, name=name, by=draft.owner, at=at)
