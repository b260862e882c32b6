"""How far beyond their windows measures look. Plain dates: this loads no engine."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from reports.measures.definition import Definition
from reports.measures.windows import WEEK, Windows


class Reach(NamedTuple):
    """How many days before a window and after it are looked at; `back` None: to the first event."""

    back: int | None = 0
    ahead: int = 0

    def weeks_of(self, windows: Windows) -> list[date] | None:
        """Return the Mondays of all weeks that are looked at; None for every week."""
        if self.back is None:
            return None
        return windows.reaching(back=self.back, ahead=self.ahead).weeks()

    def told_by(self, weeks: Iterable[date], *, until: date) -> set[date]:
        """Return the weeks that say something else once these have changed; all are Mondays.

        A look back without end is told by everything, up to the week that begins on `until`.

        >>> sorted(Reach(ahead=30).told_by([date(2026, 11, 23)], until=date(2026, 11, 23)))[0]
        datetime.date(2026, 10, 19)
        """
        found = {
            week + place * WEEK
            for week in weeks
            for place in range(-_weeks(self.ahead), _weeks(self.back or 0) + 1)
        }
        if self.back is None and found:
            first = min(found)
            found |= {first + place * WEEK for place in range((until - first) // WEEK + 1)}
        return found

    def is_within(self, starts_on: date, *, since: date) -> bool:
        """Say whether a window that begins then looks at nothing from before the day `since`."""
        return self.back is not None and starts_on - timedelta(days=self.back) >= since


def reach_of(measure: Definition) -> Reach:
    """Return how far a measure looks: folds not beyond the window, shapes each as it says."""
    match measure.shape:
        case "peak" | "clash" | "mistargeted" | "exposure":
            return Reach(back=measure.days)
        case "returning" | "retention":
            return Reach(back=None)
        case "returned":
            return Reach(ahead=measure.days)
        case _:
            return Reach()


def _weeks(days: int) -> int:
    return -(-days // WEEK.days)
