"""The audit: ways in which the number could mislead, each with its sentence."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from reports.evidence.compare import Absolute, Comparison
from reports.evidence.intervals import Base
from reports.evidence.plan import LeftOut, Lock, Plan, Success
from reports.evidence.sample_ratio import RatioStatus, SampleRatio
from strategy.language.dates import day, span
from strategy.language.numbers import HUNDRED, number, percent
from strategy.language.units import measure_change, measure_value
from strategy.language.words import counted, join_words, plural

ONE_DAY = timedelta(days=1)
BOTH_ARMS_FAIL_FROM = 0.01
LEFT_OUT_FAILS_FROM = 0.01
ALWAYS_FROM = 0.995
WHOLE_PERCENT_FROM = 0.01


class Status(StrEnum):
    """`warn`: allowed for, a weakness. `fail`: misleads. `unknown`: cannot be checked."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"

    @property
    def tag(self) -> str:
        """The status of the page's tag."""
        return {"ok": "ok", "warn": "near", "fail": "breach"}.get(self, "none")


class Check(NamedTuple):
    """One way to be misled, and whether this result was."""

    key: str
    title: str
    status: Status
    sentence: str


def sample_ratio_check(ratio: SampleRatio | None, reason: str, plan: Plan) -> Check:
    """Check the arms' sizes against the planned split."""
    title = "Sample ratio"
    if ratio is None:
        return Check("sample_ratio", title, Status.UNKNOWN, reason)
    statuses = {RatioStatus.OK: Status.OK, RatioStatus.WARN: Status.WARN}
    sizes = join_words([f"{number(size)} in {arm}" for arm, size in ratio.sizes.items()])
    split = join_words([f"{number(share * HUNDRED)}%" for share in ratio.shares.values()])
    planned = "equal shares, as no split was given" if ratio.assumed else f"{split} planned"
    loss = (
        f" A loss of {percent(ratio.smallest_loss)} of one arm would have been seen "
        "four times in five."
        if ratio.smallest_loss is not None and ratio.status is RatioStatus.OK
        else ""
    )
    sentence = f"{sizes}, against {planned}. Chance alone would be this uneven {odds(ratio.p)}."
    if ratio.status is RatioStatus.HOLD:
        sentence += f" Find out which {plan.unit}s are missing before reading on."
    return Check(
        "sample_ratio", title, statuses.get(ratio.status, Status.FAIL), f"{sentence}{loss}"
    )


def control_group_check(sizes: Mapping[str, int], plan: Plan, ratio: SampleRatio | None) -> Check:
    """Check that somebody was left alone, chosen by chance.

    Where the sample ratio fails, what chance chose can no longer be told.
    """
    title = "Control group"
    held = 0 if plan.holdout is None else sizes.get(plan.holdout, 0)
    if not held:
        sentence = "Nobody was held out, so there is nothing to compare with."
        return Check("control_group", title, Status.FAIL, sentence)
    total = sum(sizes.values())
    share = f"{percent(held / total)} of {number(total)} {plural(total, plan.unit)}"
    if not plan.randomised:
        sentence = f"{share} were held out, but not chosen by chance."
        return Check("control_group", title, Status.WARN, sentence)
    if ratio is not None and ratio.status is RatioStatus.HOLD:
        sentence = f"{share} are in the holdout, which is not what chance would have made."
        return Check("control_group", title, Status.UNKNOWN, sentence)
    return Check("control_group", title, Status.OK, f"{share} were held out by chance.")


def low_base_check(success: Sequence[Success], comparisons: Sequence[Comparison]) -> Check:
    """Check whether the holdout's means carry percentages; the weakest one speaks."""
    title = "Low base"
    readable = {Base.FINE, Base.AMBER}
    measured = [
        found
        for found in comparisons
        if found.low_base is not None and (found.relative or found.base not in readable)
    ]
    if not measured:
        reason = next((found.relative_reason for found in comparisons), "Nothing was compared.")
        return Check("low_base", title, Status.UNKNOWN, reason)
    weakest = max(measured, key=lambda found: found.low_base or 0.0)
    name = next(measure.name for measure in success if measure.key == weakest.key)
    if weakest.base is Base.NONE:
        sentence = f"{name}: the holdout's mean cannot be told from zero: no percentage exists."
        return Check("low_base", title, Status.WARN, sentence)
    width = (weakest.low_base or 0.0) ** 0.5
    within = percent(width, 0 if width >= WHOLE_PERCENT_FROM else 2)
    status, advice = {
        Base.FINE: (Status.OK, "percentages can be read"),
        Base.AMBER: (Status.WARN, "read the percentage beside the absolute numbers"),
    }.get(weakest.base or Base.ABSOLUTE, (Status.WARN, "absolute numbers are shown only"))
    sentence = f"{name}: the holdout's mean is known to within {within}, so {advice}."
    return Check("low_base", title, status, sentence)


def plan_locked_check(plan: Plan) -> Check:
    """Check that the analysis was fixed before anybody could see a result."""
    title = "Plan"
    if plan.lock is Lock.UNSEEN:
        sentence = "No plan can be seen, so the measure may have been chosen after the result."
        return Check("plan_locked", title, Status.UNKNOWN, sentence)
    if plan.locked_on is None:
        return Check("plan_locked", title, Status.FAIL, "The plan was never locked.")
    locked = f"The plan was locked on {day(plan.locked_on)}"
    if plan.starts_on is None:
        return Check("plan_locked", title, Status.OK, f"{locked}.")
    days = (plan.starts_on - plan.locked_on).days
    if plan.lock is Lock.LATE:
        sentence = f"{locked}, {counted(-days, 'day')} after the start."
        return Check("plan_locked", title, Status.FAIL, sentence)
    before = f"{counted(days, 'day')} before the start" if days else "the day of the start"
    return Check("plan_locked", title, Status.OK, f"{locked}, {before}.")


def peeking_check(
    plan: Plan,
    success: Sequence[Success],
    once: Sequence[Comparison],
    widened: Sequence[Comparison],
) -> Check:
    """Check reads made against reads planned; `once` has the intervals of a single read.

    Nobody can count who looked at a file, so its reads are those that were told.
    """
    title = "Peeking"
    sentence = (
        f"Taken as read {_times(plan.reads_made)}; "
        f"the plan said {_times(max(1, plan.planned_reads))}."
    )
    if plan.extra_reads <= 1:
        if plan.stopped:
            sentence = "It ended early, so every interval allows for a look at any time."
        elif not plan.ended:
            sentence = "Until the planned end every interval allows for a look at any time."
        elif plan.ends_on is not None:
            sentence = (
                "The verdict is read from all planned days at once. "
                "Before the planned end every interval allowed for a look at any time."
            )
        return Check("peeking", title, Status.OK, sentence)
    before, after = once[0].absolute if once else None, widened[0].absolute if widened else None
    if before is None or after is None:
        return Check("peeking", title, Status.WARN, sentence)
    unit = next(measure.unit for measure in success if measure.key == once[0].key)
    sentence += (
        " The interval is widened from "
        f"{_ends(before.effect, before.low, before.high, unit)} to "
        f"{_ends(after.effect, after.low, after.high, unit)} for the extra reads."
    )
    return Check("peeking", title, Status.WARN, sentence)


def both_arms_check(in_both_arms: int | None, total: int, plan: Plan) -> Check:
    """Check that nobody is treated and held out at once."""
    title = f"{plan.unit.capitalize()}s in both arms"
    if in_both_arms is None:
        sentence = f"No column names the {plan.unit}, so nobody can tell who is in two arms."
        return Check("both_arms", title, Status.UNKNOWN, sentence)
    if not in_both_arms:
        return Check("both_arms", title, Status.OK, f"No {plan.unit} is in two arms.")
    people = counted(in_both_arms, f"{plan.unit} is", f"{plan.unit}s are", capital=True)
    sentence = f"{people} in two arms and left out of the result."
    few = in_both_arms < BOTH_ARMS_FAIL_FROM * max(total, 1)
    return Check("both_arms", title, Status.WARN if few else Status.FAIL, sentence)


def assigned_check(late: int | None, after: int, plan: Plan) -> Check:
    """Check that everybody was in their arm by the end of the first day.

    `late` were assigned on a later day, None: not known; `after` later than the window, and are
    left out.
    """
    title = "Assigned in time"
    if late is None:
        sentence = f"Nobody can tell when each {plan.unit} was assigned."
        return Check("assigned", title, Status.UNKNOWN, sentence)
    found = []
    if late:
        people = counted(late, f"{plan.unit} was", f"{plan.unit}s were", capital=True)
        found.append(f"{people} assigned after the start; their days before it count as well.")
    if after:
        people = counted(after, f"{plan.unit} was", f"{plan.unit}s were", capital=True)
        found.append(f"{people} assigned after the days counted and left out.")
    if not found:
        sentence = f"Every {plan.unit} was assigned by the first day."
        return Check("assigned", title, Status.OK, sentence)
    return Check("assigned", title, Status.WARN if late else Status.OK, " ".join(found))


def measure_check(success: Sequence[Success], plan: Plan) -> Check:
    """Check that the result is told by the success measures that the plan names."""
    title = "Measure"
    if plan.success_keys is None:
        sentence = "No plan names the success measure, so nobody can tell whether it was switched."
        return Check("measure", title, Status.UNKNOWN, sentence)
    switched = [measure.name for measure in success if measure.key not in plan.success_keys]
    missing = set(plan.success_keys) - {measure.key for measure in success}
    if switched:
        sentence = f"The plan does not name {join_words(switched)} as a success measure."
        return Check("measure", title, Status.FAIL, sentence)
    if missing:
        sentence = f"The plan also names {join_words(sorted(missing))}, which is not shown."
        return Check("measure", title, Status.FAIL, sentence)
    names = join_words([measure.name for measure in success]) if success else "no measure"
    return Check("measure", title, Status.OK, f"The plan names {names}, and so does this result.")


def rates_checks(left_out: Sequence[LeftOut | None]) -> tuple[Check, ...]:
    """Check that every amount was added up; there is no such check where nothing is money."""
    title = "Currencies"
    found = [one for one in left_out if one is not None]
    if not found:
        return ()
    gaps = dict.fromkeys(one.sentence for one in found if one.sentence)
    if not gaps:
        sentence = "Every amount is in the company’s currency, or converted by its day’s rate."
        return (Check("rates", title, Status.OK, sentence),)
    few = max(one.share for one in found) < LEFT_OUT_FAILS_FROM
    status = Status.WARN if few else Status.FAIL
    return (Check("rates", title, status, " ".join(gaps)),)


def outliers_check(
    success: Sequence[Success], comparisons: Sequence[Comparison]
) -> tuple[Check, ...]:
    """Check that a few large values do not carry the result; no such check without a cap."""
    title = "Large values"
    by_key = {measure.key: measure for measure in success}
    found = [one for one in comparisons if one.beside and one.absolute]
    if not found:
        return ()
    turned = [
        one for one in found if one.beside and _side(one.beside.absolute) != _side(one.absolute)
    ]
    sentence = _with_and_without(turned or found, by_key)
    if turned:
        sentence += " A few large values decide, so believe neither alone."
    return (Check("outliers", title, Status.WARN if turned else Status.OK, sentence),)


def _with_and_without(found: Sequence[Comparison], by_key: Mapping[str, Success]) -> str:
    """Say the first comparison with its cap and without, and what the cap takes off the means."""
    own, beside, measure = found[0].absolute, found[0].beside, by_key[found[0].key]
    if own is None or beside is None or measure.beside is None:
        return ""
    first, second = (
        measure_change(one.effect, one.low, one.high, measure.unit)
        for one in (own, beside.absolute)
    )
    above = f"with nobody counted above {measure_value(measure.beside.at, measure.unit)}"
    names = (f"{above} ", "without the cap ") if measure.beside.is_whole else ("", f"{above} ")
    sentence = f"{measure.name}: {names[0]}{first}; {names[1]}{second}."
    if beside.treated_cut is None or beside.holdout_cut is None:
        return sentence
    return (
        f"{sentence} The cap takes {percent(beside.treated_cut)} off the mean of the treated and "
        f"{percent(beside.holdout_cut)} off that of the holdout."
    )


def _side(found: Absolute | None) -> int:
    """Return the side of 0 on which a whole interval lies, 0 where it has 0 inside."""
    if found is None:
        return 0
    return (found.low > 0) - (found.high < 0)


def window_check(plan: Plan) -> Check:
    """Check that the whole planned window is in, no more and no less."""
    title = "Time window"
    if plan.starts_on is None or plan.ends_on is None or plan.as_of is None:
        sentence = "The planned window is not known; the data are read as the whole of it."
        return Check("window", title, Status.UNKNOWN, sentence)
    if plan.ends_on <= plan.starts_on:
        return Check("window", title, Status.FAIL, "The planned window holds no day.")
    if not plan.started:
        sentence = f"The window opens on {day(plan.starts_on)}."
        return Check("window", title, Status.UNKNOWN, sentence)
    last_on = plan.ends_on - ONE_DAY
    if plan.stopped and plan.stopped_on is not None:
        sentence = (
            f"It ended on {day(plan.stopped_on - ONE_DAY)}, after {plan.day} of "
            f"{counted(plan.days or 0, 'planned day')}; every interval allows for that."
        )
        return Check("window", title, Status.WARN, sentence)
    if not plan.ended:
        sentence = f"Day {plan.day} of {plan.days}; the last planned day is {day(last_on)}."
        return Check("window", title, Status.UNKNOWN, sentence)
    planned = span(plan.starts_on, plan.ends_on)
    return Check("window", title, Status.OK, f"All {plan.days} planned days are in: {planned}.")


def odds(p: float) -> str:
    """Return how often chance does it: "four times in 100", "less than once in 1,000"."""
    if p < 1 / 1000:
        return "less than once in 1,000"
    if p >= ALWAYS_FROM:
        return "nearly every time"
    times, of = (round(p * 100), 100) if p >= 1 / 100 else (round(p * 1000), 1000)
    return f"{counted(times, 'time')} in {number(of)}"


def _times(count: int) -> str:
    words = {0: "never", 1: "once", 2: "twice"}
    return words.get(count) or counted(count, "time")


def _ends(effect: float, low: float, high: float, unit: str) -> str:
    """Return an interval alone, in brackets, in the measure's unit."""
    return "(" + measure_change(effect, low, high, unit).partition(" (")[2]
