"""How close contacts lie: in a rolling window, and from initiative to initiative."""

from typing import Any

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.folds import counted, matches
from reports.measures.reach import reach_of
from reports.measures.scopes import happened, lay_out
from reports.measures.windows import Windows

DAY_SECONDS = 86_400


def peak(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return the most events of each customer in any rolling `days` times 24 hours.

    A rolling window is counted where its last event is; it reaches back before the window asked
    about. Where people are counted, `y0` says whether it was ever `at_least` so many.
    """
    events = _theirs(facts, measure, windows, by)
    rolling = ibis.range_window(
        preceding=measure.days * DAY_SECONDS - 1,
        following=0,
        group_by=["scope", "customer_id"],
        order_by=events.second,
    )
    near = events.mutate(near=events.count().over(rolling))
    people = _grouped(near, windows, top=lambda laid: laid.near.max())
    y = (people.top >= measure.at_least).cast("int32") if measure.fold == "people" else people.top
    return people.select("ends_on", "scope", "customer_id", y0=y, d0=ibis.literal(1))


def clash(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return who got contacts of two initiatives within `days` times 24 hours.

    It is enough to compare neighbours: between two contacts of different initiatives there is a
    pair of neighbours that differ, and they are no further apart. A contact that names no
    initiative clashes with none; a clash is counted where its second contact is.
    """
    events = _theirs(facts, measure, windows, by)
    named = events.mutate(is_named=events.initiative != "")
    ordered = ibis.window(
        group_by=["scope", "customer_id", "is_named"], order_by=["second", "initiative"]
    )
    beside = named.mutate(
        last_initiative=named.initiative.lag().over(ordered),
        last_second=named.second.lag().over(ordered),
    )
    is_clash = (
        beside.is_named
        & (beside.initiative != beside.last_initiative)
        & (beside.second - beside.last_second < measure.days * DAY_SECONDS)
    )
    clashes = beside.mutate(clashes=is_clash.fill_null(False).cast("int32"))
    people = _grouped(clashes, windows, y0=lambda laid: laid.clashes.max())
    return people.mutate(d0=ibis.literal(1))


def _theirs(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return known customers' events that the measure counts, each at a `second`."""
    events = happened(facts, reach_of(measure).weeks_of(windows), by)
    wanted = events.filter(matches(events, counted(measure)[0]), events.customer_id.notnull())
    return wanted.mutate(second=wanted["at"].epoch_seconds())


def _grouped(events: ibis.Table, windows: Windows, **columns: Any) -> ibis.Table:
    laid = lay_out(events, windows)
    return laid.group_by("ends_on", "scope", "customer_id").aggregate(
        **{name: column(laid) for name, column in columns.items()}
    )
