"""Readings: both parts of measures, for the company and for each scope of a cut."""

from collections.abc import Sequence

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition, money_kinds, speaks_of_people
from reports.measures.folds import steps
from reports.measures.parts import parts
from reports.measures.scopes import COMPANY, of_customers, scoped
from reports.measures.windows import Windows


def totals(
    facts: Facts, measures: Sequence[Definition], windows: Windows, *, by: str = "department"
) -> ibis.Table:
    """Return the numerator and denominator of measures that are asked `together`.

    A row has the window's `ends_on`, `is_company`, `scope` (see `scoped`; "" for the company),
    and for the measure at each place `y0`, `d0`, `y1`, `d1`, …. A scope without an event in a
    window has no row there. A measure with a window of its own is counted over that one.
    """
    windows = windows.lasting(measures[0].window_days)
    whole = _summed(
        parts(facts, measures, windows, by, ["customer_id"])
        if measures[0].is_plain
        else parts(facts, measures, windows, COMPANY, ["customer_id"]),
        measures,
        by=[],
    )
    company = whole.mutate(is_company=ibis.literal(value=True), scope=ibis.literal(""))
    if by == COMPANY:
        return company
    people = parts(facts, measures, windows, by, ["scope", "customer_id"])
    cut = _summed(people, measures, by=["scope"]).mutate(is_company=ibis.literal(value=False))
    return ibis.union(company, cut.select(company.columns))


def unpriced(
    facts: Facts, measures: Sequence[Definition], windows: Windows, *, by: str = "department"
) -> ibis.Table:
    """Count the events without a rate whose amounts the measures would add up.

    A row has `ends_on`, `scope`, `is_known` (whether somebody's), `unpriced_in` (a currency),
    `kind` and `events`; the company's are the sum of its scopes'.
    """
    wanted = facts.events.filter(
        facts.events.unpriced_in != "",
        facts.events.kind.isin(money_kinds(measures)),
        facts.events.week.isin(windows.weeks()),
    )
    events = scoped(facts, of_customers(facts, wanted), by)
    laid = events.mutate(step=events[windows.step]).join(steps(windows), "step")
    known = laid.mutate(is_known=laid.customer_id.notnull())
    keys = ["ends_on", "scope", "is_known", "unpriced_in", "kind"]
    return known.group_by(keys).aggregate(events=known.count())


def _summed(people: ibis.Table, measures: Sequence[Definition], *, by: Sequence[str]) -> ibis.Table:
    is_known = people.customer_id.notnull()
    sums = {}
    for place, measure in enumerate(measures):
        for part, known in zip(("y", "d"), speaks_of_people(measure), strict=True):
            column = people[f"{part}{place}"]
            total = column.sum(where=is_known) if known else column.sum()
            sums[f"{part}{place}"] = total.fill_null(0)
    return people.group_by("ends_on", *by).aggregate(**sums)
