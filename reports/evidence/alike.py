"""Are the arms alike in all but the treatment: other initiatives, removals, the time before."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from reports.evidence.checks import Check, Status, odds
from reports.evidence.plan import Plan
from reports.evidence.sample_ratio import HOLD_BELOW, RatioStatus, status_of
from reports.evidence.sequence import as_extra_reads
from reports.evidence.sums import NotComputableError, Sums
from reports.evidence.welch import Group, welch
from strategy.language.numbers import percent
from strategy.language.units import measure_values
from strategy.language.words import join_words

STATUSES = {
    RatioStatus.OK: Status.OK,
    RatioStatus.WARN: Status.WARN,
    RatioStatus.HOLD: Status.FAIL,
}


class Uneven(NamedTuple):
    """How unevenly something fell on the arms.

    Attributes:
        p: chance of the largest gap between a treated arm and the holdout, times the gaps
            looked at (Bonferroni); None where it fell on nobody, or on everybody.
        status: hold below 0.001, warn below 0.01.
        values: by arm, shares from 0 to 1 or means.

    """

    p: float | None
    status: RatioStatus
    values: Mapping[str, float]


def shares_by_arm(
    counts: Mapping[str, int], of: Mapping[str, int], holdout: str, extra_reads: float = 1.0
) -> Uneven:
    """Compare shares of customers between each treated arm and the holdout.

    Two-proportion z with the pooled share; empty arms are left out. `extra_reads` multiplies p,
    as in `compare`.

    >>> found = shares_by_arm({"a": 4200, "h": 4000}, {"a": 20_000, "h": 20_000}, "h")
    >>> round(found.p, 4), str(found.status)
    (0.0132, 'ok')
    """
    from scipy.special import ndtr  # noqa: PLC0415 - scipy takes a second to import

    values = {arm: counts.get(arm, 0) / size for arm, size in of.items() if size > 0}
    found = []
    for arm in values.keys() - {holdout}:
        if holdout not in values:
            continue
        whole = of[arm] + of[holdout]
        pooled = (counts.get(arm, 0) + counts.get(holdout, 0)) / whole
        variance = pooled * (1 - pooled) * (1 / of[arm] + 1 / of[holdout])
        if variance > 0:
            gap = abs(values[arm] - values[holdout]) / math.sqrt(variance)
            found.append(2 * float(ndtr(-gap)))
    return _uneven(found, values, extra_reads)


def before_by_arm(before: Mapping[str, Sums], holdout: str, looked_at: int = 1) -> Uneven:
    """Compare what customers did before the start, by Welch's test against the holdout.

    `looked_at` counts the measures that are compared in this way.
    """
    values, found = {}, []
    for arm, sums in before.items():
        try:
            values[arm] = sums.mean
            if arm != holdout and holdout in before:
                p = float(welch(_group(sums), _group(before[holdout])).p)
                found += [p] if math.isfinite(p) else []
        except NotComputableError:
            continue
    return _uneven(found, values, looked_at)


def reads_of_overlap(people: int, plan: Plan) -> float:
    """Return the extra reads by which the overlap's p is multiplied: 1 at the planned end."""
    if plan.ended or not people:
        return 1.0
    return as_extra_reads(people, plan.planned_customers or people, HOLD_BELOW)


def overlap_check(exposed: Mapping[str, int], sizes: Mapping[str, int], plan: Plan) -> Check:
    """Check that other initiatives reached the arms equally; `exposed` counts customers by arm.

    Reach grows day by day, so that before the planned end it is read by the sequence, which
    errs as rarely however often one looks.
    """
    title = "Other initiatives"
    extra_reads = reads_of_overlap(sum(sizes.values()), plan)
    uneven = shares_by_arm(exposed, sizes, plan.holdout or "", extra_reads)
    if not sum(exposed.values()):
        return Check("overlap", title, Status.OK, f"No {plan.unit} got anything else.")
    sentence = f"{_shares(uneven.values)} got something from other initiatives as well."
    if uneven.p is not None:
        sentence += f" Chance alone would be this uneven {odds(uneven.p)}."
    if uneven.status is RatioStatus.HOLD:
        sentence += " The difference is not this initiative's alone."
    return Check("overlap", title, STATUSES[uneven.status], sentence)


def removals_check(removed: Mapping[str, int], sizes: Mapping[str, int], plan: Plan) -> Check:
    """Check that no arm lost more; `removed` counts those assigned who are not in `sizes`.

    Erased customers count, missing rows, and those who are found in two arms. Small losses that
    the sample ratio cannot see show here.
    """
    title = "Losses"
    assigned = {arm: size + removed.get(arm, 0) for arm, size in sizes.items()}
    uneven = shares_by_arm(removed, assigned, plan.holdout or "")
    if not sum(removed.values()):
        return Check("removals", title, Status.OK, f"No {plan.unit} was lost after assignment.")
    if not sizes:
        sentence = f"Every {plan.unit} who was assigned was lost."
        return Check("removals", title, Status.UNKNOWN, sentence)
    sentence = f"{_shares(uneven.values)} were lost after assignment."
    if uneven.p is not None:
        sentence += f" Chance alone would be this uneven {odds(uneven.p)}."
    if uneven.status is RatioStatus.HOLD:
        sentence += " Those who are left are not comparable."
    return Check("removals", title, STATUSES[uneven.status], sentence)


def balance_check(before: Mapping[str, Mapping[str, Sums]], plan: Plan) -> Check:
    """Check that the arms were alike before the start; by measure's name, then arm."""
    title = "Before the start"
    found = {
        name: before_by_arm(arms, plan.holdout or "", len(before)) for name, arms in before.items()
    }
    tested = {name: uneven for name, uneven in found.items() if uneven.p is not None}
    if not tested:
        sentence = "What came before the start cannot be compared."
        return Check("balance", title, Status.UNKNOWN, sentence)
    name, worst = min(tested.items(), key=lambda item: item[1].p or 0.0)
    means = measure_values(list(worst.values.values()), "count")
    arms = join_words([f"{mean} in {arm}" for mean, arm in zip(means, worst.values, strict=True)])
    sentence = (
        f"What {name} is adjusted by was {arms} before the start. "
        f"Chance alone would be this uneven {odds(worst.p or 0.0)}."
    )
    if worst.status is RatioStatus.HOLD:
        sentence += " The arms differed before anything was done."
    return Check("balance", title, STATUSES[worst.status], sentence)


def _group(sums: Sums) -> Group:
    return Group(sums.mean, sums.variance, sums.n)


def _uneven(p_values: list[float], values: Mapping[str, float], looked_at: float = 1) -> Uneven:
    if not p_values:
        return Uneven(None, RatioStatus.OK, values)
    p = min(1.0, min(p_values) * len(p_values) * looked_at)
    return Uneven(p, status_of(p), values)


def _shares(values: Mapping[str, float]) -> str:
    return join_words([f"{percent(share)} of {arm}" for arm, share in values.items()])
