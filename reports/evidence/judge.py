"""The one entry: sums, sizes and plan in, a judgement out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reports.evidence import alike, sentences
from reports.evidence import checks as audit
from reports.evidence.checks import Check, Status
from reports.evidence.compare import Comparison, OtherCap, compare, other_cap
from reports.evidence.contrast import contrast
from reports.evidence.grade import Grade, grade
from reports.evidence.guardrails import Guarded, guard
from reports.evidence.intervals import mean_interval
from reports.evidence.plan import Guardrail, Plan, Success
from reports.evidence.sample_ratio import SampleRatio, sample_ratio
from reports.evidence.sequence import as_extra_reads
from reports.evidence.sums import NotComputableError, Sums
from reports.evidence.verdict import Gain, Verdict, Why, Word, adjusted, decide, speaks_for_all

NOBODY = Sums(0, 0.0, 0.0)
HOLDS = {"sample_ratio": Why.SAMPLE_RATIO, "overlap": Why.OVERLAP, "balance": Why.BALANCE}


class ArmMean(NamedTuple):
    """One arm on one measure: mean and 95% interval in the measure's unit, or the reason."""

    arm: str
    key: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    reason: str


class Judgement(NamedTuple):
    """Everything that a page, the API or `evaluate` shows of one result.

    Attributes:
        arms: every arm on every success measure and guardrail, in that order.
        comparisons: each treated arm against the holdout on each success measure.
        guarded: each guardrail in each treated arm.
        guardrail_comparisons: the same pairs as `guarded`, as differences with intervals.
        sample_ratio: None comes with `sample_ratio_reason`.
        checks: the audit, in the order in which a page shows it.
        verdict: of the arm that most needs somebody to act; `verdicts` has one per treated arm.
        grade: how strong the evidence is.
        sentence: answers "Did it work?"; `safety` answers "Was the experience safe?".

    """

    arms: tuple[ArmMean, ...]
    comparisons: tuple[Comparison, ...]
    guarded: tuple[Guarded, ...]
    guardrail_comparisons: tuple[Comparison, ...]
    sample_ratio: SampleRatio | None
    sample_ratio_reason: str
    checks: tuple[Check, ...]
    verdict: Verdict
    verdicts: tuple[Verdict, ...]
    grade: Grade
    sentence: str
    safety: str


def judge(
    *,
    sizes: Mapping[str, int],
    success: Sequence[Success],
    guardrails: Sequence[Guardrail] = (),
    plan: Plan,
    in_both_arms: int | None = 0,
    late: int | None = None,
    after: int = 0,
    exposed: Mapping[str, int] | None = None,
    removed: Mapping[str, int] | None = None,
) -> Judgement:
    """Judge a test with one holdout and any number of treated arms.

    Never raises for what the data hold: what cannot be computed is None beside its reason.

    Args:
        sizes: units assigned to each arm, the holdout included (those in two arms left out).
        success: at least one, in the plan's order, the leading one first.
        guardrails: none is allowed, and said.
        plan: what was promised and where the test stands.
        in_both_arms: units found in more than one arm; None: cannot be known.
        late: units assigned after the first day; None: cannot be known.
        after: units assigned after the days counted, which are in no size and no sum.
        exposed: units by arm that other initiatives reached within the window; None: not known.
        removed: units by arm that were assigned and are in no size and no sum, such as bounced
            addresses and missing rows; None: not known.

    """
    if plan.obstacle:
        success = [measure._replace(gap=plan.obstacle) for measure in success]
        guardrails = [rail._replace(gap=plan.obstacle) for rail in guardrails]
    ratio, ratio_reason = _ratio(sizes, plan)
    treated = [arm for arm in sizes if arm != plan.holdout]
    comparisons = _comparisons(treated, success, plan, sizes)
    guarded = tuple(
        guard(
            rail,
            arm,
            plan=plan,
            planned=_planned(sizes, arm, plan),
            holdout_arm=plan.holdout,
        )
        for arm in treated
        for rail in guardrails
        if plan.holdout is not None
    )
    checks = _checks(
        success,
        guardrails,
        comparisons,
        plan=plan,
        ratio=ratio,
        ratio_reason=ratio_reason,
        sizes=sizes,
        in_both_arms=in_both_arms,
        late=late,
        after=after,
    ) + _alike(success, plan, sizes=sizes, exposed=exposed, removed=removed)
    hold = next((one for one in checks if one.key in HOLDS and one.status is Status.FAIL), None)
    gains = _gains(treated, success, plan, sizes)
    verdicts = _verdicts(treated, gains, guarded, sizes=sizes, plan=plan, hold=hold)
    if plan.ended:
        p_values = adjusted(gains, plan)
        comparisons = tuple(
            one._replace(p_adjusted=p_values.get((one.arm, one.key))) for one in comparisons
        )
    verdict = speaks_for_all(verdicts)
    arms = _arms(sizes, [*success, *guardrails])
    said = [
        sentences.did_it_work(
            of_arm,
            plan=plan,
            success=success,
            comparisons=[found for found in comparisons if found.arm == of_arm.arm],
            guarded=[rail for rail in guarded if rail.arm == of_arm.arm],
            hold=hold,
        )
        for of_arm in verdicts
    ]
    if len(set(said)) > 1:
        said = [f"{of.arm}: {text}" for of, text in zip(verdicts, said, strict=True)]
    return Judgement(
        arms=arms,
        comparisons=comparisons,
        guarded=guarded,
        guardrail_comparisons=_comparisons(treated, guardrails, plan, sizes),
        sample_ratio=ratio,
        sample_ratio_reason=ratio_reason,
        checks=checks,
        verdict=verdict,
        verdicts=verdicts,
        grade=grade(
            plan,
            checks,
            smallest_arm=min(sizes.values(), default=0),
            measured=any(arm.mean is not None for arm in arms),
            compared=any(found.absolute is not None for found in comparisons),
        ),
        sentence=" ".join(dict.fromkeys(said)),
        safety=sentences.was_it_safe(guarded, named=len(guardrails)),
    )


def _ratio(sizes: Mapping[str, int], plan: Plan) -> tuple[SampleRatio | None, str]:
    if plan.holdout is None:
        return None, "Without a holdout there is no split to check."
    if plan.obstacle:
        return None, plan.obstacle
    try:
        return sample_ratio(sizes, plan.shares), ""
    except NotComputableError as error:
        return None, str(error)


def _comparisons(
    treated: Sequence[str],
    measures: Sequence[Success] | Sequence[Guardrail],
    plan: Plan,
    sizes: Mapping[str, int],
) -> tuple[Comparison, ...]:
    if plan.holdout is None:
        return ()
    return tuple(
        _comparison(arm, plan.holdout, measure, _extra_reads(arm, plan, sizes))
        for arm in treated
        for measure in measures
    )


def _comparison(
    arm: str, holdout: str, measure: Success | Guardrail, extra_reads: float
) -> Comparison:
    sums = {} if measure.gap else measure.sums
    found = compare(
        arm=arm,
        treated=sums.get(arm, NOBODY),
        holdout_arm=holdout,
        holdout=sums.get(holdout, NOBODY),
        key=measure.key,
        extra_reads=extra_reads,
    )
    if not measure.gap:
        return found._replace(beside=_beside(arm, holdout, measure, extra_reads))
    return found._replace(absolute_reason=measure.gap, relative_reason=measure.gap)


def _beside(
    arm: str, holdout: str, measure: Success | Guardrail, extra_reads: float
) -> OtherCap | None:
    if not isinstance(measure, Success) or measure.beside is None:
        return None
    treated, held = (
        (measure.sums.get(name, NOBODY), measure.beside.sums.get(name, NOBODY))
        for name in (arm, holdout)
    )
    try:
        return other_cap(treated, held, extra_reads, is_whole=measure.beside.is_whole)
    except NotComputableError:
        return None


def _extra_reads(arm: str, plan: Plan, sizes: Mapping[str, int]) -> float:
    """Return the reads that intervals are widened for: before the planned end, any number."""
    people = sum(sizes.get(name, 0) for name in (arm, plan.holdout or ""))
    if plan.ended or not people:
        return plan.extra_reads
    return max(plan.extra_reads, as_extra_reads(people, _planned(sizes, arm, plan)))


def _planned(sizes: Mapping[str, int], arm: str, plan: Plan) -> int:
    """Return N of one treated arm and the holdout: as planned, else as they are now."""
    pair = (arm, plan.holdout or "")
    if plan.planned_customers is None:
        return sum(sizes.get(name, 0) for name in pair)
    weights = plan.shares or dict.fromkeys(sizes, 1.0)
    share = sum(weights.get(name, 0.0) for name in pair) / sum(weights.values())
    return round(plan.planned_customers * share)


def _verdicts(
    treated: Sequence[str],
    gains: Sequence[Gain],
    guarded: Sequence[Guarded],
    *,
    sizes: Mapping[str, int],
    plan: Plan,
    hold: Check | None,
) -> tuple[Verdict, ...]:
    nothing = None
    if plan.obstacle:
        nothing = Why.OBSTACLE
    elif plan.holdout is not None and not plan.started:
        nothing = Why.NOT_STARTED
    elif plan.holdout is None or not sizes.get(plan.holdout):
        nothing = Why.NO_HOLDOUT
    elif not treated:
        nothing = Why.NO_DATA
    if nothing is not None:
        return (Verdict("", Word.NOT_MEASURED, nothing, final=plan.over),)
    return decide(treated, gains, guarded, plan, hold=None if hold is None else HOLDS[hold.key])


def _gains(
    treated: Sequence[str], success: Sequence[Success], plan: Plan, sizes: Mapping[str, int]
) -> list[Gain]:
    """Return what can be computed; without a holdout that is nothing."""
    return [
        gain
        for arm in treated
        for measure in success
        if (gain := _gain(measure, arm, plan, _planned(sizes, arm, plan))) is not None
    ]


def _gain(measure: Success, arm: str, plan: Plan, planned: int) -> Gain | None:
    if measure.gap:
        return None
    treated = measure.sums.get(arm, NOBODY)
    holdout = measure.sums.get(plan.holdout or "", NOBODY)
    try:
        better = contrast(treated, holdout, measure.direction, planned)
    except NotComputableError:
        return None
    if plan.smallest_effect is None:
        return Gain(measure, arm, better, None)
    try:
        worthwhile = contrast(treated, holdout, measure.direction, planned, plan.smallest_effect)
    except NotComputableError:
        return Gain(measure, arm, better, None)
    return Gain(measure, arm, better, worthwhile)


def _checks(
    success: Sequence[Success],
    guardrails: Sequence[Guardrail],
    comparisons: Sequence[Comparison],
    *,
    plan: Plan,
    ratio: SampleRatio | None,
    ratio_reason: str,
    sizes: Mapping[str, int],
    in_both_arms: int | None,
    late: int | None,
    after: int,
) -> tuple[Check, ...]:
    treated = [arm for arm in sizes if arm != plan.holdout]
    once = comparisons
    if plan.extra_reads > 1:
        once = _comparisons(treated, success, plan._replace(reads_made=1), sizes)
    return (
        audit.sample_ratio_check(ratio, ratio_reason, plan),
        audit.control_group_check(sizes, plan, ratio),
        audit.low_base_check(success, comparisons),
        audit.plan_locked_check(plan),
        audit.peeking_check(plan, success, once, comparisons),
        audit.both_arms_check(in_both_arms, sum(sizes.values()), plan),
        audit.assigned_check(late, after, plan),
        audit.measure_check(success, plan),
        *audit.outliers_check(success, comparisons),
        *audit.rates_checks(
            [*(one.left_out for one in success), *(one.left_out for one in guardrails)]
        ),
        audit.window_check(plan),
    )


def _alike(
    success: Sequence[Success],
    plan: Plan,
    *,
    sizes: Mapping[str, int],
    exposed: Mapping[str, int] | None,
    removed: Mapping[str, int] | None,
) -> tuple[Check, ...]:
    """Return the checks of arms against each other for which there are data."""
    if plan.holdout is None or plan.obstacle:
        return ()
    names: dict[tuple[tuple[str, Sums], ...], str] = {}
    for measure in success:
        own = ((arm, sums.before) for arm, sums in measure.sums.items() if not measure.gap)
        found = tuple((arm, before) for arm, before in own if before is not None)
        if found:
            names.setdefault(found, measure.name)
    before = {name: dict(found) for found, name in names.items()}
    return (
        *([alike.balance_check(before, plan)] if before else []),
        *([] if removed is None else [alike.removals_check(removed, sizes, plan)]),
        *([] if exposed is None else [alike.overlap_check(exposed, sizes, plan)]),
    )


def _arms(sizes: Mapping[str, int], measures: Sequence[Success | Guardrail]) -> tuple[ArmMean, ...]:
    return tuple(
        ArmMean(arm, measure.key, size, None, None, None, measure.gap)
        if measure.gap
        else _arm_mean(arm, measure.key, measure.sums.get(arm, NOBODY))
        for measure in measures
        for arm, size in sizes.items()
    )


def _arm_mean(arm: str, key: str, sums: Sums) -> ArmMean:
    try:
        mean = sums.mean
    except NotComputableError as error:
        return ArmMean(arm, key, sums.n, None, None, None, str(error))
    try:
        _, low, high = mean_interval(sums)
    except NotComputableError as error:
        return ArmMean(arm, key, sums.n, mean, None, None, str(error))
    return ArmMean(arm, key, sums.n, mean, low, high, "")
