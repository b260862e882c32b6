"""Were the treated chosen when they were low, so that they would have risen anyway."""

from typing import NamedTuple

import numpy as np

from reports.evidence.sums import NoSpreadError, Sums
from reports.evidence.welch import Group, welch
from reports.observed.differences import NoEarlierPeriodError
from reports.observed.units import Side, is_rounding
from strategy.language.numbers import signed_percent

FLAG_BELOW = 0.01


class LowStart(NamedTuple):
    """The treated units' fall before the start against the others'.

    Attributes:
        treated_change, untreated_change: of the means from the earlier period to the chosen one,
            relative; None where the earlier mean is not above zero.
        p: one-sided, against "the treated fell no more than the others".
        flagged: p below 0.01.
        sentence: what was found.

    """

    treated_change: float | None
    untreated_change: float | None
    p: float
    flagged: bool
    sentence: str


def low_start(treated: Side, untreated: Side) -> LowStart:
    """Return whether the treated were caught at a low: one-sided Welch on chosen - earlier.

    Raises:
        NoEarlierPeriodError: no period before the chosen one is known.
        NoSpreadError: all units changed by the same amount.

    """
    if treated.earlier is None or untreated.earlier is None:
        raise NoEarlierPeriodError("Nothing is known of the time before the baseline.")
    one = Sums.from_arrays(treated.chosen - treated.earlier)
    zero = Sums.from_arrays(untreated.chosen - untreated.earlier)
    if is_rounding(one.mean_variance + zero.mean_variance, treated.chosen, untreated.chosen):
        raise NoSpreadError("All units changed by the same amount, so chance cannot be judged.")
    found = welch(Group(one.mean, one.variance, one.n), Group(zero.mean, zero.variance, zero.n))
    two_sided = float(found.p)
    p = two_sided / 2 if float(found.effect) < 0 else 1 - two_sided / 2
    changes = [_change(side.earlier, side.chosen) for side in (treated, untreated)]
    return LowStart(changes[0], changes[1], p, p < FLAG_BELOW, _sentence(changes, p))


def _change(before: np.ndarray | None, after: np.ndarray) -> float | None:
    mean = 0.0 if before is None else float(before.mean())
    return float(after.mean()) / mean - 1 if mean > 0 else None


def _sentence(changes: list[float | None], p: float) -> str:
    if changes[0] is None or changes[1] is None:
        moved = "The treated changed before the start"
    else:
        moved = (
            f"Up to the start the treated moved by {signed_percent(changes[0])}, "
            f"the others by {signed_percent(changes[1])}"
        )
    if p < FLAG_BELOW:
        return f"{moved}: they were chosen at a low, and rise from it by themselves."
    return f"{moved}: no sign that they were chosen at a low."
