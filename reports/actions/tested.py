"""What an initiative's test came to so far: the plan that stands, and sums from the facts."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Initiative, Plan
from reports.evidence import plan as evidence
from reports.facts.engines import Engine
from reports.measures.definition import factor
from reports.queries.definitions import definition
from reports.queries.facts import (
    Adjustment,
    Assigned,
    Counts,
    Trial,
    assigned,
    brought_covariates,
    brought_outcomes,
    trials,
)
from reports.queries.freshness import complete_until
from reports.queries.overlap import reached_by_others
from strategy.language.left_out import left_out
from strategy.language.numbers import number
from strategy.language.words import counted, join_words
from strategy.models import Guardrail, Measure

TREATED, HOLDOUT = "treated", "holdout"
OPT_OUTS = "opt_outs"
ONE_DAY = timedelta(days=1)
BY_PLACE = {Initiative.Unit.STORE, Initiative.Unit.REGION}
BEFORE_AT_LEAST, BEFORE_AT_MOST = 28, 91
"""Days before the start that a measure is adjusted by; between these it is the window's length."""


class Tested(NamedTuple):
    """An initiative's locked plan and what its test came to so far.

    `dosed` is the measure of opt-outs over contacts, None where nobody is held out.
    """

    initiative: Initiative
    plan: Plan
    success: list[Measure]
    guardrails: list[Guardrail]
    also: list[Measure]
    until: date
    brought: set[str]
    assigned: Assigned
    exposed: dict[str, int] | None
    removed: dict[str, int] | None
    trial: Trial
    adjusted: dict[str, Adjustment]
    beside: dict[str, evidence.Beside]
    dosed: Measure | None

    @property
    def planned(self) -> int | None:
        """The units planned in both arms; a plan counts customers, so of others nobody knows."""
        is_theirs = self.plan.counted_unit == Initiative.Unit.CUSTOMER
        return self.plan.planned_customers if is_theirs else None

    @property
    def stopped_on(self) -> date | None:
        """The first day on which it no longer ran."""
        ended_at = self.initiative.ended_at
        return ended_at and timezone.localdate(ended_at) + ONE_DAY

    @property
    def obstacle(self) -> str:
        """Why nothing can be judged, "" where something can."""
        if self.initiative.launched_at is None and self.stopped_on:
            return "It was called off before its launch."
        if self.stopped_on and self.stopped_on <= self.plan.starts_on:
            return "It ended before its first planned day."
        if self.initiative.launched_at is None and self.until > self.plan.starts_on:
            return "Its first planned day has passed, and it was not launched."
        unit, place = self.plan.unit, self.assigned.unit
        if place and unit not in BY_PLACE:
            return (
                f"Its plan says that each {unit} is randomised, but its assignments name stores or "
                f"regions, such as “{place}”; change the plan to what was randomised."
            )
        if unit in BY_PLACE and self.assigned.unnamed and not self.plan.places:
            people = counted(self.assigned.unnamed, "assignment names", "assignments name")
            return f"It was randomised by {unit}, and {people} none; bring one for each."
        return ""

    def left_out(self, measure: Measure) -> evidence.LeftOut | None:
        """Return which amounts have no rate; None where none are added up from events."""
        if not definition(measure).is_money or measure.key in self.brought:
            return None
        return left_out_of(self.trial.left_out[measure.key])

    def gap(self, measure: Measure) -> str:
        """Return why a measure's sums may not be used, "" where they may."""
        if measure.key in self.brought and definition(measure).is_ratio:
            return (
                "Only its outcomes were brought, not what they are divided by; "
                "leave them out to have events counted."
            )
        missing = self.trial.missing[measure.key]
        if not missing:
            return ""
        if self.plan.counted_unit != Initiative.Unit.CUSTOMER:
            return (
                f"{counted(sum(missing.values()), 'customer has', 'customers have', capital=True)} "
                f"no value of “{measure.name}”; bring one for everybody, 0 where nothing happened."
            )
        arms = {TREATED: "treated", HOLDOUT: "held-out"}
        some = [
            f"{number(missing.get(arm, 0))} of {counted(size, f'{arms[arm]} customer')}"
            for arm, size in sorted(self.trial.sizes.items(), reverse=True)
        ]
        return (
            f"{join_words(some)} have no value of “{measure.name}”; "
            "bring one for everybody, 0 where nothing happened."
        )


def left_out_of(found: Counts) -> evidence.LeftOut:
    """Return what is in no sum, of events counted by currency ("" where it has a rate) and kind."""
    unpriced = {currency: kinds for currency, kinds in found.items() if currency}
    counts = [sum(kinds.values()) for kinds in (*unpriced.values(), found.get("", {}))]
    share = sum(counts[:-1]) / max(1, sum(counts))
    return evidence.LeftOut(left_out(unpriced), share)


def tested(engine: Engine, initiative: Initiative, *, at: datetime) -> Tested:
    """Return the plan that stands, and the sums of its test over the days whose data are in."""
    plan = (
        Plan.objects.filter(initiative=initiative)
        .select_related("success_measure")
        .order_by("-version")
    )[0]
    success = plan.success_measures
    guardrails = list(plan.guardrails.select_related("measure"))
    planned = {one.key: one for one in (*success, *(rail.measure for rail in guardrails))}
    today = timezone.localdate(at)
    brought = brought_outcomes(initiative.pk)
    also = list(
        Measure.objects.filter(key__in=brought - planned.keys())
        .order_by("key", "-version")
        .distinct("key")
    )
    from_events = [measure for key, measure in planned.items() if key not in brought]
    data_until = min(today, complete_until(from_events, since=plan.starts_on) or today)
    if initiative.ended_at:
        data_until = min(data_until, timezone.localdate(initiative.ended_at) + ONE_DAY)
    until = max(plan.starts_on, min(plan.ends_on, data_until))
    measures = [*success, *(rail.measure for rail in guardrails), *also]
    dosed = _dosed(plan, measures)
    if dosed is not None and dosed not in measures:
        measures.append(dosed)
    adjusted = _adjustments(plan, success, brought)
    (found,) = trials(
        engine,
        initiative.pk,
        [definition(measure) for measure in measures],
        brought=brought,
        starts_on=plan.starts_on,
        ends=[until],
        adjusted=adjusted,
        unit=plan.counted_unit,
    )
    came = assigned(initiative.pk, starts_on=plan.starts_on, ends_on=until, unit=plan.counted_unit)
    exposed = removed = None
    if plan.counted_unit == Initiative.Unit.CUSTOMER:
        exposed = reached_by_others(engine, initiative.pk, starts_on=plan.starts_on, ends_on=until)
        removed = _removed(initiative, came)
    return Tested(
        initiative, plan, success, guardrails, also, until, brought, came, exposed, removed, found,
        adjusted, _beside(engine, plan, success, brought=brought, until=until), dosed,
    )  # fmt: skip


def _removed(initiative: Initiative, came: Assigned) -> dict[str, int]:
    """Return by arm the customers who were assigned and are in no sum. One query.

    They were erased since, or their records are in both arms: those are lost to each.
    """
    erased = dict(initiative.forgotten.values_list("arm", "customer_count"))
    return {arm: erased.get(arm, 0) + came.in_both_arms for arm in (TREATED, HOLDOUT)}


def _beside(
    engine: Engine, plan: Plan, success: list[Measure], *, brought: set[str], until: date
) -> dict[str, evidence.Beside]:
    """Return by key the success measures with a cap once more: whole, or capped by the plan.

    What has a cap of its own is whole beside itself; the leading one is capped by the plan's.
    """
    others = {}
    for measure in success:
        own = definition(measure)
        if own.cap is not None:
            others[measure.key] = own.uncapped
        elif plan.cap is not None and measure == success[0]:
            others[measure.key] = own._replace(cap=float(plan.cap))
    if not others:
        return {}
    (found,) = trials(
        engine,
        plan.initiative_id,
        list(others.values()),
        brought=brought,
        starts_on=plan.starts_on,
        ends=[until],
        unit=plan.counted_unit,
    )
    days = max(1, (until - plan.starts_on).days)
    caps = {measure.key: float(measure.cap or plan.cap or 0) for measure in success}
    return {
        key: evidence.Beside(
            at=caps[key] * factor(other, days),
            sums=found.sums[key],
            is_whole=other.cap is None,
        )
        for key, other in others.items()
    }


def _dosed(plan: Plan, measures: list[Measure]) -> Measure | None:
    """Return the measure of opt-outs, the plan's own version where it has one."""
    if not plan.holdout_share:
        return None
    theirs = (measure for measure in measures if measure.key == OPT_OUTS)
    newest = Measure.objects.filter(key=OPT_OUTS).order_by("-version")
    return next(theirs, None) or newest.first()


def _adjustments(plan: Plan, success: list[Measure], brought: set[str]) -> dict[str, Adjustment]:
    """Return what each success measure is adjusted by; it is left out where nothing is known.

    Where its outcomes were brought: the covariate of its own name, else the first by name, of
    those that everybody has.
    """
    days = min(BEFORE_AT_MOST, max(BEFORE_AT_LEAST, (plan.ends_on - plan.starts_on).days))
    keys = [measure.key for measure in success]
    names = brought_covariates(plan.initiative_id) if brought.intersection(keys) else []
    return {
        key: Adjustment(covariate=key if key in names else names[0])
        if key in brought
        else Adjustment(days=days)
        for key in keys
        if key not in brought or names
    }
