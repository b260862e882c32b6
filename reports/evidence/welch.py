"""Welch's test on many pairs of means at once: windows, looks, segments."""

from typing import NamedTuple

import numpy as np

from reports.evidence.intervals import LEVEL

type Numbers = np.ndarray | float | int


class Group(NamedTuple):
    """One side of the pairs: means, sample variances of single units (ddof = 1), units."""

    mean: Numbers
    variance: Numbers
    n: Numbers


class Tests(NamedTuple):
    """One entry per pair; all of them NaN where a pair has no test.

    A pair has none where a group has fewer than two units or neither group has any spread.

    Attributes:
        effect: first group's mean minus the second's, in the measure's unit.
        low, high: ends of the two-sided interval.
        p: two-sided.
        freedom: Welch-Satterthwaite degrees of freedom.

    """

    effect: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    freedom: np.ndarray


def welch(first: Group, second: Group, level: float = LEVEL) -> Tests:
    """Return Welch's t-test of every pair; all numbers are broadcast together.

    >>> first, second = Group(3.0, 1.0, 50), Group(np.array([2.5, 3.0]), 1.0, np.array([50, 1]))
    >>> [round(float(p), 4) for p in welch(first, second).p]
    [0.0141, nan]
    """
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - scipy takes a second to import

    m1, v1, k1, m0, v0, k0 = np.broadcast_arrays(
        *(np.asarray(given, float) for given in (*first, *second))
    )
    with np.errstate(all="ignore"):
        of1, of0 = v1 / k1, v0 / k0
        spread = of1 + of0
        possible = (k1 > 1) & (k0 > 1) & (spread > 0) & np.isfinite(spread)
        freedom = np.where(possible, spread**2 / (of1**2 / (k1 - 1) + of0**2 / (k0 - 1)), np.nan)
        effect = np.where(possible, m1 - m0, np.nan)
        error = np.sqrt(spread)
        half = stdtrit(freedom, (1 + level) / 2) * error
        p = 2 * stdtr(freedom, -np.abs(effect / error))
    return Tests(effect, effect - half, effect + half, p, freedom)
