"""Whose events they are: events with their customer and the scope that they count for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.folds import steps
from reports.measures.windows import Windows

COMPANY = "company"
OF_EVENTS = ("channel", "store", "initiative")
"""Cuts that an event itself says."""
OF_PEOPLE = "people"
"""The cut that `reports.measures.cuts` has put beside each record."""


def of_customers(facts: Facts, events: ibis.Table | None = None) -> ibis.Table:
    """Return the events with the `customer_id` of their record; null for nobody."""
    chosen = facts.events if events is None else events
    return chosen.left_join(facts.people, "record_id").drop("record_id_right")


def events_of(facts: Facts, people: ibis.Table, measures: Sequence[Definition]) -> ibis.Table:
    """Return the events of some `people` that measures look at.

    Of orders that came back, returns of nobody and of others stay as well, for an order may be
    theirs all the same: see `reports.measures.shapes.loyalty.returned`.
    """
    if all(one.shape != "returned" for one in measures):
        return facts.events.semi_join(people, "record_id")
    is_theirs = facts.events.record_id.isin(people.record_id)
    return facts.events.filter(is_theirs | (facts.events.kind == "return"))


def scoped(facts: Facts, events: ibis.Table, by: str) -> ibis.Table:
    """Return events with the `scope` that they count for, as text.

    By "department" it is the id of the department of the initiative that an event names, else of
    that of its source; by "channel", "store" or "initiative" what the event says, "" where it says
    nothing. A "company" has the one scope "", and "people" theirs (`reports.measures.cuts`), which
    is "" for nobody.
    """
    if by == OF_PEOPLE:
        return events.mutate(scope=events.scope.fill_null(""))
    if by == COMPANY:
        return events.mutate(scope=ibis.literal(""))
    if by in OF_EVENTS:
        return events.mutate(scope=events[by])
    owners = facts.initiatives.select(initiative="key", owner_id="department_id")
    named = events.left_join(owners, "initiative")
    sent = named.left_join(facts.sources.select("source_id", sender_id="department_id"),
                           "source_id")  # fmt: skip
    scope: Any = ibis.coalesce(sent.owner_id, sent.sender_id).cast("string")
    return sent.select(*events.columns, scope=scope)


def happened(facts: Facts, weeks: Sequence[date] | None, by: str) -> ibis.Table:
    """Return the events of some weeks, of all for None, with `customer_id` and `scope`."""
    events = facts.events
    chosen = events if weeks is None else events.filter(events.week.isin(weeks))
    return scoped(facts, of_customers(facts, chosen), by)


def in_windows(facts: Facts, windows: Windows, by: str) -> ibis.Table:
    """Return the events of known customers once for each window that they are in."""
    events = happened(facts, windows.weeks(), by)
    return lay_out(events.filter(events.customer_id.notnull()), windows)


def lay_out(events: ibis.Table, windows: Windows) -> ibis.Table:
    """Return events once for each window that they are in, with its `ends_on`."""
    return events.mutate(step=events[windows.step]).join(steps(windows), "step")
