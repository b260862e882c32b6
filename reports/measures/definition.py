"""A measure's definition, and what its two parts are in SQL.

Each person (and nobody, for events without one) brings a numerator and a denominator of their own
from their `tallies`: rows with a count of events of each kind, and the sums of their amounts.
A reading adds both up over everybody in scope; a test compares people. Transactional contacts
are in neither.
"""

from collections.abc import Iterable
from typing import NamedTuple

from psycopg import sql

from reports.facts.money import converted


class Definition(NamedTuple):
    """One version of a measure: `scale * numerator / denominator`.

    `fold` is "people", "events" or "amount", over events of the kinds in `counted`. `per` is
    "customers" (all in scope), or "people" or "events" of the kinds in `per_events`. `weekly`
    divides by the weeks of the window.
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

    @property
    def is_ratio(self) -> bool:
        """True where a person in a test brings a denominator of their own, as with orders.

        A measure per customer or per person is a plain mean in a test: there the people are those
        assigned, whether they came or not, since the treatment may change who comes.
        """
        return self.per == "events"

    @property
    def is_money(self) -> bool:
        """True where amounts are added up."""
        return self.fold == "amount"

    @property
    def is_price(self) -> bool:
        """True for amounts per event; events whose amount is not added up are not counted."""
        return self.is_money and self.per == "events"

    @property
    def kinds(self) -> frozenset[str]:
        """Every event kind that it looks at."""
        return frozenset({*self.counted, *self.per_events})


def tally(measures: Iterable[Definition], currency: str) -> sql.Composable:
    """Return the columns that a row of `tallies` has, over events `e` grouped by person.

    Amounts are in `currency`; those without a rate (`reports.facts.money`) are left out.
    """
    amount = converted(currency)
    wanted = list(measures)
    counts = [
        sql.SQL("(count(*) FILTER (WHERE e.kind = {}))::int AS {}").format(kind, count_of(kind))
        for kind in sorted({kind for measure in wanted for kind in measure.kinds})
    ]
    amounts = [
        sql.SQL("coalesce(sum({}) FILTER (WHERE e.kind = {}), 0) AS {}").format(
            amount, kind, _amount(kind)
        )
        for kind in money_kinds(wanted)
    ]
    priced = [
        sql.SQL("count({}) FILTER (WHERE e.kind = {}) AS {}").format(amount, kind, _priced(kind))
        for kind in sorted({k for one in wanted if one.is_price for k in one.per_events})
    ]
    return sql.SQL(", ").join([*counts, *amounts, *priced])


def money_kinds(measures: Iterable[Definition]) -> list[str]:
    """Return the kinds of event whose amounts the measures add up."""
    return sorted({kind for one in measures if one.is_money for kind in one.counted})


def each(measure: Definition) -> sql.Composable:
    """Return one person's numerator over their own tallies; 0 or 1 where people are counted."""
    columns = map(_amount if measure.is_money else count_of, measure.counted)
    total = sql.SQL("coalesce(sum({}), 0)").format(sql.SQL(" + ").join(columns))
    return sql.SQL("({} > 0)::int").format(total) if measure.fold == "people" else total


def each_over(measure: Definition) -> sql.Composable:
    """Return one person's denominator over their own tallies: 1 where customers are counted."""
    if measure.per == "customers":
        return sql.SQL("1")
    columns = map(_priced if measure.is_price else count_of, measure.per_events)
    total = sql.SQL("coalesce(sum({}), 0)").format(sql.SQL(" + ").join(columns))
    return sql.SQL("({} > 0)::int").format(total) if measure.per == "people" else total


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


def count_of(kind: str) -> sql.Identifier:
    """Return the column of `tallies` that counts the events of a kind."""
    return sql.Identifier(f"{kind}_count")


def _priced(kind: str) -> sql.Identifier:
    return sql.Identifier(f"{kind}_priced_count")


def _amount(kind: str) -> sql.Identifier:
    return sql.Identifier(f"{kind}_amount")
