"""Relative changes with their intervals, all on one axis around one zero line."""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from strategy.language.numbers import signed_percent

OUTLIER = 3.0  # an end this many times the median reach does not stretch the axis: it is cut
LEAST_REACH = 0.05
TICKS_AT_MOST = 6
STUB = 6.0  # per cent of the width that is drawn of an interval wholly past the axis
STEPS = (1.0, 2.0, 2.5, 5.0)


class Change(NamedTuple):
    """A relative change with its 95 % interval; 0.127 is +12.7 %."""

    effect: float
    low: float
    high: float


class Tick(NamedTuple):
    """A labelled line of the axis."""

    x: float
    text: str


class Axis(NamedTuple):
    """The axis that all rows of a table share: relative changes from `low` to `high`."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    @property
    def zero_x(self) -> float:
        return self.x(0)

    def x(self, change: float) -> float:
        """Return the place of a change in per cent of the width; beyond the ends it is clipped."""
        way = (change - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, way)), 2)


class Bar(NamedTuple):
    """One row: the dot, its interval, and on which sides the interval goes on past the axis.

    `x` is None where even the dot lies past the axis; an arrowhead says so.
    """

    x: float | None
    low_x: float
    high_x: float
    is_cut_low: bool
    is_cut_high: bool


def axis(changes: Sequence[Change]) -> Axis:
    """Return an axis wide enough for what is usual among the changes, zero always on it.

    An end further out than three times the usual reach does not stretch it, so that one wild
    interval does not press all others into a line.

    >>> [tick.text for tick in axis([Change(0.127, 0.022, 0.242), Change(-0.048, -0.08, 0)]).ticks]
    ['0', '+10%', '+20%']
    """
    furthest = [max(abs(change.low), abs(change.high)) for change in changes]
    reach = OUTLIER * median(furthest) if furthest else LEAST_REACH
    kept = [e for change in changes for e in (change.low, change.high) if abs(e) <= reach]
    lowest, highest = min([0.0, *kept]), max([0.0, *kept])
    if highest - lowest < LEAST_REACH:
        lowest, highest = lowest - LEAST_REACH / 2, highest + LEAST_REACH / 2
    step = _step(highest - lowest)
    margin = 0.04 * (highest - lowest)
    low, high = lowest - margin, highest + margin
    bare = Axis(low, high, ())
    first, last = math.ceil(low / step), math.floor(high / step)
    digits = 0 if math.isclose(100 * step, round(100 * step)) else 1
    ticks = (
        Tick(bare.x(k * step), signed_percent(k * step, digits) if k else "0")
        for k in range(first, last + 1)
    )
    return bare._replace(ticks=tuple(ticks))


def bar(on: Axis, change: Change) -> Bar:
    """Return where a change stands on the axis."""
    low_x, high_x = on.x(change.low), on.x(change.high)
    return Bar(
        x=on.x(change.effect) if on.low <= change.effect <= on.high else None,
        low_x=min(low_x, 100 - STUB),
        high_x=max(high_x, STUB),
        is_cut_low=change.low < on.low,
        is_cut_high=change.high > on.high,
    )


def _step(width: float) -> float:
    rough = width / TICKS_AT_MOST
    power = 10.0 ** math.floor(math.log10(rough))
    return next((s * power for s in STEPS if s * power >= rough), 10 * power)
