"""Totals of plain measures over windows that overlap, without a row for each window.

Thirteen weeks that end every week hold each event thirteen times. What is added up is added up by
step first. Somebody who is counted once is counted where they did it last in the window: an event
at `step`, with the one `at_least - 1` before it at `since` and the next one at `until`, is the
last one that counts them in the windows that start by `since` and end after `step`, by `until`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import ibis
import pyarrow as pa

from reports.measures.definition import Definition, speaks_of_people
from reports.measures.folds import Column, columns_of, counted, counted_over, steps
from reports.measures.windows import Windows


class Part(NamedTuple):
    """What a column adds up or, with `at_least`, how many known customers have so many of it."""

    column: Column
    is_known: bool
    """Whether what nobody known did is left out."""
    at_least: int = 0


def slid(
    tallied: ibis.Table, measures: Sequence[Definition], windows: Windows, *, by: Sequence[str]
) -> ibis.Table:
    """Return both parts of measures without a cap: `ends_on`, what `by` names, y0, d0, y1, d1, ….

    `by` is "scope" or nothing. `tallied` are the measures' `reports.measures.folds.tallies`.
    """
    parts = [_parts(measure) for measure in measures]
    wanted = dict.fromkeys(part for both in parts for side in both for part in side)
    names = {part: f"part{place}" for place, part in enumerate(wanted)}
    found = _sums(tallied, measures, windows, names, by=by)
    if crowds := [part for part in wanted if part.at_least]:
        people = _crowds(tallied, measures, windows, crowds, names, by=by)
        joined = found.left_join(people, ["ends_on", *by])
        counts = {names[crowd]: joined[names[crowd]].fill_null(0) for crowd in crowds}
        found = joined.select(*found.columns, **counts)
    columns: dict[str, Any] = {}
    for place, both in enumerate(parts):
        for letter, (first, *less) in zip("yd", both, strict=True):
            total = found[names[first]]
            for part in less:
                total -= found[names[part]]
            columns[f"{letter}{place}"] = total
    return found.select("ends_on", *by, **columns)


def _parts(measure: Definition) -> tuple[list[Part], list[Part]]:
    """Return what the numerator and the denominator are made of; a second is taken off."""
    of_people, over_people = speaks_of_people(measure)
    first, less = counted(measure)
    over = counted_over(measure)
    y = (
        [Part(first, is_known=True, at_least=measure.at_least)]
        if measure.fold == "people"
        else [Part(column, of_people) for column in (first, less) if column]
    )
    return y, [Part(over, over_people, int(over_people))]


def _sums(
    tallied: ibis.Table,
    measures: Sequence[Definition],
    windows: Windows,
    names: dict[Part, str],
    *,
    by: Sequence[str],
) -> ibis.Table:
    """Return the sums of each window, of every window with an event."""
    columns = columns_of(measures)
    is_known = tallied.customer_id.notnull()
    sums: dict[str, Any] = {"events": tallied.count()}
    for part, name in names.items():
        if not part.at_least:
            column = tallied[columns[part.column]]
            sums[name] = column.sum(where=is_known if part.is_known else None).fill_null(0)
    stepped = tallied.group_by("step", *by).aggregate(**sums)
    laid = stepped.join(steps(windows), "step")
    return laid.group_by("ends_on", *by).aggregate(**{name: laid[name].sum() for name in sums})


def _crowds(
    tallied: ibis.Table,
    measures: Sequence[Definition],
    windows: Windows,
    crowds: Sequence[Part],
    names: dict[Part, str],
    *,
    by: Sequence[str],
) -> ibis.Table:
    """Return how many people each crowd has in each window, of windows with any of them."""
    columns = columns_of(measures)
    known = tallied.filter(tallied.customer_id.notnull())
    if windows.is_single:
        return _crowds_of_steps(known, columns, windows, crowds, names, by=by)
    lasts = []
    for at_least in sorted({crowd.at_least for crowd in crowds}):
        done = ibis.union(
            *(
                _events(known, known[columns[crowd.column]], at_least).select(
                    "step", *by, "customer_id", crowd=ibis.literal(place, "int32")
                )
                for place, crowd in enumerate(crowds)
                if crowd.at_least == at_least
            )
        )
        lasts.append(_lasts(done, at_least, windows, by=by))
    last = ibis.union(*lasts)
    laid = last.join(_steps_and_starts(windows), "step")
    inside = laid.filter(laid.starts_on <= laid.since, laid.ends_on <= laid.until)
    return inside.group_by("ends_on", *by).aggregate(
        **{
            names[crowd]: inside.people.sum(where=inside.crowd == place)
            for place, crowd in enumerate(crowds)
        }
    )


def _crowds_of_steps(
    known: ibis.Table,
    columns: dict[Column, str],
    windows: Windows,
    crowds: Sequence[Part],
    names: dict[Part, str],
    *,
    by: Sequence[str],
) -> ibis.Table:
    """Return the same where each window is one step: there, a customer has a row for each scope."""
    if not by:
        wanted = dict.fromkeys(columns[crowd.column] for crowd in crowds)
        sums = {name: known[name].sum() for name in wanted}
        known = known.group_by("step", "customer_id").aggregate(**sums)
    laid = known.join(steps(windows), "step")
    return laid.group_by("ends_on", *by).aggregate(
        **{
            names[crowd]: laid.count(where=laid[columns[crowd.column]] >= crowd.at_least)
            for crowd in crowds
        }
    )


def _events(known: ibis.Table, count: Any, at_least: int) -> ibis.Table:
    """Return a row for each of the events of a customer's step, no more than are needed."""
    if at_least == 1:
        return known.filter(count > 0)
    places = ibis.memtable(pa.table({"place": pa.array(range(at_least), pa.int64())}))
    return known.join(places, count > places.place)


def _lasts(done: ibis.Table, at_least: int, windows: Windows, *, by: Sequence[str]) -> ibis.Table:
    """Count the events that are the last one of the same windows: `since`, `step`, `until`."""
    in_turn = ibis.window(group_by=["crowd", *by, "customer_id"], order_by="step")
    far = ibis.literal(windows[-1].ends_on)
    beside = done.mutate(
        since=done.step if at_least == 1 else done.step.lag(at_least - 1).over(in_turn),
        until=done.step.lead().over(in_turn).fill_null(far),
    )
    is_last = beside.filter(beside.since.notnull(), beside.step < beside.until)
    keys = ["crowd", *by, "step", "since", "until"]
    return is_last.group_by(keys).aggregate(people=is_last.count())


def _steps_and_starts(windows: Windows) -> ibis.Table:
    """Return each `step` of each window beside the window's `starts_on` and `ends_on`."""
    starts = {window.ends_on: window.starts_on for window in windows}
    found = windows.steps()
    days = pa.date32()
    columns = {
        "step": pa.array([step for step, _ in found], days),
        "starts_on": pa.array([starts[end] for _, end in found], days),
        "ends_on": pa.array([end for _, end in found], days),
    }
    return ibis.memtable(pa.table(columns))
