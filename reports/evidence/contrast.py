"""One difference in the direction that is good, tested now or over all looks."""

import math
from typing import NamedTuple

from reports.evidence.plan import Direction
from reports.evidence.sequence import half_width
from reports.evidence.sums import NegativeBaseError, NoSpreadError, Sums


class Contrast(NamedTuple):
    """`sign * (m1 - factor * m0)`: above 0 is good news.

    Attributes:
        estimate: in the measure's unit.
        standard_error: above 0.
        freedom: Welch-Satterthwaite degrees of freedom.
        n: units in both arms.
        planned: units planned in both arms, which tunes the sequence.

    """

    estimate: float
    standard_error: float
    freedom: float
    n: int
    planned: int

    @property
    def z(self) -> float:
        """The estimate in standard errors."""
        return self.estimate / self.standard_error

    @property
    def p_good(self) -> float:
        """One-sided p against "not above 0" (Welch's t)."""
        return self._t_tail(-self.z)

    @property
    def p_bad(self) -> float:
        """One-sided p against "not below 0" (Welch's t)."""
        return self._t_tail(self.z)

    @property
    def p_good_normal(self) -> float:
        """One-sided p against "not above 0" by the normal distribution."""
        from scipy.special import ndtr  # noqa: PLC0415 - scipy takes a second to import

        return float(ndtr(-self.z))

    def above(self, alpha: float) -> bool:
        """Return whether the whole `1 - alpha` confidence sequence lies above 0."""
        return self.estimate > self._sequence(alpha)

    def below(self, alpha: float) -> bool:
        """Return whether the whole `1 - alpha` confidence sequence lies below 0."""
        return self.estimate < -self._sequence(alpha)

    def _sequence(self, alpha: float) -> float:
        return half_width(self.standard_error, self.n, self.planned, alpha)

    def _t_tail(self, t: float) -> float:
        from scipy.special import stdtr  # noqa: PLC0415 - scipy takes a second to import

        return float(stdtr(self.freedom, t))


def contrast(
    treated: Sums, holdout: Sums, direction: Direction, planned: int, change: float = 0.0
) -> Contrast:
    """Return how far the treated are on the good side of `holdout * (1 + change)`.

    `change` is signed and relative: 0 tests a difference, the smallest effect worth having tests
    futility, minus the margin tests non-inferiority; it counts in the good direction, so that
    -0.25 means "a quarter worse" for any measure.

    Raises:
        NegativeBaseError: a relative change was asked of a negative holdout mean.
        NoSpreadError: no spread in either arm.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    if change and holdout.mean < 0:
        raise NegativeBaseError("The holdout's mean is below zero, so a share of it means nothing.")
    factor = 1 + direction.sign * change
    v1 = treated.mean_variance
    v0 = factor * factor * holdout.mean_variance
    if v0 + v1 <= 0:
        raise NoSpreadError("Every customer has the same value, so chance cannot be judged.")
    return Contrast(
        estimate=direction.sign * (treated.mean - factor * holdout.mean),
        standard_error=math.sqrt(v0 + v1),
        freedom=welch_freedom(v1, treated.n, v0, holdout.n),
        n=treated.n + holdout.n,
        planned=max(planned, 1),
    )


def welch_freedom(v1: float, n1: int, v0: float, n0: int) -> float:
    """Return Welch-Satterthwaite degrees of freedom; v1, v0 are variances of the two means."""
    share = v1 / (v1 + v0)
    return 1 / (share * share / (n1 - 1) + (1 - share) * (1 - share) / (n0 - 1))
