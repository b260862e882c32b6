"""One value per store or region: the units that an initiative was given to, and the others."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from reports.evidence.sums import EmptyArmError, NotFiniteError, Sums

FEWEST = 2
ROUNDING = 1e-12
"""What is left of equal values after adding up and taking away, relative to their size."""


def is_rounding(variance: float, *values: np.ndarray) -> bool:
    """Return whether a variance is no more than rounding leaves of differences of such values."""
    size = max(float(np.abs(one).max()) for one in values)
    return variance <= (ROUNDING * size) ** 2


class Side(NamedTuple):
    """Units that were treated, or units that were not.

    Attributes:
        earlier: total of each unit over a period before `chosen`, which nobody chose by; None
            where there is none.
        chosen: over the period by which the units were chosen, the last one before the start.
        after: over the window, all three of the same length.

    """

    chosen: np.ndarray
    after: np.ndarray
    earlier: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        chosen: Sequence[float],
        after: Sequence[float],
        earlier: Sequence[float] | None = None,
    ) -> Self:
        """Build from one value per unit, in the same order in all periods.

        Raises:
            NotFiniteError: a value is missing, or the periods have different units.
            EmptyArmError: fewer than two units.

        """
        columns = [np.asarray(given, float) for given in (chosen, after, earlier or ())]
        kept = columns if earlier is not None else columns[:2]
        if len({len(column) for column in kept}) > 1:
            raise NotFiniteError("The periods do not hold the same units.")
        if not all(np.isfinite(column).all() for column in kept):
            raise NotFiniteError("A value is missing or not a finite number.")
        if len(kept[0]) < FEWEST:
            raise EmptyArmError("Two units on each side are the least that can be compared.")
        return cls(kept[0], kept[1], kept[2] if earlier is not None else None)

    @property
    def sums(self) -> Sums:
        """The window's sums over units, for a test of units that chance did choose."""
        return Sums.from_arrays(self.after)
