"""What somebody buys again and again, and when it is due.

A product is due again only if its owner has shown a rhythm: at least three intervals between days
on which it was bought, and a small spread. The spread is the robust coefficient of variation,
1.4826 · MAD / median (Arachchige, Prendergast and Staudte, 2022, J. Applied Statistics 49:
290-310), which one forgotten month does not upset; no single interval may be further than half
the median away, since the MAD of few intervals can overlook one.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

LEAST_INTERVALS = 3
LARGEST_SPREAD = 0.25
FURTHEST = 0.5
SHORTEST_DAYS = 7
"""A rhythm of less than a week is a habit of coming, not of needing something again."""

SCALED = 1.4826
"""Makes the MAD of normal data their standard deviation (Rousseeuw and Croux, 1993)."""


class Rhythm(NamedTuple):
    """How regularly something was bought: every so many days, so many times, lastly on a day."""

    every_days: int
    times: int
    last_on: date

    @property
    def due_on(self) -> date:
        """The day on which it is due again."""
        return self.last_on + timedelta(days=self.every_days)

    @property
    def gone_on(self) -> date:
        """The day from which it counts as given up: half an interval late."""
        return self.due_on + timedelta(days=self.every_days // 2)

    def is_due(self, today: date) -> bool:
        """Whether it is worth a word today: from a quarter of an interval early until given up."""
        early = min(self.every_days // 4, 28)
        return self.due_on - timedelta(days=early) <= today < self.gone_on


def rhythm(bought_on: Iterable[date]) -> Rhythm | None:
    """Return the rhythm of the days on which a product was bought, None where there is none.

    Several purchases on one day are one.

    >>> rhythm(date(2026, month, 27) for month in (1, 3, 5, 7))
    Rhythm(every_days=61, times=4, last_on=datetime.date(2026, 7, 27))
    """
    days = sorted(set(bought_on))
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    if len(gaps) < LEAST_INTERVALS:
        return None
    middle = median(gaps)
    away = [abs(gap - middle) for gap in gaps]
    regular = SCALED * median(away) <= LARGEST_SPREAD * middle and max(away) <= FURTHEST * middle
    if not regular or middle < SHORTEST_DAYS:
        return None
    return Rhythm(round(middle), len(days), days[-1])
