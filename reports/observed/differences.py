"""Stores or regions that nobody drew by lot: how their change differs from the others'."""

import math

from reports.evidence.intervals import LEVEL
from reports.evidence.sums import EmptyArmError, NoSpreadError, NotComputableError, Sums
from reports.evidence.welch import Group, welch
from reports.observed.effect import Effect, Method, described
from reports.observed.units import Side, is_rounding

FEWEST_FOR_A_LINE = 3


class NoEarlierPeriodError(NotComputableError):
    """The only baseline is the one by which units were chosen."""


def difference_in_differences(treated: Side, untreated: Side) -> Effect:
    """Return the treated units' change against the others', by Welch's test of per-unit changes.

    The baseline is the earlier period, by which nobody chose: units chosen for a low period rise
    by themselves (with the lowest 10% of stores and no effect: +16.8% against that period,
    -0.1% against an earlier one).

    Raises:
        NoEarlierPeriodError: no such period is known.
        NoSpreadError: all units changed by the same amount.

    """
    if treated.earlier is None or untreated.earlier is None:
        raise NoEarlierPeriodError(
            "The only baseline is the period by which the units were chosen."
        )
    one = Sums.from_arrays(treated.after - treated.earlier)
    zero = Sums.from_arrays(untreated.after - untreated.earlier)
    if is_rounding(one.mean_variance + zero.mean_variance, treated.after, untreated.after):
        raise NoSpreadError("All units changed by the same amount, so chance cannot be judged.")
    found = welch(Group(one.mean, one.variance, one.n), Group(zero.mean, zero.variance, zero.n))
    expected = float(treated.earlier.mean()) + zero.mean
    return described(
        Method.DIFFERENCES,
        *(float(value) for value in found[:4]),
        expected=expected,
        units=(one.n, zero.n),
    )


def ancova(treated: Side, untreated: Side) -> Effect:
    """Return what the treated had above the line of the untreated through (chosen, after).

    Mean over treated of X2 - [mean(X2u) + b (X1 - mean(X1u))], with the slope b of the untreated:
    units that were low regress to the mean, and b says how far. The interval takes the spread
    about the line from the untreated for the line and from the treated for their mean; Welch's
    degrees of freedom.

    Raises:
        EmptyArmError: fewer than three untreated units, or they do not differ in X1.
        NoSpreadError: every unit lies on the line.

    """
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - scipy takes a second to import

    x, y = untreated.chosen, untreated.after
    spread = float(((x - x.mean()) ** 2).sum())
    if len(x) < FEWEST_FOR_A_LINE or spread <= 0:
        raise EmptyArmError("Too few different units were left alone to draw a line through.")
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    line = y.mean() + slope * (treated.chosen - x.mean())
    above = treated.after - line
    about = y - y.mean() - slope * (x - x.mean())
    residual = float(about @ about) / (len(x) - 2)
    gap = float(treated.chosen.mean() - x.mean())
    of_line = residual * (1 / len(x) + gap * gap / spread)
    of_mean = float(above.var(ddof=1)) / len(above)
    if is_rounding(of_line + of_mean, treated.after, untreated.after):
        raise NoSpreadError("Every unit lies on the line, so chance cannot be judged.")
    freedom = (of_line + of_mean) ** 2 / (of_line**2 / (len(x) - 2) + of_mean**2 / (len(above) - 1))
    error = math.sqrt(of_line + of_mean)
    effect = float(above.mean())
    half = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(effect) / error))
    return described(
        Method.ANCOVA,
        effect,
        effect - half,
        effect + half,
        p,
        expected=float(line.mean()),
        units=(len(above), len(x)),
    )
