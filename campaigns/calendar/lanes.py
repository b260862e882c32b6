"""Where initiatives stand on the calendar: lanes by department, weeks across, clashes on days."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from campaigns.clashes.rules import Clash, Side
from strategy.language.dates import day, span
from strategy.language.words import join_words

WEEK = timedelta(days=7)
WHOLE = 100.0
NAMED = 3
"""Clashes of a bar that are named; the others are counted."""


class Mark(NamedTuple):
    """Days on which an initiative clashes: per cent of its bar from the left, and its width."""

    x: float
    width: float


class Bar(NamedTuple):
    """An initiative across the weeks: `before` empty cells, then `weeks` of its own, then `after`.

    `days` and `clashes` are in words; `clashes` is "" where there are none.
    """

    side: Side
    before: range
    weeks: int
    after: range
    days: str
    clashes: str
    marks: list[Mark]


class Lane(NamedTuple):
    """A department's initiatives, the earliest first."""

    key: str
    name: str
    bars: list[Bar]


class WeekList(NamedTuple):
    """One week as a phone lists it: what runs in it."""

    week_on: date
    words: str
    is_now: bool
    bars: list[Bar]


def lanes(
    sides: Iterable[Side],
    clashes: Sequence[Clash],
    departments: Iterable[tuple[str, str]],
    weeks: Sequence[date],
) -> list[Lane]:
    """Return a lane for each department with an initiative in the weeks, in the given order.

    `weeks` are Mondays, one after the other; what runs beyond them is cut off.
    """
    shown = sorted(
        (side for side in sides if _is_shown(side, weeks)), key=lambda one: (one.starts_on, one.pk)
    )
    return [
        Lane(key, name, bars)
        for key, name in departments
        if (bars := [_bar(one, clashes, weeks) for one in shown if one.department_key == key])
    ]


def week_lists(lanes: Iterable[Lane], weeks: Sequence[date], today: date) -> list[WeekList]:
    """Return the same, week by week."""
    bars = [bar for lane in lanes for bar in lane.bars]
    return [
        WeekList(
            week_on,
            span(week_on, week_on + WEEK),
            week_on <= today < week_on + WEEK,
            [
                bar
                for bar in bars
                if bar.side.starts_on < week_on + WEEK and bar.side.ends_on > week_on
            ],
        )
        for week_on in weeks
    ]


def _is_shown(side: Side, weeks: Sequence[date]) -> bool:
    return side.ends_on > weeks[0] and side.starts_on < weeks[-1] + WEEK


def _bar(side: Side, clashes: Sequence[Clash], weeks: Sequence[date]) -> Bar:
    first = max(0, (side.starts_on - weeks[0]) // WEEK)
    last = min(len(weeks) - 1, (side.ends_on - timedelta(days=1) - weeks[0]) // WEEK)
    own = [one for one in clashes if side.pk in {one.first.pk, one.second.pk}]
    return Bar(
        side=side,
        before=range(first),
        weeks=last - first + 1,
        after=range(len(weeks) - 1 - last),
        days=f"{day(side.starts_on)} to {day(side.ends_on - timedelta(days=1))}",
        clashes=_clashes(side, own),
        marks=[
            _mark(first_on, end_on, weeks[first], weeks[last] + WEEK)
            for first_on, end_on in _runs((one.starts_on, one.ends_on) for one in own)
        ],
    )


def _clashes(side: Side, own: Sequence[Clash]) -> str:
    """Name the clashes of most customers; "" where there are none."""
    if not own:
        return ""
    others = [one.second if one.first.pk == side.pk else one.first for one in own[:NAMED]]
    named = [
        f"{other.name}, {span(one.starts_on, one.ends_on)}"
        for one, other in zip(own, others, strict=False)
    ]
    more = [f"{len(own) - NAMED} more"] if len(own) > NAMED else []
    return f"Clashes with {join_words([*named, *more])}"


def _runs(days: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the days [first, end) as few runs that do not touch, the earliest first."""
    runs: list[tuple[date, date]] = []
    for first, end in sorted(days):
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((first, end))
    return runs


def _mark(first_on: date, end_on: date, starts_on: date, ends_on: date) -> Mark:
    days = (ends_on - starts_on).days
    first, last = max(first_on, starts_on), min(end_on, ends_on)
    return Mark(
        round(WHOLE * (first - starts_on).days / days, 2),
        round(WHOLE * max(1, (last - first).days) / days, 2),
    )
