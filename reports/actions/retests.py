"""Retests: did the effect last? They run by themselves once their days are in."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.actions import talk
from campaigns.models import Assignment, Plan, Retest
from customers.actions import work as ledger
from customers.queries.retention import horizon, horizons
from reports.evidence.persistence import Lasting, Persistence, persistence
from reports.evidence.sums import NotComputableError, Sums
from reports.models import RetestResult
from reports.queries.definitions import definition
from reports.queries.facts import brought_outcomes
from reports.queries.freshness import complete_until
from reports.queries.lasting import EARLY, LATE, early_and_late
from strategy.actions import audit
from strategy.language.words import counted

KIND = "retest"
ARMS = (Assignment.Arm.TREATED, Assignment.Arm.HOLDOUT)


class _Found(NamedTuple):
    """What a retest came to; `told` is None where it could not be worked out."""

    word: str
    sentence: str
    told: Persistence | None = None
    sizes: dict[str, int] | None = None


def give_due(*, at: datetime) -> int | None:
    """Give the work of retests whose day has come and whose days are in; its id, or None."""
    if not any(_can_be_done(one, at=at) for one in _due(at)):
        return None
    return ledger.give(kind=KIND, arguments={}, at=at, once="all")


def retest(*, at: datetime, **_later: Any) -> dict[str, Any]:
    """Do every retest that is due: the work of kind "retest". Done twice it finds nothing left."""
    waiting = _due(at).select_related("initiative__owner").select_for_update(of=("self",))
    due = [one for one in waiting if _can_be_done(one, at=at)]
    for one in due:
        _do(one, at=at)
    return {"retests": len(due)}


def _due(at: datetime) -> "QuerySet[Retest]":
    return Retest.objects.filter(done_at=None, due_on__lte=timezone.localdate(at))


def _can_be_done(due: Retest, *, at: datetime) -> bool:
    """Say whether all sources of its measure are in up to its day, or nothing would change it."""
    plan = _plan_of(due)
    if plan is None or _obstacle(due, plan, at=at):
        return True
    until = complete_until([plan.success_measure], since=due.due_on - LATE)
    return until is not None and until >= due.due_on


def _do(due: Retest, *, at: datetime) -> None:
    """Work one retest out, keep it, and tell the initiative's owner."""
    initiative = due.initiative
    found = _found(due, at=at)
    told, sizes = found.told, found.sizes or {}
    RetestResult.objects.create(
        retest=due,
        word=found.word,
        sentence=found.sentence,
        starts_on=due.due_on - LATE,
        ends_on=due.due_on,
        treated_count=sizes.get(ARMS[0], 0),
        holdout_count=sizes.get(ARMS[1], 0),
        late=told and told.late.effect,
        late_low=told and told.late.low,
        late_high=told and told.late.high,
        kept=told and told.kept.effect,
        kept_low=told and told.kept.low,
        kept_high=told and told.kept.high,
        as_of=at,
    )
    word = RetestResult.Word(found.word).label
    due.done_at, due.outcome = at, f"{word}: {found.sentence}"[:300]
    due.save(update_fields=["done_at", "outcome"])
    said = f"Retest {counted(due.days, 'day')} after the end. {word}: {found.sentence}"
    entry = audit.record(
        act="initiative.retest",
        subject=initiative,
        sentence=said,
        by=None,
        at=at,
        days=due.days,
        word=found.word,
    )
    talk.tell(entry=entry, initiative=initiative)


def _plan_of(due: Retest) -> Plan | None:
    return (
        Plan.objects.filter(initiative=due.initiative_id)
        .select_related("success_measure")
        .order_by("-version")
        .first()
    )


def _obstacle(due: Retest, plan: Plan, *, at: datetime) -> str:
    """Return why it cannot be worked out, whatever else comes in, "" where it may be."""
    measure = definition(plan.success_measure)
    if measure.is_ratio:
        return f"“{measure.name}” is not added up by customer."
    if not measure.is_plain:
        return f"“{measure.name}” does not add up by day, so 14 days and 30 cannot be compared."
    if measure.key in brought_outcomes(due.initiative_id):
        return "Its outcomes were brought with the test, and no later ones are known."
    if due.due_on - LATE < plan.starts_on + EARLY:
        return "It ran so shortly that its first days and the later ones overlap."
    kept = horizon(measure.kinds, horizons(timezone.localdate(at)))
    if kept is not None and plan.starts_on < kept:
        return "The events of its first days are no longer kept."
    return ""


def _found(due: Retest, *, at: datetime) -> _Found:
    plan = _plan_of(due)
    if plan is None:
        return _unknown("No plan was locked, so there is no measure to look at again.")
    if obstacle := _obstacle(due, plan, at=at):
        return _unknown(obstacle)
    measure = definition(plan.success_measure)
    sums = early_and_late(
        due.initiative_id,
        measure,
        starts_on=plan.starts_on,
        late_ends_on=due.due_on,
        unit=plan.counted_unit,
    )
    nobody = Sums(0, 0.0, 0.0)
    better, worse = ARMS if measure.better == "more" else reversed(ARMS)
    try:
        told = persistence(sums.get(better, nobody), sums.get(worse, nobody))
    except NotComputableError as reason:
        return _unknown(str(reason))
    return _Found(
        told.lasting.value, told.sentence, told, {arm: one.n for arm, one in sums.items()}
    )


def _unknown(reason: str) -> _Found:
    return _Found(Lasting.UNKNOWN.value, reason)
