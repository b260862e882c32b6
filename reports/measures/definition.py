"""A measure's definition: what is counted, over what, and how its parts become a value.

Each person (and nobody, for events without one) brings a numerator `y` and a denominator `d` of
their own. A reading adds both up over everybody in scope; a test compares people.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

DISTINCT = {"orders", "categories"}
"""Folds that count different things, so that weeks do not add up to a quarter."""

ADDED_UP = {"exposure", "mistargeted", "returned"}
"""Shapes that count events, each beside all that its customer did, whatever scope it is in."""


class Definition(NamedTuple):
    """One version of a measure: `scale * numerator / denominator`.

    Attributes:
        fold: "people", "events", "amount", or how many different "orders" or "categories", over
            events of the kinds in `counted`.
        per: "customers" (all in scope), or "people" or "events" of the kinds in `per_events`.
        weekly: whether it is divided by the weeks of the window.
        at_least: of how many events somebody is counted as one of the people.
        cap: the most that one customer adds to the numerator, None for no limit.
        contacts: which contacts are meant: "marketing", "transactional" or "all".
        channels, categories: the only ones looked at, in both parts; empty for all.
        scores: the answers counted; empty for any.
        against: the answers taken off.
        answers: all answers on the scale; any other is left out of both parts.
        window_days: the window's own length, whatever window is asked about; None: that one.
        shape: the name of a question that is no fold (`reports.measures.shapes`), or "".
        days: how far a shape looks, times 24 hours; 0 where it has no such number.

    """

    measure_id: int
    key: str
    name: str
    fold: str
    counted: tuple[str, ...]
    per: str
    per_events: tuple[str, ...]
    scale: int
    weekly: bool
    unit: str
    better: str
    at_least: int = 1
    cap: float | None = None
    contacts: str = "marketing"
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    scores: tuple[int, ...] = ()
    against: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    window_days: int | None = None
    shape: str = ""
    days: int = 0

    @property
    def is_ratio(self) -> bool:
        """True where a person in a test brings a denominator of their own, as with orders.

        A measure per customer or per person is a plain mean in a test: there the people are those
        assigned, whether they came or not, since the treatment may change who comes. Days since
        something are of those only who did it.
        """
        return self.per == "events" or self.shape == "recency"

    @property
    def is_money(self) -> bool:
        """True where amounts are added up."""
        return self.fold == "amount"

    @property
    def is_price(self) -> bool:
        """True for amounts per event; events whose amount is not added up are not counted."""
        return self.is_money and self.per == "events"

    @property
    def is_plain(self) -> bool:
        """True where days add up to weeks, so that it is counted together with others."""
        return not self.shape and self.fold not in DISTINCT

    @property
    def days_add_up(self) -> bool:
        """True where a window comes to what its days do: nobody counts once, or up to a cap."""
        return self.is_plain and self.cap is None and "people" not in {self.fold, self.per}

    @property
    def adds_up(self) -> bool:
        """True for a shape whose scopes add up to the company: one pass answers both."""
        return self.shape in ADDED_UP

    @property
    def recalls(self) -> bool:
        """True for a shape that lays out every customer's past anew for each window."""
        return self.shape == "exposure"

    @property
    def kinds(self) -> frozenset[str]:
        """Every event kind that it looks at."""
        return frozenset({*self.counted, *self.per_events})

    @property
    def uncapped(self) -> "Definition":
        """The same without a limit on what one customer adds."""
        return self._replace(cap=None)


def together(measures: Sequence[Definition]) -> list[list[Definition]]:
    """Return the measures in groups that one pass over the events answers.

    Plain ones over the same window share a pass, those with a cap one of their own; each other is
    asked alone.
    """
    shared: dict[tuple[int | None, bool], list[Definition]] = {}
    for measure in measures:
        if measure.is_plain:
            alike = measure.window_days, measure.cap is None
            shared.setdefault(alike, []).append(measure)
    return [*shared.values(), *([one] for one in measures if not one.is_plain)]


def speaks_of_people(measure: Definition) -> tuple[bool, bool]:
    """Return whether the numerator and the denominator leave out what nobody known did.

    Measures of people do, in both parts, so that both speak of the same people. Measures of
    events count what anybody did, but people are always known people.
    """
    of_people = measure.per != "events"
    return of_people or measure.fold == "people", of_people


def factor(measure: Definition, days: int) -> float:
    """Return what numerator over denominator is multiplied by, for a window of so many days."""
    return measure.scale * (7 / days if measure.weekly else 1)


def money_kinds(measures: Iterable[Definition]) -> list[str]:
    """Return the kinds of event whose amounts the measures add up."""
    return sorted({kind for one in measures if one.is_money for kind in one.counted})
