"""One treated arm against the holdout on one measure: difference, percentage, CUPED."""

import math
from collections.abc import Callable
from typing import NamedTuple

from reports.evidence import intervals
from reports.evidence.intervals import Base, Estimate
from reports.evidence.sums import NoSpreadError, NotComputableError, Sums


class NoCovariateError(NotComputableError):
    """The covariate is missing or says nothing."""


class Absolute(NamedTuple):
    """Treated minus holdout in the measure's unit, with interval and two-sided p."""

    effect: float
    low: float
    high: float
    p: float


class OtherCap(NamedTuple):
    """The difference once more: capped where the measure is whole, whole where it is capped.

    Attributes:
        absolute: the difference.
        treated_mean, holdout_mean: in the measure's unit.
        treated_cut, holdout_cut: what the cap takes off each arm's mean, as a share of the whole
            one; None where that is not above zero.
        is_whole: the measure itself is capped.

    """

    absolute: Absolute
    treated_mean: float
    holdout_mean: float
    treated_cut: float | None
    holdout_cut: float | None
    is_whole: bool


class Cuped(NamedTuple):
    """`Absolute` after taking out what a covariate from before the start explains.

    `variance_ratio` is the squared width of the interval over that without the covariate: 0.8
    does with four fifths of the customers.
    """

    effect: float
    low: float
    high: float
    p: float
    variance_ratio: float


class Comparison(NamedTuple):
    """What can be said of one treated arm on one measure; None comes with its reason.

    Attributes:
        arm, holdout: names of the two arms.
        key: of the measure.
        level: of all intervals, 0.95 unless there were extra reads.
        absolute, relative, cuped: the numbers. `cuped_reason` is "" without a covariate.
        beside: the same with another cap; None where there is none, or it cannot be computed.
        p_adjusted: one-sided p against "not better", by Holm over all success measures and treated
            arms, times the extra reads: what the verdict reads at the planned end, where 2% shows
            success. None before that end, without a difference, and of a guardrail.
        low_base: g of the holdout (0 certain, from 0.2 on no percentage is shown), and its band.

    """

    arm: str
    holdout: str
    key: str
    level: float
    absolute: Absolute | None
    absolute_reason: str
    relative: Estimate | None
    relative_reason: str
    low_base: float | None
    base: Base | None
    cuped: Cuped | None
    cuped_reason: str
    beside: OtherCap | None = None
    p_adjusted: float | None = None


def compare(
    *,
    arm: str,
    treated: Sums,
    holdout_arm: str,
    holdout: Sums,
    key: str = "",
    extra_reads: float = 1.0,
) -> Comparison:
    """Return everything that can be computed, and the reasons for what cannot.

    With `extra_reads` above 1 the intervals' 5% is shared out over the reads and p is multiplied
    by them (Bonferroni), so that interval and p always say the same.
    """
    found, absolute_reason = _or_reason(absolute, treated, holdout, extra_reads)
    percentage, relative_reason = _or_reason(_relative, treated, holdout, extra_reads)
    g, _ = _or_reason(intervals.low_base, holdout)
    adjusted, cuped_reason = (
        (None, "") if treated.x is None else _or_reason(cuped, treated, holdout, extra_reads)
    )
    return Comparison(
        arm=arm,
        holdout=holdout_arm,
        key=key,
        level=1 - (1 - intervals.LEVEL) / extra_reads,
        absolute=found,
        absolute_reason=absolute_reason,
        relative=percentage,
        relative_reason=relative_reason,
        low_base=g,
        base=None if g is None else intervals.base(g),
        cuped=adjusted,
        cuped_reason=cuped_reason,
    )


def absolute(treated: Sums, holdout: Sums, extra_reads: float = 1.0) -> Absolute:
    """Return the difference by Welch's test (ratios linearised, see `Sums.variance`).

    Raises:
        NoSpreadError: no spread in either arm.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    return _tea_tasting(treated, holdout, extra_reads, covariate=False)


def other_cap(
    treated: tuple[Sums, Sums],
    holdout: tuple[Sums, Sums],
    extra_reads: float = 1.0,
    *,
    is_whole: bool,
) -> OtherCap:
    """Return the difference beside; each arm is its own sums and those of `plan.Beside`.

    Raises:
        NotComputableError: as for `absolute`.

    """
    found = absolute(treated[1], holdout[1], extra_reads)

    def cut(own: Sums, beside: Sums) -> float | None:
        whole, capped = (beside.mean, own.mean) if is_whole else (own.mean, beside.mean)
        return 1 - capped / whole if whole > 0 else None

    cuts = cut(*treated), cut(*holdout)
    return OtherCap(found, treated[1].mean, holdout[1].mean, *cuts, is_whole)


def cuped(treated: Sums, holdout: Sums, extra_reads: float = 1.0) -> Cuped:
    """Return the difference with the covariate taken out.

    Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online controlled experiments by
    utilizing pre-experiment data" (WSDM 2013).

    Raises:
        NoCovariateError: an arm brings no covariate, or the covariate is the same for everybody.
        NoSpreadError: nothing is left to judge chance by.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    if treated.x is None or holdout.x is None:
        raise NoCovariateError("One arm brings no covariate.")
    plain = _tea_tasting(treated, holdout, extra_reads, covariate=False)
    if treated.xx + holdout.xx <= 0:
        raise NoCovariateError("The covariate is the same for everybody, so it explains nothing.")
    found = _tea_tasting(treated, holdout, extra_reads, covariate=True)
    ratio = ((found.high - found.low) / (plain.high - plain.low)) ** 2
    return Cuped(*found, variance_ratio=ratio)


def _relative(treated: Sums, holdout: Sums, extra_reads: float) -> Estimate:
    return intervals.relative(treated, holdout, intervals.shared_level(extra_reads))


def _tea_tasting(treated: Sums, holdout: Sums, extra_reads: float, *, covariate: bool) -> Absolute:
    """Return the difference from tea-tasting's aggregates.

    Only the difference of the means enters, so both are moved to where tea-tasting's relative
    interval (ours is Fieller's) cannot overflow.
    """
    import numpy as np  # noqa: PLC0415 - comes with tea-tasting
    import tea_tasting.aggr as aggregates  # noqa: PLC0415 - two seconds to import
    import tea_tasting.metrics as metrics  # noqa: PLC0415, PLR0402 - two seconds to import

    effect = treated.mean - holdout.mean
    spread = treated.mean_variance + holdout.mean_variance
    if spread <= 0:
        raise NoSpreadError("Every customer has the same value, so chance cannot be judged.")
    origin = 2 * max(abs(effect), spread**0.5)

    def aggregate(sums: Sums, mean: float) -> aggregates.Aggregates:
        if not covariate:
            return aggregates.Aggregates(sums.n, {"y": mean}, {"y": sums.variance})
        return aggregates.Aggregates(
            sums.n,
            {"y": mean, "x": sums.covariate_mean},
            {"y": sums.variance, "x": sums.covariate_variance},
            {("x", "y"): sums.covariance},
        )

    level = intervals.shared_level(extra_reads)
    metric = metrics.Mean("y", "x" if covariate else None, confidence_level=level)
    try:
        with np.errstate(all="ignore"):
            result = metric.analyze_aggregates(
                aggregate(holdout, origin), aggregate(treated, origin + effect)
            )
    except (ArithmeticError, ValueError):  # a perfect fit leaves a variance of 0, or just below
        raise NoSpreadError("No spread is left to judge chance by.") from None
    found = Absolute(
        float(result.effect_size),
        float(result.effect_size_ci_lower),
        float(result.effect_size_ci_upper),
        min(1.0, float(result.pvalue) * extra_reads),
    )
    if not all(map(math.isfinite, found)):
        raise NoSpreadError("No spread is left to judge chance by.")
    return found


def _or_reason[**P, T](
    function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> tuple[T | None, str]:
    try:
        return function(*args, **kwargs), ""
    except NotComputableError as error:
        return None, str(error)
