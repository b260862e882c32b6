"""An initiative as its page and its form show it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import RUNNING, Draw, Initiative, Plan, Retest
from campaigns.queries.approvals import ApprovalRow, approvals_of
from campaigns.queries.decisions import DecisionTaken, newest_decision
from campaigns.queries.history import HistoryEntry, history_of
from campaigns.queries.rules import SheetSays, percent_as_said, sheet_says
from campaigns.queries.steps import Steps, steps
from campaigns.queries.talk import follows
from strategy import permissions
from strategy.language.dates import day_with_year, long_day, span
from strategy.language.numbers import money, number
from strategy.language.words import all_of, counted, join_words
from strategy.models import Department, Guardrail, Measure, Person


class InitiativeFacts(NamedTuple):
    """What a department logged; its window is [starts_on, ends_on), `days` says it in words."""

    pk: int
    key: str
    name: str
    notice: str
    department_key: str
    department: str
    owner: str
    goals: tuple[str, ...]
    uses: str
    does_not_use: str
    kind: str
    mode: str
    mode_word: str
    channel: str
    audience: str
    status: str
    status_word: str
    is_running: bool
    starts_on: date
    ends_on: date
    days: str
    last_day: str


class Fact(NamedTuple):
    """A term of the plan and what was agreed; `note` explains it."""

    term: str
    text: str
    note: str = ""


class PlanFacts(NamedTuple):
    """The plan as promised; as long as it is not locked, as the draft has it.

    `says` is when it was locked by whom; `is_late` if that was after the first day.
    """

    locked_at: datetime | None
    is_late: bool
    says: str
    facts: tuple[Fact, ...]


class RetestRow(NamedTuple):
    """A retest: its day in words, how long after the end, and what came of it, "" before."""

    on: str
    after: str
    outcome: str


class InitiativePage(NamedTuple):
    """Everything that templates/campaigns/_*.html show of one initiative.

    `undrawn` says why its arms could not be drawn, "" where they could or nobody has tried.
    """

    facts: InitiativeFacts
    plan: PlanFacts
    sheet: SheetSays
    approvals: list[ApprovalRow]
    decision: DecisionTaken | None
    retests: list[RetestRow]
    undrawn: str
    history: list[HistoryEntry]
    is_followed: bool
    may: Steps


def initiative_page(initiative: Initiative, person: Person, today: date) -> InitiativePage:
    """Return one initiative as `person` may see it. At most 19 queries."""
    plan = plan_of(initiative)
    is_locked = plan.locked_at is not None
    return InitiativePage(
        facts=facts_of(initiative),
        plan=plan,
        sheet=sheet_says(initiative, today),
        approvals=approvals_of(initiative, person, today),
        decision=newest_decision(initiative.pk, today),
        retests=retests_of(initiative),
        undrawn=undrawn_of(initiative),
        history=history_of(initiative.pk, today),
        is_followed=follows(initiative, person),
        may=steps(initiative, person, is_locked=is_locked),
    )


def retests_of(initiative: Initiative) -> list[RetestRow]:
    """Return an ended initiative's retests, the earliest first. One query, none before its end."""
    if initiative.ended_at is None:
        return []
    return [
        RetestRow(day_with_year(one.due_on), counted(one.days, "day"), one.outcome)
        for one in Retest.objects.filter(initiative=initiative)
    ]


def undrawn_of(initiative: Initiative) -> str:
    """Return why an initiative's arms could not be drawn; "" where they could. One query."""
    draw = Draw.objects.select_related("work").filter(initiative=initiative, drawn_at=None).first()
    return draw.failure if draw else ""


def initiative_of(initiative_id: int) -> Initiative:
    """Return the initiative with all that its page needs. Five queries.

    Raises:
        Initiative.DoesNotExist: there is none with this id.

    """
    rows = Initiative.objects.select_related("department", "owner", "success_measure")
    return rows.prefetch_related("goals", "further_measures", "guardrails__measure").get(
        pk=initiative_id
    )


def facts_of(initiative: Initiative) -> InitiativeFacts:
    """Return what was logged. No query after `initiative_of`."""
    uses = set(initiative.uses)
    return InitiativeFacts(
        pk=initiative.pk,
        key=initiative.key,
        name=initiative.name,
        notice=initiative.notice,
        department_key=initiative.department.key,
        department=initiative.department.name,
        owner=initiative.owner.name,
        goals=tuple(goal.name for goal in initiative.goals.all()),
        uses=_data(use for use in Initiative.Uses if use in uses) or "Nothing about the customer",
        does_not_use=_data(use for use in Initiative.Uses if use not in uses),
        kind=initiative.get_kind_display(),
        mode=Initiative.Mode(initiative.mode).name.lower(),
        mode_word=initiative.get_mode_display(),
        channel=initiative.get_channel_display(),
        audience=initiative.audience,
        status=initiative.status,
        status_word=initiative.get_status_display(),
        is_running=initiative.status in RUNNING,
        starts_on=initiative.starts_on,
        ends_on=initiative.ends_on,
        days=span(initiative.starts_on, initiative.ends_on),
        last_day=day_with_year(initiative.last_on),
    )


def _data(uses: Iterable[Initiative.Uses]) -> str:
    """Return the data in one phrase, or "" for none."""
    labels = [str(use.label) for use in uses]
    return (
        join_words([*labels[:1], *(label[0].lower() + label[1:] for label in labels[1:])])
        if labels
        else ""
    )


def plan_of(initiative: Initiative) -> PlanFacts:
    """Return the newest plan, or the draft's. Five queries, or two for a draft."""
    plan = (
        initiative.plans.select_related("locked_by", "success_measure")
        .prefetch_related("further_measures", "guardrails__measure")
        .first()
    )
    agreed = plan or initiative
    every = Guardrail.objects.count()
    facts = (
        Fact(counted_goals(initiative), join_words([str(g) for g in initiative.goals.all()])),
        Fact("Success measure", agreed.success_measure.name, agreed.success_measure.says),
        *([Fact("Shown capped at", _capped_at(agreed))] if agreed.cap is not None else []),
        *(
            Fact("Success measure, too", one.name, one.says)
            for one in agreed.further_measures.all()
        ),
        Fact("Worth having", worth_having(agreed.smallest_effect, agreed.success_measure)),
        Fact("Audience", initiative.audience),
        Fact("Holdout", *_holdout(agreed, initiative.no_holdout_reason)),
        Fact("Guardrails", *_guardrails([str(g) for g in agreed.guardrails.all()], every)),
        Fact(
            "Window", span(agreed.starts_on, agreed.ends_on), "Read once, when all its days are in"
        ),
    )
    if plan is None:
        return PlanFacts(None, is_late=False, says="Not locked yet.", facts=facts)
    locked_on = timezone.localdate(plan.locked_at)
    days_late = (locked_on - plan.starts_on).days
    says = f"Locked on {long_day(locked_on)} by {plan.locked_by}"
    if days_late > 0:
        says += f", {counted(days_late, 'day')} after the first day"
    return PlanFacts(plan.locked_at, days_late > 0, f"{says}.", facts)


def _capped_at(agreed: Plan | Initiative) -> str:
    """Return the most that one customer counts for in the second look, in the measure's unit."""
    cap = agreed.cap or Decimal(0)
    is_money = agreed.success_measure.unit == Measure.Unit.MONEY
    return money(cap, settings.CURRENCY) if is_money else number(cap)


def counted_goals(initiative: Initiative) -> str:
    """Return "Goal" or "Goals"."""
    return "Goal" if len(initiative.goals.all()) == 1 else "Goals"


def worth_having(effect: Decimal, measure: Measure) -> str:
    """Return "+5% or more", or "−5% or better" where fewer is better."""
    share = percent_as_said(effect)
    fewer = measure.better == Measure.Better.FEWER
    return f"−{share} or better" if fewer else f"+{share} or more"


def _holdout(agreed: Plan | Initiative, reason: str) -> tuple[str, str]:
    if agreed.places:
        listed = join_words(agreed.places)
        return f"None by chance: {listed} beside the others, evidence D at best", reason
    if not agreed.holdout_share:
        return "None, so the verdict will be Not measured", reason
    return f"{percent_as_said(agreed.holdout_share)}, at random", ""


def _guardrails(names: list[str], every: int) -> tuple[str, str]:
    if not names:
        return "None", ""
    listed = join_words(names)
    if len(names) == every and every > 1:
        return all_of(every, "company guardrail", capital=True), f"{listed}."
    return listed, ""


def departments_to_log_for(person: Person) -> list[Department]:
    """Return the departments for which the person may log. Two queries."""
    every = Department.objects.all()
    return [each for each in every if permissions.can_log_initiative(person, each)]


def measures_in_use() -> QuerySet[Measure]:
    """Return the newest version of each measure, by name. One query."""
    newest = Measure.objects.order_by("key", "-version").distinct("key")
    return Measure.objects.filter(pk__in=newest.values("pk")).order_by("name")
