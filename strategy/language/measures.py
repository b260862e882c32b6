"""What a measure counts over what, as a sentence made from its definition."""

from collections.abc import Sequence
from typing import Protocol

from strategy.language.events import EVENTS
from strategy.language.numbers import Number, number
from strategy.language.words import counted, join_words

VOWELS = "aeiou"
HOURS = 24
RANGE = 3
"""So many neighbours are said as a range."""


class Defined(Protocol):
    """What the sentence is made from; reports.measures.definition says what each means."""

    @property
    def fold(self) -> str: ...
    @property
    def counted(self) -> Sequence[str]: ...
    @property
    def per(self) -> str: ...
    @property
    def per_events(self) -> Sequence[str]: ...
    @property
    def scale(self) -> int: ...
    @property
    def weekly(self) -> bool: ...
    @property
    def better(self) -> str: ...
    @property
    def at_least(self) -> int: ...
    @property
    def cap(self) -> Number | None: ...
    @property
    def contacts(self) -> str: ...
    @property
    def channels(self) -> Sequence[str]: ...
    @property
    def categories(self) -> Sequence[str]: ...
    @property
    def scores(self) -> Sequence[int]: ...
    @property
    def against(self) -> Sequence[int]: ...
    @property
    def answers(self) -> Sequence[int]: ...
    @property
    def window_days(self) -> int | None: ...
    @property
    def shape(self) -> str: ...
    @property
    def days(self) -> int | None: ...


def measure_says(measure: Defined) -> str:
    """Return what is counted over what, of which events, in which window, and what is better."""
    main = _shape(measure) if measure.shape else f"{_numerator(measure)}, {_denominator(measure)}"
    return " ".join([f"{main[0].upper()}{main[1:]}.", *_limits(measure)])


def scores_in_words(scores: Sequence[int]) -> str:
    """Return scores as they are said: three neighbours or more as a range.

    >>> scores_in_words([9, 10]), scores_in_words([0, 1, 2, 3]), scores_in_words([1])
    ('9 or 10', '0 to 3', '1')
    """
    ordered = sorted(scores)
    if len(ordered) >= RANGE and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]} to {ordered[-1]}"
    return join_words([str(score) for score in ordered], "or")


def _shape(measure: Defined) -> str:
    what, one = _several(measure, measure.counted), _one(measure, measure.counted)
    days = measure.days or 0
    before = f"the {number(days)} days before"
    said = {
        "peak": f"the most {what} in any {number(days)} times 24 hours, a mean over the customers "
        "with one",
        "clash": f"customers with {what} of two initiatives within {number(days * HOURS)} hours, "
        f"of the customers with {one}",
        "mistargeted": f"{what} for a category in which the customer has neither bought, viewed "
        f"nor declared an interest in {before}, of those for any category to customers with such "
        "a history; initiatives declared active are exempt",
        "exposure": f"{what} outside the customer’s three most-bought categories of {before} the "
        "window, of those in any category of customers who had bought in one",
        "returning": f"people with {_at_least(measure)} ever, of the people with "
        f"{_one(measure, measure.per_events)} in the window",
        "retention": f"people with {one} in the window, of those with their first in the same "
        f"days {number(days)} days earlier",
        "recency": f"days since the last {_singular(measure, measure.counted)}, a mean over the "
        f"people with {one}",
        "returned": f"{_several(measure, measure.per_events)} with a return within {number(days)} "
        "days, of those that have a number; a return is of the order whose number it names, of the "
        "same customer or the same source; the newest may still come back",
    }
    if measure.shape == "peak" and measure.fold == "people":
        return (
            f"customers with {_at_least(measure)} in any {number(days)} times 24 hours, of the "
            f"customers with {one}"
        )
    return said[measure.shape]


def _numerator(measure: Defined) -> str:
    what = _several(measure, measure.counted)
    if measure.fold == "people":
        return f"people with {_at_least(measure)}"
    if measure.fold == "amount":
        return f"amounts of {what}, discounts taken off, added up"
    if measure.fold in {"orders", "categories"}:
        return f"different {measure.fold} of {what}"
    if measure.against:
        return (
            f"{what} of {scores_in_words(measure.scores)} less those of "
            f"{scores_in_words(measure.against)}"
        )
    return f"{what} of {scores_in_words(measure.scores)}" if measure.scores else what


def _denominator(measure: Defined) -> str:
    over = {
        "customers": "all customers seen in the window",
        "people": f"the people with {_one(measure, measure.per_events)}"
        if measure.per_events
        else "",
        "events": _several(measure, measure.per_events) if measure.per_events else "",
    }[measure.per]
    if measure.answers:
        over += f" of {scores_in_words(measure.answers)}"
    if measure.scale > 1:
        said = f"for every {number(measure.scale)} {over}"
    else:
        said = f"{'of' if measure.fold == 'people' else 'over'} {over}"
    return f"{said} and the weeks of the window" if measure.weekly else said


def _limits(measure: Defined) -> list[str]:
    found = []
    if measure.channels:
        found.append(f"Only by {join_words(list(measure.channels), 'or')}.")
    if measure.categories:
        found.append(f"Only of category {join_words(list(measure.categories), 'or')}.")
    if measure.cap is not None:
        found.append(f"Each customer adds at most {number(measure.cap)}.")
    if measure.window_days:
        found.append(f"Over the {number(measure.window_days)} days up to the window’s end.")
    if measure.per != "events" and measure.shape != "recency":
        found.append("In a test: over all people assigned.")
    found.append(f"{'Fewer' if measure.better == 'fewer' else 'More'} is better.")
    return found


def _at_least(measure: Defined) -> str:
    if measure.at_least == 1:
        return _one(measure, measure.counted)
    words = counted(
        measure.at_least,
        _singular(measure, measure.counted),
        _several(measure, measure.counted, "or"),
    )
    return f"at least {words}"


def _one(measure: Defined, kinds: Sequence[str]) -> str:
    noun = _singular(measure, kinds)
    return f"{'an' if noun[0] in VOWELS else 'a'} {noun}"


def _singular(measure: Defined, kinds: Sequence[str]) -> str:
    return join_words([_name(measure, kind).removesuffix("s") for kind in kinds], "or")


def _several(measure: Defined, kinds: Sequence[str], link: str = "and") -> str:
    return join_words([_name(measure, kind) for kind in kinds], link)


def _name(measure: Defined, kind: str) -> str:
    which = f"{measure.contacts} " if kind == "contact" and measure.contacts != "all" else ""
    return f"{which}{EVENTS.get(kind, kind)}"
