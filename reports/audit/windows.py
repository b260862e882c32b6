"""Every window that somebody could have shown, so that the one they showed can be placed."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from reports.audit.finding import Curve, Finding, finding
from reports.evidence.checks import Check, Status
from reports.evidence.plan import Direction
from reports.evidence.sums import NotComputableError, NotFiniteError
from reports.evidence.welch import Group, welch
from strategy.language.numbers import number, percent, signed_percent

STARTS = range(0, 85, 7)
LENGTHS = range(7, 92)
YEAR = 364  # keeps the weekday
FLAG_FROM = 0.9
CURVE_POINTS = 101


class NoWindowError(NotComputableError):
    """No window with its baseline lies within the days that are known."""


class Baseline(StrEnum):
    """What a window is compared with."""

    PREVIOUS = "as many days before the start"
    MONTH = "28 days before the start"
    QUARTER = "91 days before the start"
    YEAR = "the same days a year before"
    HOLDOUT = "the holdout on the same days"


class Windows(NamedTuple):
    """Uplifts of all windows, one entry each.

    Attributes:
        start: days from the initiative's start to the window's first day.
        length: in days.
        baseline: what it is compared with.
        uplift: relative, 0.05 for +5%.
        p: two-sided, days taken as independent; NaN where days have no spread.

    """

    start: np.ndarray
    length: np.ndarray
    baseline: np.ndarray
    uplift: np.ndarray
    p: np.ndarray

    @property
    def median(self) -> float:
        """Median uplift: what is shown beside any claim."""
        return float(np.median(self.uplift))

    def convenience(self, claim: float, better: Direction = Direction.MORE) -> float:
        """Return the convenience index: the share of windows with a change less to the good."""
        return float((better.sign * self.uplift < better.sign * claim).mean())

    def of(self, start: int, length: int, baseline: Baseline) -> float | None:
        """Return one window's uplift, None where it is not among them."""
        at = (self.start == start) & (self.length == length) & (self.baseline == baseline.value)
        return float(self.uplift[at][0]) if at.any() else None


def all_windows(daily: np.ndarray, start: int) -> Windows:
    """Compare every window after the start with four baselines, by Welch's test over days.

    Windows begin 0, 7, … 84 days after the start and are 7 to 91 days long; those that do not
    lie within `daily`, or whose baseline is not above zero, are left out.

    Args:
        daily: totals by day, without gaps.
        start: index of the initiative's first day.

    Raises:
        NotFiniteError: a day is missing or not finite.
        NoWindowError: no window is left.

    """
    begins, lengths = _grid(len(daily) - start)
    parts = [
        (Baseline.PREVIOUS, start - lengths, lengths),
        (Baseline.MONTH, np.full_like(lengths, start - 28), np.full_like(lengths, 28)),
        (Baseline.QUARTER, np.full_like(lengths, start - 91), np.full_like(lengths, 91)),
        (Baseline.YEAR, start + begins - YEAR, lengths),
    ]
    begin = np.tile(begins, len(parts))
    length = np.tile(lengths, len(parts))
    names = np.repeat([name.value for name, _, _ in parts], len(begins))
    base_begin = np.concatenate([first for _, first, _ in parts])
    base_length = np.concatenate([days for _, _, days in parts])
    known = base_begin >= 0
    begin, length, names = begin[known], length[known], names[known]
    of_days = _Totals.of(daily)
    window = of_days.group(start + begin, length)
    base = of_days.group(base_begin[known], base_length[known])
    return _windows(begin, length, names, window, base)


def holdout_windows(treated: np.ndarray, holdout: np.ndarray, start: int) -> Windows:
    """Compare treated with holdout over every window, by a t-test of the days' differences.

    Args:
        treated, holdout: means per customer by day, of the same days.
        start: index of the initiative's first day.

    Raises:
        NotFiniteError, NoWindowError: as for `all_windows`.

    """
    if len(treated) != len(holdout):
        raise NotFiniteError("The days of the two arms do not match.")
    begin, length = _grid(len(treated) - start)
    names = np.full(len(begin), Baseline.HOLDOUT.value)
    first = start + begin
    difference = _Totals.of(treated - holdout).group(first, length)
    tests = welch(difference, Group(0.0, 0.0, 2))
    means = [np.asarray(_Totals.of(arm).group(first, length).mean) for arm in (treated, holdout)]
    kept = means[1] > 0
    if not kept.any():
        raise NoWindowError("The holdout has nothing on any of these days.")
    uplift = means[0][kept] / means[1][kept] - 1
    return Windows(begin[kept], length[kept], names[kept], uplift, tests.p[kept])


def convenient_window(
    windows: Windows, claim: float, better: Direction = Direction.MORE
) -> Finding:
    """Place a claim among all windows; flagged from an index of 0.9.

    The index flags 9% of windows taken at random, 38% of the best of five, 87% of the best of 20
    and all that are the best of all. Where fewer is better, the best windows are those of the
    largest fall.
    """
    index = windows.convenience(claim, better)
    ordered = np.quantile(windows.uplift, np.linspace(0, 1, CURVE_POINTS))[:: better.sign]
    shares = tuple(place / (CURVE_POINTS - 1) for place in range(CURVE_POINTS))
    less, more = ("less", "more")[:: better.sign]
    picture = Curve(
        x=shares,
        y=tuple(ordered.tolist()),
        x_name=f"Share of windows with {less}",
        y_name="Uplift",
        marked=(index, claim),
        level=windows.median,
    )
    middle = signed_percent(windows.median)
    sentence = (
        f"{signed_percent(claim)} is {more} than {percent(index, 0)} of "
        f"{number(len(windows.uplift))} windows show; the median is {middle}."
    )
    if index < FLAG_FROM:
        return finding(
            Check("convenient_window", "Convenient window", Status.OK, sentence), picture
        )
    sentence += " The window was a convenient one."
    check = Check("convenient_window", "Convenient window", Status.FAIL, sentence)
    return finding(check, picture, best_grade="E")


class _Totals(NamedTuple):
    """Running sums of days and of their squares about the overall mean, which keep precision."""

    middle: float
    sums: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, daily: np.ndarray) -> "_Totals":
        days = np.asarray(daily, float)
        if not len(days) or not np.isfinite(days).all():
            raise NotFiniteError("A day is missing or not a finite number.")
        middle = float(days.mean())
        about = days - middle
        sums, squares = (np.concatenate([[0.0], part.cumsum()]) for part in (about, about**2))
        return cls(middle, sums, squares)

    def group(self, first: np.ndarray, length: np.ndarray) -> Group:
        """Return mean and sample variance of days [first, first + length)."""
        total = self.sums[first + length] - self.sums[first]
        square = self.squares[first + length] - self.squares[first]
        mean = total / length
        variance = np.maximum(square - total * mean, 0.0) / (length - 1)
        return Group(self.middle + mean, variance, length)


def _grid(days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return starts and lengths of the windows that end within these days."""
    starts, lengths = (part.ravel() for part in np.meshgrid(STARTS, LENGTHS, indexing="ij"))
    fits = starts + lengths <= days
    if not fits.any():
        raise NoWindowError("Fewer than seven days have passed since the start.")
    return starts[fits], lengths[fits]


def _windows(
    begin: np.ndarray, length: np.ndarray, names: np.ndarray, window: Group, base: Group
) -> Windows:
    kept = np.asarray(base.mean) > 0
    if not kept.any():
        raise NoWindowError("Nothing is known of the days before the start.")
    uplift = np.asarray(window.mean)[kept] / np.asarray(base.mean)[kept] - 1
    return Windows(begin[kept], length[kept], names[kept], uplift, welch(window, base).p[kept])
