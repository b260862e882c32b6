"""Did it work, and was it safe? All that an initiative's test came to."""

from datetime import date
from typing import NamedTuple

from reports.models import Outcome, Progress, Result
from reports.queries.definitions import unit
from reports.queries.findings import FindingRow, finding_row
from reports.queries.freshness import SourceRow, as_of, lacking
from reports.queries.observed import ObservedTable, observed_of
from reports.queries.outcomes import (
    absolute_text,
    beside_head,
    beside_text,
    change_text,
    cuped_note,
    cuped_text,
    relative_text,
)
from reports.queries.segments import SegmentRow, segment_rows
from reports.queries.successes import Successes, successes_of
from strategy.language import answers
from strategy.language.dates import span
from strategy.language.numbers import HUNDRED, exact, interval, number, percent
from strategy.language.units import measure_value, measure_values
from strategy.models import Measure


class ArmRow(NamedTuple):
    """One arm's units, mean and 95 % interval, written out; "" where not computed.

    `beside` is the mean with another cap.
    """

    name: str
    size: str
    mean: str
    interval: str
    beside: str


class GuardrailRow(NamedTuple):
    """One guardrail: both arms, their difference, what was agreed, and where it stands."""

    name: str
    treated: str
    holdout: str
    difference: str
    agreed: str
    status: str
    word: str
    reason: str


class AlsoRow(NamedTuple):
    """A measure that the test brought along; it has no part in the verdict."""

    name: str
    treated: str
    holdout: str
    change: str
    reason: str


class Evidence(NamedTuple):
    """What a page says about one result.

    `cuped` is the difference with what came before taken out, and `cuped_note` by what, or why
    there is none. `beside` is the difference with another cap, which `beside_head` names.
    `successes` are all success measures where there are several; what stands before them is of the
    leading one. `observed` is what chosen places show. `days` and `as_of` are the window counted
    and when; `is_hold` keeps every difference back until the data are explained. `progress` is kept
    as rows for the chart and its table. `stale` says why the numbers may lack events, "" where they
    do not.
    """

    verdict: str
    verdict_word: str
    grade: str
    sentence: str
    why: str
    safe_sentence: str
    days: str
    as_of: str
    plan_ends_on: date | None
    measure: Measure | None
    units: str
    arms: tuple[ArmRow, ...]
    absolute: str
    relative: str
    reason: str
    cuped: str
    cuped_note: str
    beside_head: str
    beside: str
    successes: Successes
    observed: ObservedTable
    also: tuple[AlsoRow, ...]
    segments: tuple[SegmentRow, ...]
    segments_answer: str
    guardrails: tuple[GuardrailRow, ...]
    guardrail_counts: str
    checks: tuple[FindingRow, ...]
    checks_answer: str
    progress: tuple[Progress, ...]
    stale: str

    @property
    def is_hold(self) -> bool:
        return self.verdict == Result.Verdict.HOLD


def evidence_of(initiative_id: int, sources: list[SourceRow]) -> Evidence | None:
    """Return what the initiative's test came to, None before its first result. Four queries."""
    result = (
        Result.objects.select_related("plan__success_measure", "initiative")
        .filter(initiative=initiative_id)
        .first()
    )
    if result is None:
        return None
    outcomes = list(result.outcomes.select_related("measure"))
    success = next((o for o in outcomes if o.part == Outcome.Part.SUCCESS), None)
    guarded = [o for o in outcomes if o.part == Outcome.Part.GUARDRAIL]
    checks = tuple(finding_row(**check) for check in result.checks.values())
    hold = result.verdict == Result.Verdict.HOLD
    return Evidence(
        verdict=result.verdict,
        verdict_word=result.get_verdict_display(),
        grade=result.grade,
        sentence=result.sentence,
        why=result.why,
        safe_sentence=answers.NOT_JUDGED if hold else result.safe_sentence,
        days=span(result.starts_on, result.ends_on) if result.ends_on > result.starts_on else "",
        as_of=as_of(result.as_of),
        plan_ends_on=result.plan.ends_on if result.plan else None,
        measure=success.measure if success else None,
        units=f"{result.unit.capitalize()}s",
        arms=_arms(success) if success else (),
        absolute=absolute_text(success, success.measure) if success and not hold else "",
        relative=relative_text(success) if success and not hold else "",
        reason=success.reason if success else "",
        cuped=cuped_text(success) if success and not hold else "",
        cuped_note=cuped_note(success) if success and not hold else "",
        beside_head=beside_head(success) if success else "",
        beside=beside_text(success) if success and not hold else "",
        successes=successes_of(outcomes, hold=hold),
        observed=observed_of(result),
        also=tuple(_also(o, hold=hold) for o in outcomes if o.part == Outcome.Part.ALSO),
        segments=segment_rows(result.segments, unit(success.measure))
        if success and not hold
        else (),
        segments_answer="" if hold else result.segments.get("sentence", ""),
        guardrails=tuple(_guardrail(outcome, hold=hold) for outcome in guarded),
        guardrail_counts=_counts(guarded),
        checks=checks,
        checks_answer=answers.checks(
            sum(check.status in {"near", "breach"} for check in checks),
            sum(check.status == "none" for check in checks),
            len(checks),
        ),
        progress=() if hold else tuple(result.progress.all()),
        stale=lacking([o.measure for o in outcomes], result.initiative.ends_on, sources),
    )


def _arms(outcome: Outcome) -> tuple[ArmRow, ArmRow]:
    written_in = unit(outcome.measure)
    values = (
        (outcome.treated_mean, outcome.treated_low, outcome.treated_high),
        (outcome.holdout_mean, outcome.holdout_low, outcome.holdout_high),
    )
    means = [mean for mean, _, _ in values if mean is not None]
    written = iter(measure_values(means, written_in) if means else [])
    treated, holdout = (next(written) if mean is not None else "" for mean, _, _ in values)
    return (
        ArmRow(
            "Treated",
            number(outcome.treated_count),
            treated,
            _ends(values[0], treated, written_in),
            _mean(outcome.beside_treated_mean, written_in),
        ),
        ArmRow(
            "Holdout",
            number(outcome.holdout_count),
            holdout,
            _ends(values[1], holdout, written_in),
            _mean(outcome.beside_holdout_mean, written_in),
        ),
    )


def _ends(values: tuple[float | None, float | None, float | None], mean: str, unit: str) -> str:
    """Return the interval with as many decimals as the mean it belongs to."""
    _, low, high = values
    if not mean or low is None or high is None:
        return ""
    digits = len(mean.rstrip("%").partition(".")[2])
    factor = HUNDRED if unit == "share" else 1
    return interval(exact(low) * factor, exact(high) * factor, digits)


def _guardrail(outcome: Outcome, *, hold: bool) -> GuardrailRow:
    written_in = unit(outcome.measure)
    limits = [] if outcome.limit is None else [f"Limit {measure_value(outcome.limit, written_in)}"]
    margins = [] if outcome.margin is None else [f"{percent(outcome.margin, 0)} worse"]
    agreed = ", ".join([*limits, *margins])
    status, word = outcome.status or Outcome.Status.NONE.value, outcome.get_status_display()
    if status == Outcome.Status.OVER:
        status = "breach"
    if hold:
        status, word = "none", "Not judged"
    return GuardrailRow(
        name=outcome.measure.name,
        treated=_mean(outcome.treated_mean, written_in),
        holdout=_mean(outcome.holdout_mean, written_in),
        difference="" if hold else absolute_text(outcome, outcome.measure),
        agreed=agreed,
        status=status,
        word=word or "Not measured",
        reason=outcome.reason,
    )


def _also(outcome: Outcome, *, hold: bool) -> AlsoRow:
    treated, holdout = _arms(outcome)
    return AlsoRow(
        name=outcome.measure.name,
        treated=treated.mean,
        holdout=holdout.mean,
        change="" if hold else change_text(outcome),
        reason=outcome.reason,
    )


def _mean(value: float | None, unit: str) -> str:
    return "" if value is None else measure_value(value, unit)


def _counts(guarded: list[Outcome]) -> str:
    if not guarded:
        return ""
    return (
        f"{number(guarded[0].treated_count)} treated and "
        f"{number(guarded[0].holdout_count)} held out"
    )
