"""Readings: both parts of measures, for the company and for each scope of a cut."""

from collections.abc import Sequence
from functools import partial

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition, money_kinds, speaks_of_people
from reports.measures.folds import tallies
from reports.measures.parts import parts
from reports.measures.scopes import COMPANY, happened, lay_out, of_customers, scoped
from reports.measures.sliding import slid
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
    if measures[0].adds_up:
        people = parts(facts, measures, windows, by, ["scope", "customer_id"])
        asked = partial(_summed, people, measures)
    else:
        asked = partial(_of, facts, measures, windows, by)
    company = asked(by=[]).mutate(is_company=ibis.literal(value=True), scope=ibis.literal(""))
    if by == COMPANY:
        return company
    cut = asked(by=["scope"]).mutate(is_company=ibis.literal(value=False))
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
    laid = lay_out(events, windows)
    known = laid.mutate(is_known=laid.customer_id.notnull())
    keys = ["ends_on", "scope", "is_known", "unpriced_in", "kind"]
    return known.group_by(keys).aggregate(events=known.count())


def _of(
    facts: Facts,
    measures: Sequence[Definition],
    windows: Windows,
    whose: str,
    *,
    by: Sequence[str],
) -> ibis.Table:
    """Return both parts of measures by `ends_on` and `by`: "scope", or nothing for the company.

    The company's plain parts are counted from what its scopes share.
    """
    first = measures[0]
    if first.is_plain and first.cap is None:
        tallied = tallies(happened(facts, windows.weeks(), whose), measures, windows.step)
        return slid(tallied, measures, windows, by=by)
    theirs = whose if by or first.is_plain else COMPANY
    people = parts(facts, measures, windows, theirs, [*by, "customer_id"])
    return _summed(people, measures, by=by)


def _summed(people: ibis.Table, measures: Sequence[Definition], *, by: Sequence[str]) -> ibis.Table:
    is_known = people.customer_id.notnull()
    sums = {}
    for place, measure in enumerate(measures):
        for part, known in zip(("y", "d"), speaks_of_people(measure), strict=True):
            column = people[f"{part}{place}"]
            total = column.sum(where=is_known) if known else column.sum()
            sums[f"{part}{place}"] = total.fill_null(0)
    return people.group_by("ends_on", *by).aggregate(**sums)
