"""Each treated unit beside the units that were most like it before the start."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from reports.evidence.intervals import LEVEL
from reports.evidence.sums import EmptyArmError, NoSpreadError, NotFiniteError
from reports.observed.effect import Effect, Method, described
from reports.observed.units import is_rounding

NEIGHBOURS = 3
FEWEST = 2
UNLIKE_FROM = 0.25


class Matched(NamedTuple):
    """A matched comparison.

    Attributes:
        effect: over pairs of a treated unit and the mean of its neighbours.
        neighbours: names of the untreated by treated unit, the likest first.
        unlike: largest standardised mean difference that is left before the start; from 0.25 on
            the match is poor (Stuart, Statistical Science 25, 2010).

    """

    effect: Effect
    neighbours: Mapping[str, tuple[str, ...]]
    unlike: float


def matched(
    before: Mapping[str, Sequence[float]],
    after: Mapping[str, float],
    treated: Sequence[str],
    neighbours: int = NEIGHBOURS,
) -> Matched:
    """Compare each treated unit with its nearest untreated ones, with replacement.

    Nearest by the sum of squared differences over `before`, each period standardised. The change
    from the mean of the periods before is compared, so that a gap that was there before does not
    count as an effect; a one-sample t-test over the pairs.

    Args:
        before: by unit, totals of equally long periods before the start.
        after: by unit, total of the window, scaled to the same length.
        treated: names of the treated units, two at least.
        neighbours: untreated units beside each treated one.

    Raises:
        EmptyArmError: too few treated or untreated units.
        NotFiniteError: periods are missing.
        NoSpreadError: all pairs differ by the same amount.

    """
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - scipy takes a second to import

    names = list(before)
    pool = [name for name in names if name not in treated]
    if len(treated) < FEWEST or len(pool) < neighbours:
        raise EmptyArmError("Too few units on one side to match.")
    if len({len(values) for values in before.values()}) != 1 or set(names) - after.keys():
        raise NotFiniteError("Some units have no value in some period.")
    past = np.array([before[name] for name in names], float)
    window = np.array([after[name] for name in names], float)
    if not np.isfinite(past).all() or not np.isfinite(window).all() or not past.size:
        raise NotFiniteError("A value is missing or not a finite number.")
    deviation = past.std(axis=0, ddof=1)
    scaled = past / np.where(deviation > 0, deviation, 1.0)
    place = {name: index for index, name in enumerate(names)}
    others = np.array([place[name] for name in pool])
    change = window - past.mean(axis=1)
    found: dict[str, tuple[str, ...]] = {}
    pairs, left, stands_in = [], [], []
    for name in treated:
        distance = ((scaled[others] - scaled[place[name]]) ** 2).sum(axis=1)
        nearest = others[np.argsort(distance, kind="stable")[:neighbours]]
        found[name] = tuple(names[index] for index in nearest)
        pairs.append(change[place[name]] - change[nearest].mean())
        left.append(scaled[place[name]] - scaled[nearest].mean(axis=0))
        stands_in.append(past[place[name]].mean() + change[nearest].mean())
    each = np.array(pairs)
    error = float(each.std(ddof=1)) / len(each) ** 0.5
    if is_rounding(error**2, window):
        raise NoSpreadError("All pairs differ by the same amount, so chance cannot be judged.")
    effect, freedom = float(each.mean()), len(each) - 1
    half = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
    told = described(
        Method.MATCHED,
        effect,
        effect - half,
        effect + half,
        2 * float(stdtr(freedom, -abs(effect) / error)),
        expected=float(np.mean(stands_in)),
        units=(len(treated), len({other for row in found.values() for other in row})),
    )
    return Matched(told, found, float(np.abs(np.mean(left, axis=0)).max()))
