"""Stores or regions that somebody chose, day by day: every comparison that their days allow."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np

from reports.evidence.sums import EmptyArmError, NotComputableError
from reports.observed.differences import ancova, difference_in_differences
from reports.observed.effect import Effect, Method
from reports.observed.low_start import LowStart, low_start
from reports.observed.matched import matched
from reports.observed.placebo import Placebo, placebo_in_time
from reports.observed.units import Side
from strategy.language.words import join_words

WEEK = 7
MOST_WEEKS = 12
FEWEST_WEEKS = 4


class Days(NamedTuple):
    """One place's numerator and denominator of each day."""

    y: np.ndarray
    d: np.ndarray


class Seen(NamedTuple):
    """What can be said of chosen places; None and `missing` come with the reason.

    Attributes:
        effects: by difference in differences, by the line of the others, by matching.
        missing: why a comparison cannot be made, by its name.
        placebo: the same window at earlier times.
        start: whether the places were chosen at a low.
        treated, others: how many places are compared.

    """

    effects: tuple[Effect, ...]
    missing: Mapping[str, str]
    placebo: Placebo | None
    start: LowStart | None
    treated: int
    others: int


def look(
    days: Mapping[str, Days],
    chosen: Collection[str],
    *,
    start: int,
    length: int,
    is_ratio: bool,
) -> Seen:
    """Compare the chosen places with all others in every way that their days allow.

    The window is days [start, start + length). The days just before it, as many, are those by
    which places may have been chosen; the baseline is the same number of days before those.
    Matching looks at up to twelve weeks before them. A place counts where something happened in
    it in all three.

    Args:
        days: by place, parts of the same days.
        chosen: names of the places that got it.
        start, length: of the window, length 1 at least.
        is_ratio: a period's value is numerator over denominator, else the numerator.

    Raises:
        EmptyArmError: a chosen place has nothing in one of the periods, or no other has.

    """
    firsts = [start - 2 * length, start - length, start]
    kept = {
        name: of
        for name, of in days.items()
        if firsts[0] >= 0 and all(_is_there(of, first, length) for first in firsts)
    }
    treated = [name for name in kept if name in chosen]
    others = [name for name in kept if name not in chosen]
    if gone := sorted(set(chosen) - set(treated)):
        raise EmptyArmError(
            f"Nothing is known of {join_words(gone)} in the window, or in as many days before it, "
            "or in as many before those."
        )
    if not others:
        raise EmptyArmError("There is no other place to compare with.")
    before, just_before, after = (
        {name: _value(of, first, length, is_ratio=is_ratio) for name, of in kept.items()}
        for first in firsts
    )
    missing: dict[str, str] = {}

    def tried[Found](name: str, asked: Callable[[], Found]) -> Found | None:
        try:
            return asked()
        except NotComputableError as reason:
            missing[name] = str(reason)
            return None

    def sides() -> tuple[Side, Side]:
        one, other = (
            Side.of(*([period[name] for name in names] for period in (just_before, after, before)))
            for names in (treated, others)
        )
        return one, other

    effects = (
        tried(Method.DIFFERENCES, lambda: difference_in_differences(*sides())),
        tried(Method.ANCOVA, lambda: ancova(*sides())),
        tried(
            Method.MATCHED,
            lambda: (
                matched(
                    _weeks(kept, start - length, is_ratio=is_ratio),
                    {name: v if is_ratio else v / length * WEEK for name, v in after.items()},
                    treated,
                ).effect
            ),
        ),
    )
    one, other = (_summed([kept[name] for name in names]) for names in (treated, others))
    return Seen(
        effects=tuple(effect for effect in effects if effect is not None),
        placebo=tried(
            "placebo in time",
            lambda: _placebo(one, other, start=start, length=length, is_ratio=is_ratio),
        ),
        start=tried("low start", lambda: low_start(*sides())),
        missing=missing,
        treated=len(treated),
        others=len(others),
    )


def _is_there(of: Days, first: int, length: int) -> bool:
    period = slice(first, first + length)
    return bool(of.d[period].any() or of.y[period].any())


def _value(of: Days, first: int, length: int, *, is_ratio: bool) -> float:
    """Return a place's value over the days [first, first + length); NaN without a denominator."""
    y, d = (float(part[first : first + length].sum()) for part in of)
    if not is_ratio:
        return y
    return y / d if d else float("nan")


def _weeks(
    kept: Mapping[str, Days], until: int, *, is_ratio: bool
) -> Mapping[str, tuple[float, ...]]:
    """Return each place's values of the whole weeks before the day `until`, twelve at most."""
    weeks = min(MOST_WEEKS, until // WEEK)
    if weeks < FEWEST_WEEKS:
        raise EmptyArmError("Too few weeks came before to match places by.")
    firsts = range(until - weeks * WEEK, until, WEEK)
    return {
        name: tuple(_value(of, first, WEEK, is_ratio=is_ratio) for first in firsts)
        for name, of in kept.items()
    }


def _summed(places: Collection[Days]) -> Days:
    return Days(
        np.sum([of.y for of in places], axis=0),
        np.sum([of.d for of in places], axis=0),
    )


def _placebo(one: Days, other: Days, *, start: int, length: int, is_ratio: bool) -> Placebo:
    """Compare totals of both sides by day; days on which neither has anything are no days."""
    is_open = (one.y > 0) | (other.y > 0)
    treated, untreated = (
        np.divide(of.y, of.d, out=np.zeros(len(of.y)), where=of.d > 0)[is_open]
        if is_ratio
        else of.y[is_open]
        for of in (one, other)
    )
    window = int(is_open[start : start + length].sum())
    return placebo_in_time(
        treated,
        untreated,
        start=int(is_open[:start].sum()),
        days=window,
        baseline_days=window,
    )
