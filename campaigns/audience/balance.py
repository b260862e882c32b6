"""Whether two arms are alike before anything happens to them."""

from math import sqrt
from typing import NamedTuple

WORTH_A_LOOK = 0.1
"""Standardised differences from here on are not small (Austin, 2009, Statistics in Medicine 28:
3083-3107)."""


class Sample(NamedTuple):
    """Number, mean and variance of a trait in an arm."""

    n: int
    mean: float
    variance: float


def standardised_difference(treated: Sample, holdout: Sample) -> float | None:
    """Return the difference of means in standard deviations; None where nobody differs.

    The standard deviation is that of both arms, pooled with equal weight (Austin, 2009).

    >>> standardised_difference(Sample(900, 5.0, 4.0), Sample(100, 4.8, 4.0))
    0.1
    """
    if not treated.n or not holdout.n:
        return None
    deviation = sqrt((treated.variance + holdout.variance) / 2)
    return round((treated.mean - holdout.mean) / deviation, 6) if deviation else None
