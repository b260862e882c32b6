"""A measure's definition, and what its two parts are in SQL.

There are two questions. "What was it in this window, for this scope?" is asked of `tallies`:
one row for each customer (null: nobody known), department, week and event kind, with the number
of events `n` and their `amount`. "What was it for each person in the test?" is asked of one row
a person with the same columns folded. Transactional contacts are in neither.
"""

from typing import NamedTuple

from psycopg import sql


class Definition(NamedTuple):
    """One version of a measure: `scale * numerator / denominator`.

    `fold` is "people", "events" or "amount", over events of the kinds in `counted`. `per` is
    "customers" (all in scope), or "people" or "events" of the kinds in `per_events`. `weekly`
    divides by the weeks of the window.
    """

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
    def kinds(self) -> frozenset[str]:
        """Every event kind that it looks at."""
        return frozenset({*self.counted, *self.per_events})


def numerator(measure: Definition) -> sql.Composable:
    """Return the numerator over grouped `tallies`.

    Measures of people leave out what nobody known did, so that both parts speak of the same
    people.
    """
    counted = _of(measure.counted)
    if measure.fold == "people":
        return sql.SQL("count(DISTINCT customer_id) FILTER (WHERE {})").format(counted)
    if measure.per != "events":
        counted = sql.SQL("{} AND customer_id IS NOT NULL").format(counted)
    column = sql.SQL("n" if measure.fold == "events" else "amount")
    return sql.SQL("coalesce(sum({}) FILTER (WHERE {}), 0)").format(column, counted)


def denominator(measure: Definition) -> sql.Composable:
    """Return the denominator over grouped `tallies`."""
    if measure.per == "customers":
        return sql.SQL("count(DISTINCT customer_id)")
    over = _of(measure.per_events)
    if measure.per == "people":
        return sql.SQL("count(DISTINCT customer_id) FILTER (WHERE {})").format(over)
    return sql.SQL("coalesce(sum(n) FILTER (WHERE {}), 0)").format(over)


def each(measure: Definition) -> sql.Composable:
    """Return one person's numerator over their own grouped tallies."""
    counted = _of(measure.counted)
    if measure.fold == "amount":
        return sql.SQL("coalesce(sum(amount) FILTER (WHERE {}), 0)").format(counted)
    count = sql.SQL("coalesce(sum(n) FILTER (WHERE {}), 0)").format(counted)
    return sql.SQL("({} > 0)::int").format(count) if measure.fold == "people" else count


def each_over(measure: Definition) -> sql.Composable:
    """Return one person's denominator; only for ratios."""
    return sql.SQL("coalesce(sum(n) FILTER (WHERE {}), 0)").format(_of(measure.per_events))


def factor(measure: Definition, days: int) -> float:
    """Return what numerator over denominator is multiplied by, for a window of so many days."""
    return measure.scale * (7 / days if measure.weekly else 1)


def _of(kinds: tuple[str, ...]) -> sql.Composable:
    return sql.SQL("kind IN ({})").format(sql.SQL(", ").join(map(sql.Literal, kinds)))
