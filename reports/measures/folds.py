"""What each customer brings to plain measures: events counted and amounts added up."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import ibis
import pyarrow as pa

from reports.measures.definition import Definition
from reports.measures.windows import Windows


class Column(NamedTuple):
    """A sum over events that measures share: `what` is "count", "amount" or "priced".

    "priced" counts the events whose amount is known in the company's currency. No kinds: all.
    Which contacts are meant is "all" where the kinds are others: engines then need not look.
    """

    what: str
    kinds: tuple[str, ...]
    contacts: str
    channels: tuple[str, ...]
    categories: tuple[str, ...]
    scores: tuple[int, ...]


def counted(measure: Definition) -> tuple[Column, Column | None]:
    """Return what the numerator adds up, and what is taken off it, if anything."""
    what = "amount" if measure.is_money else "count"
    first = _column(measure, what, measure.counted, measure.scores or measure.answers)
    return first, first._replace(scores=measure.against) if measure.against else None


def counted_over(measure: Definition) -> Column:
    """Return what the denominator adds up; for customers, all of their events."""
    what = "priced" if measure.is_price else "count"
    return _column(measure, what, measure.per_events, measure.answers)


def _column(
    measure: Definition, what: str, kinds: tuple[str, ...], scores: tuple[int, ...]
) -> Column:
    contacts = measure.contacts if not kinds or "contact" in kinds else "all"
    return Column(what, tuple(sorted(kinds)), contacts, measure.channels,
                  measure.categories, scores)  # fmt: skip


def matches(events: ibis.Table, column: Column) -> Any:
    """Return the condition that an event is one of those that a column adds up."""
    rules = [_contacts(events, column.contacts)]
    if column.kinds:
        rules.append(events.kind.isin(column.kinds))
    if column.channels:
        rules.append(events.channel.isin(column.channels))
    if column.categories:
        rules.append(events.category.isin(column.categories))
    if column.scores:
        rules.append(events.score.isin([float(score) for score in column.scores]))
    return ibis.and_(*rules)


def _contacts(events: ibis.Table, which: str) -> Any:
    if which == "all":
        return ibis.literal(True)
    is_service = events.transactional
    return (events.kind != "contact") | (is_service if which == "transactional" else ~is_service)


def tallies(events: ibis.Table, measures: Sequence[Definition], step: str) -> ibis.Table:
    """Return the columns that measures add up, by step, scope and customer.

    Events of kinds that no column adds up are not looked at, unless one adds up all kinds.
    """
    columns = columns_of(measures)
    if all(column.kinds for column in columns):
        kinds = {kind for column in columns for kind in column.kinds}
        events = events.filter(events.kind.isin(sorted(kinds)))
    sums = {}
    for column, name in columns.items():
        where = matches(events, column)
        if column.what == "amount":
            sums[name] = events.amount.sum(where=where).fill_null(0.0)
        elif column.what == "priced":
            sums[name] = events.amount.count(where=where)
        else:
            sums[name] = events.count(where=where)
    return events.group_by(events[step].name("step"), "scope", "customer_id").aggregate(**sums)


def folded(
    tallied: ibis.Table, measures: Sequence[Definition], windows: Windows, *, by: Sequence[str]
) -> ibis.Table:
    """Return each person's parts in each window: `ends_on`, what `by` names, y0, d0, y1, d1, ….

    `by` is "customer_id", with or without "scope". Windows are added up by scope first, for the
    company's are the sums of those.
    """
    of = columns_of(measures)
    sums = {name: lambda table, name=name: table[name].sum() for name in of.values()}
    if windows.is_single:
        length = ibis.interval(days=windows[0].days)
        asked = tallied.filter(tallied.step.isin([window.starts_on for window in windows]))
        laid = asked.mutate(ends_on=(asked.step + length).cast("date"))
    else:
        stepped = tallied.join(steps(windows), "step")
        laid = stepped.group_by("ends_on", "scope", "customer_id").aggregate(**sums)
    keys = ["ends_on", *by]
    if "scope" not in by:
        laid = laid.group_by(keys).aggregate(**sums)
    columns: dict[str, Any] = {}
    for place, measure in enumerate(measures):
        columns[f"y{place}"] = _each(measure, laid, of)
        columns[f"d{place}"] = _each_over(measure, laid, of)
    return laid.select(*keys, **columns)


def steps(windows: Windows) -> ibis.Table:
    """Return each `step` of each window beside the window's `ends_on`."""
    return pairs(windows.steps())


def pairs(found: Sequence[tuple[date, date]]) -> ibis.Table:
    """Return steps beside the ends of the windows that they belong to."""
    days = pa.date32()
    columns = {
        "step": pa.array([step for step, _ in found], days),
        "ends_on": pa.array([end for _, end in found], days),
    }
    return ibis.memtable(pa.table(columns))


def columns_of(measures: Sequence[Definition]) -> dict[Column, str]:
    """Return the name of each different column that measures need."""
    wanted = dict.fromkeys(
        column
        for measure in measures
        for column in (*counted(measure), counted_over(measure))
        if column is not None
    )
    return {column: f"c{place}" for place, column in enumerate(wanted)}


def _each(measure: Definition, laid: ibis.Table, of: dict[Column, str]) -> Any:
    """Return one person's numerator; 0 or 1 where people are counted.

    A cap is one customer's: what nobody known did is of many.
    """
    first, less = counted(measure)
    total = laid[of[first]]
    if measure.fold == "people":
        return (total >= measure.at_least).cast("int32")
    if less:
        total -= laid[of[less]]
    if measure.cap is None:
        return total
    return laid.customer_id.isnull().ifelse(total, ibis.least(total, measure.cap))


def _each_over(measure: Definition, laid: ibis.Table, of: dict[Column, str]) -> Any:
    """Return one person's denominator; 0 or 1 where people or customers are counted."""
    total = laid[of[counted_over(measure)]]
    return total if measure.per == "events" else (total > 0).cast("int32")
