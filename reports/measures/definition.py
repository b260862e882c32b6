"""A measure's definition, and what its two parts are in SQL.

Each person (and nobody, for events without one) brings a numerator and a denominator of their own
from their `tallies`: rows with a count of events of each kind, and the sums of their amounts.
A reading adds both up over everybody in scope; a test compares people. Transactional contacts
are in neither.
"""

from collections.abc import Iterable
from typing import NamedTuple

from psycopg import sql


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
    def is_price(self) -> bool:
        """True for amounts per event; events whose amount is not added up are not counted."""
        return self.fold == "amount" and self.per == "events"

    @property
    def kinds(self) -> frozenset[str]:
        """Every event kind that it looks at."""
        return frozenset({*self.counted, *self.per_events})


def tally(measures: Iterable[Definition], currency: str) -> sql.Composable:
    """Return the columns that a row of `tallies` has, over events `e` grouped by person.

    Amounts in another currency than the company's are left out: nothing is converted here.
    """
    wanted = list(measures)
    counts = [
        sql.SQL("(count(*) FILTER (WHERE e.kind = {}))::int AS {}").format(kind, _count(kind))
        for kind in sorted({kind for measure in wanted for kind in measure.kinds})
    ]
    amounts = [
        sql.SQL(
            "coalesce(sum(e.amount) FILTER (WHERE e.kind = {} AND e.currency IN ('', {})), 0) AS {}"
        ).format(kind, currency, _amount(kind))
        for kind in sorted({k for one in wanted if one.fold == "amount" for k in one.counted})
    ]
    priced = [
        sql.SQL(
            "count(e.amount) FILTER (WHERE e.kind = {} AND e.currency IN ('', {})) AS {}"
        ).format(kind, currency, _priced(kind))
        for kind in sorted({k for one in wanted if one.is_price for k in one.per_events})
    ]
    return sql.SQL(", ").join([*counts, *amounts, *priced])


def each(measure: Definition) -> sql.Composable:
    """Return one person's numerator over their own tallies; 0 or 1 where people are counted."""
    columns = map(_amount if measure.fold == "amount" else _count, measure.counted)
    total = sql.SQL("coalesce(sum({}), 0)").format(sql.SQL(" + ").join(columns))
    return sql.SQL("({} > 0)::int").format(total) if measure.fold == "people" else total


def each_over(measure: Definition) -> sql.Composable:
    """Return one person's denominator over their own tallies: 1 where customers are counted."""
    if measure.per == "customers":
        return sql.SQL("1")
    columns = map(_priced if measure.is_price else _count, measure.per_events)
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


def _count(kind: str) -> sql.Identifier:
    return sql.Identifier(f"{kind}_count")


def _priced(kind: str) -> sql.Identifier:
    return sql.Identifier(f"{kind}_priced_count")


def _amount(kind: str) -> sql.Identifier:
    return sql.Identifier(f"{kind}_amount")
