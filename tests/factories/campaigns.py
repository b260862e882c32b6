"""Initiatives, and the sheet and the people that they need."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

import factory
from factory.django import DjangoModelFactory

from campaigns.actions.initiatives import Fields
from campaigns.models import OVER, Initiative, Plan
from strategy.actions.sheets import publish_sheet
from strategy.models import Department, Goal, Guardrail, Measure, Role, Sheet
from tests.factories import strategy

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
RULES = {
    "name_agrees_with_kind": "Call it personal only when it uses the person’s own history.",
    "holdout_or_reason": "No launch without a holdout or a reason.",
    "window_needed": "Run it long enough to read.",
    "success_measure_required": "Name the one measure it should move.",
}


class DepartmentFactory(DjangoModelFactory[Department]):
    """Marketing, unless the test names another; each department once."""

    class Meta:
        model = Department
        django_get_or_create = ("key",)

    key = "marketing"
    name = factory.LazyAttribute(lambda department: department.key.capitalize())


class GoalFactory(DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    key = factory.Sequence(lambda number: f"goal-{number}")
    name = factory.Sequence(lambda number: f"Goal {number}")
    measure = factory.LazyFunction(lambda: measure("conversion_rate"))
    owner = factory.SubFactory(strategy.PersonFactory)
    baseline, commit, target = Decimal("0.03"), Decimal("0.04"), Decimal("0.05")
    starts_on, due_on = date(2026, 1, 1), date(2027, 1, 1)


def measure(key: str) -> Measure:
    """Return one of the standard measures, which every database has."""
    return Measure.objects.get(key=key, version=1)


def guardrail(key: str = "opt_outs") -> Guardrail:
    """Return the guardrail on a measure, made when it is not there."""
    limits = {"limit": Decimal(3), "margin": Decimal("0.25")}
    return Guardrail.objects.get_or_create(measure=measure(key), defaults=limits)[0]


def sheet(version: int = 4, **parameters: dict[str, float]) -> Sheet:
    """Build a published sheet with the rules in RULES; `parameters` by the name of the check."""
    made = strategy.SheetFactory.create(version=version)
    for position, (check, text) in enumerate(RULES.items()):
        strategy.RuleFactory.create(
            sheet=made,
            polarity="dont",
            text=text,
            check_key=check,
            parameters=parameters.get(check, {}),
            position=position,
        )
    publish_sheet(sheet=made, by=strategy.person(Role.EXECUTIVE), at=AT)
    return made


def fields(department: Department, **changes: Any) -> Fields:
    """Return what a department says about a sound initiative; it breaks no rule of `sheet`."""
    said: dict[str, Any] = {
        "name": "Christmas lights text",
        "notice": "A text with 15% off outdoor lights",
        "department": department,
        "goals": [GoalFactory.create()],
        "uses": ["group"],
        "mode": "passive",
        "channel": "text",
        "audience": "Gold tier with text consent",
        "holdout_share": Decimal("0.1"),
        "no_holdout_reason": "",
        "success_measure": measure("conversion_rate"),
        "guardrails": [guardrail()],
        "smallest_effect": Decimal("0.05"),
        "starts_on": date(2026, 11, 9),
        "ends_on": date(2026, 12, 7),
    }
    return cast("Fields", said | changes)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


class InitiativeFactory(DjangoModelFactory[Initiative]):
    """An initiative written past the actions, in any status; with one goal and one guardrail."""

    class Meta:
        model = Initiative
        skip_postgeneration_save = True

    key = factory.Sequence(lambda number: f"initiative-{number}")
    name = factory.LazyAttribute(lambda initiative: initiative.key.replace("-", " ").capitalize())
    notice = "A text with 15% off outdoor lights"
    department = factory.SubFactory(DepartmentFactory)
    owner = factory.SubFactory(strategy.PersonFactory)
    uses = ["group"]
    kind = "segmentation"
    mode = Initiative.Mode.PASSIVE
    channel = Initiative.Channel.TEXT
    audience = "Gold tier with text consent"
    holdout_share = Decimal("0.1")
    success_measure = factory.LazyFunction(lambda: measure("conversion_rate"))
    smallest_effect = Decimal("0.05")
    starts_on = date(2026, 11, 9)
    ends_on = factory.LazyAttribute(lambda initiative: initiative.starts_on + timedelta(days=28))
    status = Initiative.Status.DRAFT
    created_at = AT
    launched_at = factory.LazyAttribute(
        lambda initiative: (
            min(initiative.created_at, noon(initiative.starts_on))
            if initiative.status in {"live", "paused", "ended", "reviewed"}
            else None
        )
    )
    ended_at = factory.LazyAttribute(
        lambda initiative: noon(initiative.ends_on) if initiative.status in OVER else None
    )

    @factory.post_generation
    def goals(self, create: bool, given: list[Goal] | None, **_more: Any) -> None:
        if create:
            initiative = cast("Initiative", self)
            initiative.goals.set(given or [GoalFactory.create()])
            initiative.guardrails.set([guardrail()])


def plan(initiative: Initiative, **changes: Any) -> Plan:
    """Lock a plan past the actions, as the initiative has it."""
    names = ["success_measure", "holdout_share", "smallest_effect", "starts_on", "ends_on"]
    said = {name: getattr(initiative, name) for name in names}
    locked = {"locked_at": AT, "locked_by": initiative.owner}
    made = Plan.objects.create(initiative=initiative, **(said | locked | changes))
    made.guardrails.set(initiative.guardrails.all())
    return made
