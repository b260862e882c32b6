"""The rows that a result is kept as: arms, differences and their intervals, by measure."""

from reports.actions.tested import HOLDOUT, TREATED, Tested
from reports.evidence.compare import Comparison, compare
from reports.evidence.guardrails import Guarded
from reports.evidence.intervals import mean_interval
from reports.evidence.judge import NOBODY, Judgement
from reports.evidence.sums import NotComputableError, Sums
from reports.models import Outcome, Result
from reports.queries.definitions import definition
from strategy.models import Guardrail, Measure


def limit_of(rail: Guardrail) -> float | None:
    """Return the company's limit where a test's mean can be held against it.

    It can for rates per event. Other readings divide by a week's customers, a test by everybody
    assigned over its whole window.
    """
    return float(rail.limit) if definition(rail.measure).is_ratio else None


def outcomes_of(result: Result, facts: Tested, judgement: Judgement) -> list[Outcome]:
    """Return a result's rows: success measures, guardrails, and what else the test brought."""
    parts: list[tuple[str, Measure, Comparison, Guardrail | None, Guarded | None]] = [
        (Outcome.Part.SUCCESS, measure, comparison, None, None)
        for measure, comparison in zip(facts.success, judgement.comparisons, strict=False)
    ]
    guards = zip(facts.guardrails, judgement.guarded, judgement.guardrail_comparisons, strict=False)
    parts += [
        (Outcome.Part.GUARDRAIL, rail.measure, comparison, rail, guarded)
        for rail, guarded, comparison in guards
    ]
    return [
        Outcome(
            result=result,
            part=part,
            measure=measure,
            position=place,
            margin=float(rail.margin) if rail else None,
            limit=limit_of(rail) if rail else None,
            status=guarded.standing.tag if guarded else _shown(judgement, measure),
            **_arms(judgement, measure),
            **numbers_of(comparison),
            **_cuped(facts, comparison),
            **_beside(facts, comparison),
            reason=(guarded.reason if guarded else "") or comparison.absolute_reason,
        )
        for place, (part, measure, comparison, rail, guarded) in enumerate(parts)
    ] + [_also(result, facts, measure) for measure in facts.also]


def _shown(judgement: Judgement, measure: Measure) -> str:
    """Return what the verdict makes of a success measure."""
    if measure.key in judgement.verdict.shown:
        return Outcome.Status.SHOWN
    return Outcome.Status.WORSE if measure.key in judgement.verdict.worse else Outcome.Status.OPEN


def _also(result: Result, facts: Tested, measure: Measure) -> Outcome:
    """Return a measure that the test brought along: shown, and no part of the verdict."""
    gap = facts.obstacle or facts.gap(measure)
    sums = {} if gap else facts.trial.sums[measure.key]
    treated, holdout = sums.get(TREATED, NOBODY), sums.get(HOLDOUT, NOBODY)
    comparison = compare(
        arm=TREATED, treated=treated, holdout_arm=HOLDOUT, holdout=holdout, key=measure.key
    )
    return Outcome(
        result=result,
        part=Outcome.Part.ALSO,
        measure=measure,
        **_arm(TREATED, treated),
        **_arm(HOLDOUT, holdout),
        **numbers_of(comparison),
        reason=gap or comparison.absolute_reason,
    )


def _arm(arm: str, sums: Sums) -> dict[str, float | int | None]:
    try:
        mean = mean_interval(sums)
    except NotComputableError:
        return {f"{arm}_count": sums.n}
    return {
        f"{arm}_count": sums.n,
        f"{arm}_mean": mean.effect,
        f"{arm}_low": mean.low,
        f"{arm}_high": mean.high,
    }


def _arms(judgement: Judgement, measure: Measure) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {"treated_count": 0, "holdout_count": 0}
    for arm in judgement.arms:
        if arm.key == measure.key:
            found |= {
                f"{arm.arm}_count": arm.n,
                f"{arm.arm}_mean": arm.mean,
                f"{arm.arm}_low": arm.low,
                f"{arm.arm}_high": arm.high,
            }
    return found


def numbers_of(comparison: Comparison) -> dict[str, float | None]:
    """Return a comparison without its covariate, by the names of the fields that keep it."""
    absolute, relative = comparison.absolute, comparison.relative
    return {
        "effect": absolute and absolute.effect,
        "effect_low": absolute and absolute.low,
        "effect_high": absolute and absolute.high,
        "p": absolute and absolute.p,
        "p_adjusted": comparison.p_adjusted,
        "relative": relative and relative.effect,
        "relative_low": relative and relative.low,
        "relative_high": relative and relative.high,
        "low_base": comparison.low_base,
    }


def _cuped(facts: Tested, comparison: Comparison) -> dict[str, float | str | None]:
    """Return the difference with its covariate taken out; a guardrail has none."""
    by = facts.adjusted.get(comparison.key)
    if by is None or comparison.absolute is None:
        return {}
    found = comparison.cuped
    told = (
        f"“{by.covariate}” of the assignments"
        if by.covariate
        else f"the same in the {by.days} days before the start"
    )
    if found is None:
        same = f"By {told} all customers are the same."
        return {"adjusted_by": told, "cuped_reason": comparison.cuped_reason or same}
    return {
        "adjusted_by": told,
        "cuped": found.effect,
        "cuped_low": found.low,
        "cuped_high": found.high,
        "variance_ratio": found.variance_ratio,
    }


def _beside(facts: Tested, comparison: Comparison) -> dict[str, float | bool | None]:
    """Return the difference with another cap, where there is one."""
    beside, found = facts.beside.get(comparison.key), comparison.beside
    if beside is None or found is None:
        return {}
    return {
        "cap": beside.at,
        "is_capped": beside.is_whole,
        "beside": found.absolute.effect,
        "beside_low": found.absolute.low,
        "beside_high": found.absolute.high,
        "beside_treated_mean": found.treated_mean,
        "beside_holdout_mean": found.holdout_mean,
    }
