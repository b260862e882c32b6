"""Placebo in time: would the same sum have shown an effect when nothing was done."""

import math
from typing import NamedTuple

import numpy as np

from reports.evidence.sums import EmptyArmError, NotFiniteError
from strategy.language.numbers import percent, signed_percent
from strategy.language.words import counted

FEWEST_PLACEBOS = 19


class Placebo(NamedTuple):
    """The change of the treated against the comparison, beside its changes at earlier times.

    Attributes:
        relative: the change, 0.05 for +5%; against the comparison, or against before where
            there is none.
        p: (1 + placebos at least as large) / (1 + placebos), two-sided.
        placebos: relative changes at the earlier times, for a picture.
        compared: False where there was no comparison: before and after.
        sentence: what may be said.

    """

    relative: float
    p: float
    placebos: tuple[float, ...]
    compared: bool
    sentence: str


def placebo_in_time(
    treated: np.ndarray,
    comparison: np.ndarray | None,
    *,
    start: int,
    days: int,
    baseline_days: int,
) -> Placebo:
    """Compare the window's log(treated/comparison) with the days before it, then do so earlier.

    The statistic of a start s is mean(r[s : s + days]) - mean(r[s - baseline_days : s]) with
    r = log(treated/comparison) by day. Placebos are all starts whose window ends before the real
    one begins.

    Args:
        treated, comparison: daily totals above zero, of the same days; no comparison leaves
            before and after, and the grade E.
        start: index of the first day of the window.
        days: days of the window.
        baseline_days: days before a start that it is compared with.

    Raises:
        EmptyArmError: fewer than 19 placebos fit before the start, so that p could not reach 5%.
        NotFiniteError: a day has nothing, or days do not match.

    """
    one = np.asarray(treated, float)
    other = np.ones(len(one)) if comparison is None else np.asarray(comparison, float)
    if len(one) != len(other) or start + days > len(one):
        raise NotFiniteError("The days of the two sides do not match, or the window is not in.")
    if not (np.isfinite(one) & np.isfinite(other) & (one > 0) & (other > 0)).all():
        raise NotFiniteError("Some day has nothing in it, so there is no ratio of it.")
    if min(days, baseline_days) < 1 or start - days - baseline_days + 1 < FEWEST_PLACEBOS:
        raise EmptyArmError("Too few days came before the start to try the same at other times.")
    summed = np.concatenate([[0.0], np.log(one / other).cumsum()])
    starts = np.array([*range(baseline_days, start - days + 1), start])
    window = (summed[starts + days] - summed[starts]) / days
    before = (summed[starts] - summed[starts - baseline_days]) / baseline_days
    *placebos, actual = (window - before).tolist()
    as_large = sum(abs(placebo) >= abs(actual) for placebo in placebos)
    p = (1 + as_large) / (1 + len(placebos))
    relative = math.expm1(actual)
    side = "the comparison" if comparison is not None else "the days before, with nobody beside it"
    sentence = (
        f"{signed_percent(relative)} against {side}. At "
        f"{counted(len(placebos), 'earlier time')} with nothing done, as much came up "
        f"{percent(as_large / len(placebos))} of the time."
    )
    return Placebo(
        relative,
        p,
        tuple(math.expm1(placebo) for placebo in placebos),
        comparison is not None,
        sentence,
    )
