"""Intervals of a mean, of a relative change (Fieller), and how far a percentage can be trusted."""

import math
from enum import StrEnum
from typing import NamedTuple

from reports.evidence.sums import NegativeBaseError, NoSpreadError, NotComputableError, Sums

LEVEL = 0.95
HIGHEST_LEVEL = 1 - 1e-11
AMBER_FROM = 0.05
ABSOLUTE_FROM = 0.2
NOTHING_FROM = 1.0
NEXT_TO_ZERO = "The holdout's mean is next to zero, so no percentage exists."


class ZeroHoldoutError(NotComputableError):
    """The holdout's mean is zero, so no percentage of it exists."""


class LowBaseError(NotComputableError):
    """The holdout's mean is too uncertain for a percentage of it."""


class TooEarlyError(NotComputableError):
    """An interval at this level would be too wide to compute."""


class Base(StrEnum):
    """How well the holdout's mean carries a percentage, from `low_base`."""

    FINE = "fine"
    AMBER = "amber"
    ABSOLUTE = "absolute only"
    NONE = "no percentage"


class Estimate(NamedTuple):
    """A value with its interval, all in the same unit (relative: 0.127 is +12.7%)."""

    effect: float
    low: float
    high: float


def shared_level(extra_reads: float) -> float:
    """Return the level of an interval whose 5% is shared out over reads (Bonferroni).

    Raises:
        TooEarlyError: too many reads for a level below 1.

    """
    level = 1 - (1 - LEVEL) / extra_reads
    if level > HIGHEST_LEVEL:
        raise TooEarlyError("Too few customers are in for an interval that holds at every look.")
    return level


def mean_interval(sums: Sums, level: float = LEVEL) -> Estimate:
    """Return an arm's mean with its Student interval (ratios: by the delta method).

    Raises:
        NoSpreadError: all values are equal, so the interval would feign certainty.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy takes a second to import

    variance = sums.mean_variance
    if variance <= 0:
        raise NoSpreadError("Every customer in the arm has the same value.")
    half = float(stdtrit(sums.n - 1, (1 + level) / 2)) * math.sqrt(variance)
    return Estimate(sums.mean, sums.mean - half, sums.mean + half)


def low_base(holdout: Sums, level: float = LEVEL) -> float:
    """Return g = z^2 v0 / (n0 m0^2): the squared relative half-width of the holdout's mean.

    Fieller (1954); 0 is certain, from 1 on the holdout's mean cannot be told from zero.

    Raises:
        ZeroHoldoutError: the holdout's mean is zero, or its share of anything overflows.
        NegativeBaseError: the holdout's mean is below zero.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    if holdout.mean == 0:
        raise ZeroHoldoutError("The holdout's mean is zero, so no percentage of it exists.")
    if holdout.mean < 0:
        raise NegativeBaseError("The holdout's mean is below zero, so a share of it means nothing.")
    g = _quantile(level) ** 2 * holdout.mean_variance / holdout.mean / holdout.mean
    if not math.isfinite(g):
        raise ZeroHoldoutError(NEXT_TO_ZERO)
    return g


def base(g: float) -> Base:
    """Return the band of a low-base figure `g`."""
    if g < AMBER_FROM:
        return Base.FINE
    if g < ABSOLUTE_FROM:
        return Base.AMBER
    return Base.ABSOLUTE if g < NOTHING_FROM else Base.NONE


def relative(treated: Sums, holdout: Sums, level: float = LEVEL) -> Estimate:
    """Return m1/m0 - 1 with Fieller's interval, where the base carries a percentage.

    Fieller, "Some problems in interval estimation", JRSS B 16 (1954): with z the normal quantile,
    a = m0^2 - z^2 v0/n0, b = m0 m1, c = m1^2 - z^2 v1/n1, the ends are
    (b -+ sqrt(b^2 - ac))/a - 1; here all of it is divided by m0^2, so a is 1 - g.
    It leaves out zero exactly when |m1 - m0| > z se.

    Raises:
        ZeroHoldoutError, NegativeBaseError: no percentage of such a mean exists.
        LowBaseError: g >= 0.2, show absolute numbers only; g >= 1, no percentage exists.
        NoSpreadError: no spread in either arm.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    g = low_base(holdout, level)
    m0, m1 = holdout.mean, treated.mean
    if g >= NOTHING_FROM:
        raise LowBaseError("The holdout's mean cannot be told from zero: no percentage exists.")
    if g >= ABSOLUTE_FROM:
        raise LowBaseError("The holdout's mean is too uncertain: absolute numbers only.")
    if treated.mean_variance + holdout.mean_variance <= 0:
        raise NoSpreadError("Every customer has the same value, so chance cannot be judged.")
    ratio = m1 / m0
    h = _quantile(level) ** 2 * treated.mean_variance / m0 / m0
    root = math.sqrt(h + ratio * ratio * g - h * g)
    found = Estimate(ratio - 1, (ratio - root) / (1 - g) - 1, (ratio + root) / (1 - g) - 1)
    if not all(map(math.isfinite, found)):
        raise ZeroHoldoutError(NEXT_TO_ZERO)
    return found


def _quantile(level: float) -> float:
    from scipy.special import ndtri  # noqa: PLC0415 - scipy takes a second to import

    return float(ndtri((1 + level) / 2))
