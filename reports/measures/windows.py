"""The windows that measures are counted over. Plain dates: this loads no engine."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Self

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Window(NamedTuple):
    """The days [starts_on, ends_on)."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_on - self.starts_on).days


class Windows(tuple[Window, ...]):
    """Windows that are asked about together; no two of them end on the same day."""

    __slots__ = ()

    @classmethod
    def ending(cls, ends: Iterable[date], *, days: int) -> Self:
        """Return the windows of so many days that end on these days.

        >>> Windows.ending([date(2026, 11, 23)], days=7)[0].starts_on
        datetime.date(2026, 11, 16)
        """
        return cls(Window(end - timedelta(days=days), end) for end in sorted(set(ends)))

    @property
    def step(self) -> str:
        """The column of events that they are made of: "week", or "day" where a week is cut."""
        whole = all(day.weekday() == 0 for window in self for day in window)
        return "week" if whole else "day"

    @property
    def is_single(self) -> bool:
        """Whether each of them is one step."""
        step = 7 if self.step == "week" else 1
        return all(window.days == step for window in self)

    def steps(self) -> list[tuple[date, date]]:
        """Return each step of each window beside the window's end.

        >>> Windows.ending([date(2026, 11, 23)], days=14).steps()[1]
        (datetime.date(2026, 11, 16), datetime.date(2026, 11, 23))
        """
        return self.steps_of(self.step)

    def steps_of(self, step: str) -> list[tuple[date, date]]:
        """Return the same by "week" or "day"; of a week that is cut, the whole of it."""
        length = WEEK if step == "week" else DAY
        return [
            (window.starts_on + place * length, window.ends_on)
            for window in self
            for place in range((window.ends_on - window.starts_on) // length)
        ]

    def weeks(self) -> list[date]:
        """Return the Mondays of all weeks that they touch."""
        return weeks_of(self)

    def in_turn(self, count: int) -> "list[Windows]":
        """Return them so many at a time."""
        return [Windows(self[first : first + count]) for first in range(0, len(self), count)]

    def lasting(self, days: int | None) -> "Windows":
        """Return windows with the same ends that last so many days; None leaves them."""
        return self if days is None else Windows.ending((w.ends_on for w in self), days=days)

    def reaching(self, *, back: int, ahead: int) -> "Windows":
        """Return them with so many days before and after each."""
        before, after = timedelta(days=back), timedelta(days=ahead)
        return Windows(Window(w.starts_on - before, w.ends_on + after) for w in self)


def weeks_of(windows: Iterable[Window]) -> list[date]:
    """Return the Mondays of all weeks that windows touch."""
    found = set()
    for starts_on, ends_on in windows:
        week = starts_on - timedelta(days=starts_on.weekday())
        while week < ends_on:
            found.add(week)
            week += WEEK
    return sorted(found)
