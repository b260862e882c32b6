"""Locking a plan, launching, ending, and leave to break a rule."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.actions.initiatives import RefusedError, check_status, held
from campaigns.models import Initiative, Plan, Waiver
from campaigns.queries.rules import Broken, breaches_of
from customers.actions import work as ledger
from strategy import permissions
from strategy.actions import audit
from strategy.language.dates import day, day_with_year
from strategy.language.words import counted
from strategy.models import Person, Rule

LONGEST_WAIVER = timedelta(days=366)


class RulesBrokenError(RefusedError):
    """The sheet's rules that the initiative breaks without leave stand in `breaches`."""

    def __init__(self, breaches: tuple[Broken, ...]) -> None:
        super().__init__(" ".join(breach.sentence for breach in breaches))
        self.breaches = breaches


class NothingToCheckError(RefusedError):
    """Only a rule that a machine checks can be waived; the others people judge."""


class WaiverIsOverError(RefusedError):
    """A waiver must hold for a day at least."""


class WaiverIsTooLongError(RefusedError):
    """A waiver holds for a year at most; a rule that is broken for longer is the wrong rule."""


class TooEarlyError(RefusedError):
    """Nobody is reached before the first day that the plan promises."""


class ReasonMissingError(RefusedError):
    """Without a reason nobody can learn from it."""


@transaction.atomic
def lock_plan(*, initiative: Initiative, by: Person, at: datetime) -> Plan:
    """Lock the first version of the plan as the draft has it. Late is allowed, and logged as late.

    Args:
        initiative: a draft.
        by: who locks.
        at: when; its local day decides which waivers hold and whether the lock is late.

    Raises:
        NotAllowed: `by` may not lock the department's plans.
        WrongStatusError: the plan is locked already.
        RulesBrokenError: rules of the sheet in force are broken and not waived.

    """
    draft = held(initiative)
    permissions.check_can_lock_plan(by, draft.department)
    check_status(draft, "lock")
    locked_on = timezone.localdate(at)
    if breaches := breaches_of(draft, locked_on):
        raise RulesBrokenError(breaches)
    plan = Plan.objects.create(
        initiative=draft,
        success_measure=draft.success_measure,
        holdout_share=draft.holdout_share,
        smallest_effect=draft.smallest_effect,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        locked_at=at,
        locked_by=by,
    )
    plan.guardrails.set(draft.guardrails.all())
    days_late = max(0, (locked_on - draft.starts_on).days)
    late = f", {counted(days_late, 'day')} after the first day" if days_late else ""
    _move(draft, Initiative.Status.LOCKED, at=at)
    audit.record(
        act="initiative.lock",
        subject=draft,
        sentence=f"Plan locked{late}. Logged as {draft.get_kind_display().lower()}.",
        by=by,
        at=at,
        plan=plan.version,
        days_late=days_late,
    )
    return plan


@transaction.atomic
def launch(*, initiative: Initiative, by: Person, at: datetime) -> Initiative:
    """Say that an initiative with a locked plan now reaches customers.

    Raises:
        NotAllowed: `by` may not launch the department's initiatives.
        WrongStatusError: its plan is not locked, or it is live or over.
        TooEarlyError: its first day is still to come.

    """
    locked = held(initiative)
    permissions.check_can_launch(by, locked.department)
    check_status(locked, "launch")
    if timezone.localdate(at) < locked.starts_on:
        raise TooEarlyError(f"Its first day is {day(locked.starts_on)}; launch it then.")
    locked.launched_at = at
    _move(locked, Initiative.Status.LIVE, at=at)
    audit.record(act="initiative.launch", subject=locked, sentence="Launched.", by=by, at=at)
    return locked


@transaction.atomic
def end(*, initiative: Initiative, reason: str, by: Person, at: datetime) -> Initiative:
    """End a live initiative, or call off a locked one before its launch.

    Raises:
        NotAllowed: `by` may not end the department's initiatives.
        WrongStatusError: it is a draft, or over.
        ReasonMissingError: the reason is empty.

    """
    running = held(initiative)
    permissions.check_can_end(by, running.department)
    check_status(running, "end")
    check_reason(reason)
    what = "Ended" if running.status == Initiative.Status.LIVE else "Called off before the launch"
    running.ended_at = at
    _move(running, Initiative.Status.ENDED, at=at)
    audit.record(act="initiative.end", subject=running, sentence=f"{what}: {reason}", by=by, at=at)
    return running


@transaction.atomic
def waive_rule(
    *, initiative: Initiative, rule: Rule, reason: str, ends_on: date, by: Person, at: datetime
) -> Waiver:
    """Let the initiative break a rule until `ends_on`, the first day without leave.

    A second waiver of the same rule takes the place of the first; the log keeps both.

    Raises:
        NotAllowed: `by` may not waive rules for the department.
        WrongStatusError: the initiative has ended.
        NothingToCheckError: no machine checks the rule.
        WaiverIsOverError: `ends_on` is not after the day of `at`.
        WaiverIsTooLongError: it would hold for more than LONGEST_WAIVER.
        ReasonMissingError: the reason is empty.

    """
    fresh = held(initiative)
    permissions.check_can_waive(by, fresh.department)
    check_status(fresh, "waive")
    check_reason(reason)
    if not rule.check_key:
        raise NothingToCheckError("No machine checks this rule, so there is nothing to waive.")
    if ends_on <= timezone.localdate(at):
        raise WaiverIsOverError("The waiver would be over before it begins. Choose a later day.")
    if ends_on > timezone.localdate(at) + LONGEST_WAIVER:
        raise WaiverIsTooLongError("A waiver holds for a year at most. Choose an earlier day.")
    waiver, _ = Waiver.objects.update_or_create(
        initiative=fresh,
        rule=rule,
        defaults={"reason": reason, "ends_on": ends_on, "granted_by": by, "granted_at": at},
    )
    audit.record(
        act="initiative.waive",
        subject=fresh,
        sentence=f"Rule waived until {day_with_year(waiver.last_on)}: “{rule}” Reason: {reason}",
        by=by,
        at=at,
        rule=rule.pk,
        ends_on=ends_on.isoformat(),
    )
    return waiver


def check_reason(reason: str) -> None:
    """Raise ReasonMissingError for an empty reason."""
    if not reason.strip():
        raise ReasonMissingError("Give a reason, so that others can learn from it.")


def _move(initiative: Initiative, status: Initiative.Status, *, at: datetime) -> None:
    """Move it on, with its moments, and have it judged anew."""
    initiative.status = status
    initiative.is_stale = True
    initiative.save(update_fields=["status", "launched_at", "ended_at", "is_stale"])
    ledger.give(kind="refresh", arguments={}, at=at, once="all")
