"""Asymptotic confidence sequence: an interval that holds however often one looks."""

import math

TUNED_SHARE = 4


def half_width(standard_error: float, n: float, planned: float, alpha: float) -> float:
    """Return half the width of the two-sided `1 - alpha` confidence sequence of a difference.

    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and
    asymptotic confidence sequences", Annals of Statistics 52 (2024), with the mixture tuned to be
    tightest at n* = planned / 4.

    Args:
        standard_error: of the difference, now.
        n: units in both arms, now.
        planned: N, units planned in both arms.
        alpha: error rate over all looks together, both sides, in (0, 1).

    """
    rho2 = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / (planned / TUNED_SHARE)
    grown = n * rho2 + 1
    spread = 2 * grown / (n * n * rho2) * math.log(math.sqrt(grown) / alpha)
    return standard_error * math.sqrt(n) * math.sqrt(spread)


def as_extra_reads(n: float, planned: float, alpha: float = 0.05) -> float:
    """Return the extra reads that widen an `1 - alpha` interval to the confidence sequence.

    `intervals` and `compare` share alpha out over reads; this many make their normal quantile the
    half-width of the sequence in standard errors, so that they hold at every look. Infinite
    where so few of the planned customers are in that no double is small enough.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - scipy takes a second to import

    tail = float(ndtr(-half_width(1.0, n, planned, alpha)))
    return alpha / (2 * tail) if tail else math.inf
