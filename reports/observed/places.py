"""Stores or regions that somebody chose, day by day: every comparison that their days allow."""

from collections.abc import Callable, Collection, Mapping, Sequence
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
    """One place's numerator and denominator of each day, or of each period."""

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
    periods: Mapping[str, Days] | None = None,
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
        periods: by place, parts of the three periods, the first one first, where those of the
            days do not add up to them. Then weeks do not either, and nothing is matched. Of
            what has no days there is no placebo.

    Raises:
        EmptyArmError: a chosen place has nothing in one of the periods, or no other has.

    """
    firsts = [start - 2 * length, start - length, start]
    all_periods = _periods(days, firsts, length) if periods is None else periods
    kept = {
        name: of
        for name, of in all_periods.items()
        if firsts[0] >= 0 and ((of.y != 0) | (of.d != 0)).all()
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
        {name: _value(of.y[at], of.d[at], is_ratio=is_ratio) for name, of in kept.items()}
        for at in range(len(firsts))
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

    def pairs() -> Effect:
        if periods is not None:
            raise EmptyArmError("Its weeks do not add up to its window, so places are not matched.")
        weeks = _weeks({name: days[name] for name in kept}, start - length, is_ratio=is_ratio)
        window = {name: v if is_ratio else v / length * WEEK for name, v in after.items()}
        return matched(weeks, window, treated).effect

    def quiet() -> Placebo:
        if not days:
            raise EmptyArmError("Its days say nothing by themselves, so no earlier time is tried.")
        one, other = (_summed([days[name] for name in names]) for names in (treated, others))
        return _placebo(one, other, start=start, length=length, is_ratio=is_ratio)

    effects = (
        tried(Method.DIFFERENCES, lambda: difference_in_differences(*sides())),
        tried(Method.ANCOVA, lambda: ancova(*sides())),
        tried(Method.MATCHED, pairs),
    )
    return Seen(
        effects=tuple(effect for effect in effects if effect is not None),
        placebo=tried("placebo in time", quiet),
        start=tried("low start", lambda: low_start(*sides())),
        missing=missing,
        treated=len(treated),
        others=len(others),
    )


def _periods(days: Mapping[str, Days], firsts: Sequence[int], length: int) -> Mapping[str, Days]:
    """Return each place's parts of the periods that begin on these days, as its days add up."""
    return {
        name: Days(
            *(np.array([part[first : first + length].sum() for first in firsts]) for part in of)
        )
        for name, of in days.items()
    }


def _value(y: float, d: float, *, is_ratio: bool) -> float:
    """Return a place's value from its parts; NaN without a denominator."""
    if not is_ratio:
        return float(y)
    return float(y / d) if d else float("nan")


def _weeks(
    kept: Mapping[str, Days], until: int, *, is_ratio: bool
) -> Mapping[str, tuple[float, ...]]:
    """Return each place's values of the whole weeks before the day `until`, twelve at most."""
    weeks = min(MOST_WEEKS, until // WEEK)
    if weeks < FEWEST_WEEKS:
        raise EmptyArmError("Too few weeks came before to match places by.")
    firsts = range(until - weeks * WEEK, until, WEEK)
    return {
        name: tuple(_value(y, d, is_ratio=is_ratio) for y, d in zip(of.y, of.d, strict=True))
        for name, of in _periods(kept, firsts, WEEK).items()
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
