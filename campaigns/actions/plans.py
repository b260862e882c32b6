"""Locking and changing a plan; launching, pausing, ending, of which followers are told."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from campaigns.actions import talk
from campaigns.actions.holdout import draw_arms, give_draw
from campaigns.actions.initiatives import (
    RefusedError,
    WrongStatusError,
    check_reason,
    check_status,
    held,
    in_words,
    listed_changes,
)
from campaigns.models import DRAWN_BY, Draw, Initiative, Plan, Retest
from campaigns.queries.rules import Broken, breaches_of
from customers.actions import work as ledger
from strategy import permissions
from strategy.actions import audit
from strategy.language.dates import day
from strategy.language.words import counted, join_words
from strategy.models import Guardrail, Person

RETESTED_AFTER = (30, 90, 180)
"""Days after the end on which it is looked at again whether the effect has lasted."""


class RulesBrokenError(RefusedError):
    """The sheet's rules that the initiative breaks without leave stand in `breaches`."""

    def __init__(self, breaches: tuple[Broken, ...]) -> None:
        super().__init__(" ".join(breach.sentence for breach in breaches))
        self.breaches = breaches


class TooEarlyError(RefusedError):
    """Nobody is reached before the first day that the plan promises."""


class NothingChangedError(RefusedError):
    """A new version of a plan says something else than the one before."""


class WindowError(RefusedError):
    """A plan's window ends after it starts."""


class Amendment(TypedDict):
    """What of a locked plan may change; the window is [starts_on, ends_on).

    Unit, holdout, success measures and first day stay: another of those is another test.
    """

    ends_on: date
    smallest_effect: Decimal
    planned_customers: int | None
    planned_reads: int
    guardrails: Sequence[Guardrail]


@transaction.atomic
def lock_plan(*, initiative: Initiative, by: Person, at: datetime) -> Plan:
    """Lock the first version of the plan. Late is allowed, and logged as late.

    Args:
        initiative: agreed.
        by: who locks.
        at: when; its local day decides which waivers hold and whether the lock is late.

    Raises:
        NotAllowed: `by` may not lock the department's plans.
        WrongStatusError: it is not agreed, or the plan is locked already.
        RulesBrokenError: rules of the sheet in force are broken and not waived.

    """
    agreed = held(initiative)
    permissions.check_can_lock_plan(by, agreed.department)
    check_status(agreed, "lock")
    if agreed.plans.exists():
        raise WrongStatusError("The plan is locked already.")
    check_rules(agreed, at=at)
    return _lock(agreed, by=by, at=at)


@transaction.atomic
def amend_plan(
    *,
    initiative: Initiative,
    reason: str,
    by: Person,
    at: datetime,
    **said: Unpack[Amendment],
) -> Plan:
    """Lock a further version of the plan; the earlier ones stay, and the log says what changed.

    Raises:
        NotAllowed: `by` may not lock the department's plans.
        WrongStatusError: no plan is locked yet, or it is over.
        ReasonMissingError: the reason is empty.
        WindowError: it would end before it starts.
        NothingChangedError: it says what the newest version says.
        RulesBrokenError: the change breaks rules of the sheet that are not waived.

    """
    running = held(initiative)
    permissions.check_can_lock_plan(by, running.department)
    check_status(running, "amend")
    newest = running.plans.first()
    if newest is None:
        raise WrongStatusError("Its plan is not locked yet. Take it back to change it.")
    check_reason(reason)
    if said["ends_on"] <= running.starts_on:
        raise WindowError("It would end before it starts. Choose a later last day.")
    before = in_words(running)
    running.ends_on = said["ends_on"]
    running.smallest_effect = said["smallest_effect"]
    running.planned_customers = said["planned_customers"]
    running.planned_reads = said["planned_reads"]
    running.is_stale = True
    running.save()
    running.guardrails.set(said["guardrails"])
    changes = listed_changes(before, in_words(running))
    if not changes:
        raise NothingChangedError("Nothing in the plan would change.")
    check_rules(running, at=at)
    plan = _write_plan(running, version=newest.version + 1, reason=reason, by=by, at=at)
    ledger.give(kind="refresh", arguments={}, at=at, once="all")
    changed = join_words([label.lower() for label, *_ in changes])
    audit.record(
        act="initiative.amend",
        subject=running,
        sentence=f"Plan changed to version {plan.version}: {changed}. Reason: {reason}",
        by=by,
        at=at,
        plan=plan.version,
        changes=changes,
    )
    return plan


@transaction.atomic
def launch(*, initiative: Initiative, by: Person, at: datetime) -> Initiative:
    """Say that an agreed initiative now reaches customers; its plan is locked by then.

    Where an audience is chosen and customers or households are held out by chance, its arms are
    drawn first: it is agreed until the ledger has done that, and live with it. A draw that failed
    is given again.

    Raises:
        NotAllowed: `by` may not launch the department's initiatives.
        WrongStatusError: it is not agreed, or it is live or over.
        TooEarlyError: its first day is still to come.
        RulesBrokenError: its plan is locked now, and breaks rules of the sheet without leave.

    """
    agreed = held(initiative)
    permissions.check_can_launch(by, agreed.department)
    check_status(agreed, "launch")
    if timezone.localdate(at) < agreed.starts_on:
        raise TooEarlyError(f"Its first day is {day(agreed.starts_on)}; launch it then.")
    if not agreed.plans.exists():
        check_rules(agreed, at=at)
        _lock(agreed, by=by, at=at)
    if agreed.audience_version and agreed.unit in DRAWN_BY:
        draw = Draw.objects.select_related("work").filter(initiative=agreed).first()
        if draw is None or draw.has_failed:
            strata = draw.strata if draw else Draw.Strata.NONE
            draw = give_draw(initiative=agreed, strata=strata, by=by, at=at)
        if draw.drawn_at is None:
            if draw.launched_by is None:
                draw.launched_by = by
                draw.save(update_fields=["launched_by"])
            return agreed
    _go_live(agreed, by=by, at=at)
    return agreed


def draw_then_launch(*, initiative: int, at: datetime, **work: Any) -> dict[str, Any]:
    """Draw the arms, and go live where the launch waited for them; the work of kind "draw"."""
    outcome = draw_arms(initiative=initiative, at=at, **work)
    launched_by = Draw.objects.select_related("launched_by").get(initiative=initiative).launched_by
    agreed = held(Initiative(pk=initiative))
    if launched_by and agreed.status == Initiative.Status.AGREED:
        _go_live(agreed, by=launched_by, at=at)
    return outcome


@transaction.atomic
def pause(*, initiative: Initiative, reason: str, by: Person, at: datetime) -> Initiative:
    """Say that a live initiative reaches nobody for now; its test goes on as it was planned.

    Raises:
        NotAllowed: `by` may not launch the department's initiatives.
        WrongStatusError: it is not live.
        ReasonMissingError: the reason is empty.

    """
    live = held(initiative)
    permissions.check_can_launch(by, live.department)
    check_status(live, "pause")
    check_reason(reason)
    _move(live, Initiative.Status.PAUSED, at=at)
    _say(live, "pause", f"Paused: {reason}", by=by, at=at)
    return live


@transaction.atomic
def resume(*, initiative: Initiative, by: Person, at: datetime) -> Initiative:
    """Say that a paused initiative reaches customers again.

    Raises:
        NotAllowed: `by` may not launch the department's initiatives.
        WrongStatusError: it is not paused.
        RulesBrokenError: a rule of the sheet in force stands against it by now.

    """
    paused = held(initiative)
    permissions.check_can_launch(by, paused.department)
    check_status(paused, "resume")
    check_rules(paused, at=at)
    _move(paused, Initiative.Status.LIVE, at=at)
    _say(paused, "resume", "Resumed.", by=by, at=at)
    return paused


@transaction.atomic
def end(*, initiative: Initiative, reason: str, by: Person, at: datetime) -> Initiative:
    """End an initiative that was launched, or call off an agreed one before its launch.

    Where customers were held out, its retests are scheduled: 30, 90 and 180 days after the end.

    Raises:
        NotAllowed: `by` may not end the department's initiatives.
        WrongStatusError: it is not agreed yet, or over.
        ReasonMissingError: the reason is empty.

    """
    running = held(initiative)
    permissions.check_can_end(by, running.department)
    check_status(running, "end")
    check_reason(reason)
    what = "Ended" if running.launched_at else "Called off before the launch"
    running.ended_at = at
    _move(running, Initiative.Status.ENDED, at=at)
    _say(running, "end", f"{what}: {reason}", by=by, at=at)
    if running.launched_at and running.holdout_share:
        ended_on = timezone.localdate(at)
        Retest.objects.bulk_create(
            Retest(initiative=running, days=days, due_on=ended_on + timedelta(days=days))
            for days in RETESTED_AFTER
        )
    return running


def check_rules(initiative: Initiative, *, at: datetime) -> None:
    """Raise RulesBrokenError for rules that it breaks on the day of `at` without leave."""
    if breaches := breaches_of(initiative, timezone.localdate(at)):
        raise RulesBrokenError(breaches)


def _lock(agreed: Initiative, *, by: Person, at: datetime) -> Plan:
    plan = _write_plan(agreed, version=1, reason="", by=by, at=at)
    days_late = max(0, (timezone.localdate(at) - agreed.starts_on).days)
    late = f", {counted(days_late, 'day')} after the first day" if days_late else ""
    _move(agreed, Initiative.Status.AGREED, at=at)
    audit.record(
        act="initiative.lock",
        subject=agreed,
        sentence=f"Plan locked{late}. Logged as {agreed.get_kind_display().lower()}.",
        by=by,
        at=at,
        plan=plan.version,
        days_late=days_late,
    )
    return plan


def _write_plan(
    initiative: Initiative, *, version: int, reason: str, by: Person, at: datetime
) -> Plan:
    plan = Plan.objects.create(
        initiative=initiative,
        version=version,
        success_measure=initiative.success_measure,
        cap=initiative.cap,
        holdout_share=initiative.holdout_share,
        smallest_effect=initiative.smallest_effect,
        unit=initiative.unit,
        places=initiative.places,
        planned_customers=initiative.planned_customers,
        planned_reads=initiative.planned_reads,
        starts_on=initiative.starts_on,
        ends_on=initiative.ends_on,
        reason=reason,
        locked_at=at,
        locked_by=by,
    )
    plan.further_measures.set(initiative.further_measures.all())
    plan.guardrails.set(initiative.guardrails.all())
    return plan


def _go_live(agreed: Initiative, *, by: Person, at: datetime) -> None:
    agreed.launched_at = at
    _move(agreed, Initiative.Status.LIVE, at=at)
    _say(agreed, "launch", "Launched.", by=by, at=at)


def _say(initiative: Initiative, step: str, sentence: str, *, by: Person, at: datetime) -> None:
    """Log a step that customers notice, and tell the followers."""
    act = f"initiative.{step}"
    entry = audit.record(act=act, subject=initiative, sentence=sentence, by=by, at=at)
    talk.tell(entry=entry, initiative=initiative)


def _move(initiative: Initiative, status: Initiative.Status, *, at: datetime) -> None:
    """Move it on, with its moments, and have it judged anew."""
    initiative.status = status
    initiative.is_stale = True
    initiative.save(update_fields=["status", "launched_at", "ended_at", "is_stale"])
    ledger.give(kind="refresh", arguments={}, at=at, once="all")
