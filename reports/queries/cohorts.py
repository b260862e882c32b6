"""Who comes again: the retention triangle, and customers by recency and frequency."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from reports.queries.freshness import SourceRow, lacking_events
from reports.queries.questions import Rows
from strategy.language.dates import MONTHS
from strategy.language.numbers import money, number, percent

COHORTS_SHOWN = 13
FIFTHS = range(5, 0, -1)


class Kept(NamedTuple):
    """A cohort's share that ordered again; `shade` 1 to 5 is for the eye, 0 for none."""

    text: str
    customers: str
    shade: int


class CohortRow(NamedTuple):
    """A cohort: the month of its first order, its customers, and who ordered k months later."""

    name: str
    size: str
    kept: list[Kept]


class Cell(NamedTuple):
    """Customers with one recency (row) and frequency (column)."""

    segment: str
    customers: str
    share: str
    spend: str


class RfmRow(NamedTuple):
    """One recency score, 5 = best, with a cell for each frequency score from 1 to 5."""

    recency: int
    cells: list[Cell | None]


def cohort_rows(rows: Rows) -> list[CohortRow]:
    """Return the newest cohorts, the oldest of them first. No query."""
    by_cohort: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows:
        by_cohort[row["cohort"]][_months(row["cohort"], row["month"])] = row["n"]
    newest = max((row["month"] for row in rows), default="")
    found = []
    for cohort in sorted(by_cohort)[-COHORTS_SHOWN:]:
        counts = by_cohort[cohort]
        size = counts[0]
        later = range(1, _months(cohort, newest) + 1)
        found.append(
            CohortRow(_month(cohort), number(size), [_kept(counts.get(k, 0), size) for k in later])
        )
    return found


def cohorts_answer(rows: Rows) -> str:
    """Return how many of the newest cohort with a month behind it came again. No query."""
    newest = max((row["month"] for row in rows), default="")
    sizes = {row["cohort"]: row["n"] for row in rows if row["cohort"] == row["month"]}
    before = max((cohort for cohort in sizes if cohort < newest), default="")
    if not before:
        return "Not known yet: no cohort has a whole month behind its first."
    back = next((r["n"] for r in rows if r["cohort"] == before and r["month"] == newest), 0)
    months = _months(before, newest)
    later = "the month after" if months == 1 else f"{months} months later"
    return (
        f"Of {number(sizes[before])} customers who first ordered in {_month(before)}, "
        f"{percent(back / sizes[before])} ordered again {later}."
    )


def rfm_rows(rows: Rows, currency: str) -> list[RfmRow]:
    """Return the table of scores, the most recent first. No query."""
    total = sum(row["n"] for row in rows)
    cells = {
        (row["r"], row["f"]): Cell(
            row["segment"],
            number(row["n"]),
            percent(row["n"] / total),
            money(row["amount"] / row["n"], currency, 0),
        )
        for row in rows
    }
    if not cells:
        return []
    return [RfmRow(r, [cells.get((r, f)) for f in reversed(FIFTHS)]) for r in FIFTHS]


def rfm_answer(rows: Rows) -> str:
    """Return how much of the year's spend the best customers make up. No query."""
    total = sum(row["amount"] for row in rows)
    people = sum(row["n"] for row in rows)
    best = [row for row in rows if row["segment"] == "Best"]
    if not total:
        return "Not known yet: no orders with amounts in the last 365 days."
    if not best:
        return "Nobody stands out: no customer is among the best in recency and in frequency."
    return (
        f"The best customers are {percent(sum(row['n'] for row in best) / people)} of those who "
        f"ordered in the last 365 days, and {percent(sum(row['amount'] for row in best) / total)} "
        "of what they spent."
    )


def lacking_orders(until: date, sources: list[SourceRow]) -> str:
    """Return why orders before a day may be missing, "" where none is. No query."""
    return lacking_events(["order"], until, sources)


def first_of_month(today: date) -> date:
    """Return the first day of a day's month: cohorts are counted over the whole months before."""
    return today.replace(day=1)


def _kept(count: int, size: int) -> Kept:
    share = count / size
    return Kept(percent(share), number(count), min(5, 1 + int(share * 10)) if count else 0)


def _months(first: str, later: str) -> int:
    a, b = date.fromisoformat(first), date.fromisoformat(later)
    return (b.year - a.year) * 12 + b.month - a.month


def _month(day: str) -> str:
    on = date.fromisoformat(day)
    return f"{MONTHS[on.month - 1]}\N{NO-BREAK SPACE}{on.year}"
