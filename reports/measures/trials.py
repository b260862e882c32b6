"""Tests: each arm's sums of measures, over the customers that were assigned."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from reports.facts.schema import Facts
from reports.measures.definition import Definition, money_kinds
from reports.measures.parts import parts
from reports.measures.scopes import COMPANY, of_customers
from reports.measures.windows import Window, Windows

ONE_DAY = timedelta(days=1)


def trials(
    facts: Facts,
    measures: Sequence[Definition],
    *,
    initiative_id: int,
    starts_on: date,
    ends: Sequence[date],
    brought: Collection[str] = (),
    zone: ZoneInfo,
) -> ibis.Table:
    """Return each arm's sums of measures that are asked `together`, over [starts_on, end).

    A row has the look's `ends_on`, the `arm`, `n` customers, and for the measure at each place
    what `reports.evidence.sums.Sums` holds: `y0` and `d0` (totals), `yy0`, `dd0` and `yd0` (sums
    of squares and products about the mean), and `missing0`, how many have no value.

    The unit is the customer; one whose records were put into both arms, or who was assigned after
    the last end, is left out. Outcomes of the measures `brought` come with the assignments, never
    from events: the records of one customer are added up, and where people are counted it is one
    that did it. Of other measures, who has no event has 0. A measure's own window is not looked
    at: in a test it is the test's.
    """
    windows = Windows(Window(starts_on, end) for end in sorted(set(ends)))
    assigned = customers_of(
        facts, initiative_id=initiative_id, starts_on=starts_on, last=windows[-1].ends_on,
        outcomes=[one for one in measures if one.key in brought], zone=zone,
    )  # fmt: skip
    theirs = parts(_only(facts, assigned), measures, windows, COMPANY, ["customer_id"])
    looks = assigned.cross_join(_looks(windows))
    joined = looks.left_join(theirs, ["customer_id", "ends_on"])
    rows = joined.select(
        "arm", "ends_on", **_values(joined, measures, brought)
    )  # fmt: skip
    sums: dict[str, Any] = {"n": rows.count()}
    for place in range(len(measures)):
        sums |= _powers(rows, place)
    return rows.group_by("ends_on", "arm").aggregate(**sums)


def unpriced_in_trial(
    facts: Facts,
    measures: Sequence[Definition],
    *,
    initiative_id: int,
    starts_on: date,
    ends_on: date,
    zone: ZoneInfo,
) -> ibis.Table:
    """Count a test's events whose amounts the measures add up, over [starts_on, ends_on).

    A row has the `arm`, `unpriced_in` (the currency without a rate; "" for all others), `kind` and
    `events`.
    """
    assigned = customers_of(
        facts, initiative_id=initiative_id, starts_on=starts_on, last=ends_on, outcomes=[],
        zone=zone,
    )  # fmt: skip
    wanted = facts.events.filter(
        facts.events.kind.isin(money_kinds(measures)),
        facts.events.day >= starts_on,
        facts.events.day < ends_on,
        facts.events.week.isin(Windows([Window(starts_on, ends_on)]).weeks()),
    )
    events = of_customers(facts, wanted.drop("arm")).join(assigned, "customer_id")
    return events.group_by("arm", "unpriced_in", "kind").aggregate(events=events.count())


def early_and_late(
    facts: Facts,
    measure: Definition,
    *,
    initiative_id: int,
    early: Window,
    late: Window,
    zone: ZoneInfo,
) -> ibis.Table:
    """Return each arm's sums of what customers did in one window beside another one.

    A row has the `arm` and the columns of `trials` for one measure: `y0` is of the late window,
    `d0` of the early one. Who was assigned after the early window is left out.
    """
    assigned = customers_of(
        facts, initiative_id=initiative_id, starts_on=early.starts_on, last=early.ends_on,
        outcomes=[], zone=zone,
    )  # fmt: skip
    windows = Windows((early, late))
    theirs = parts(_only(facts, assigned), [measure], windows, COMPANY, ["customer_id"])
    sooner, later = (
        theirs.filter(theirs.ends_on == window.ends_on).select("customer_id", **{part: "y0"})
        for window, part in ((early, "d"), (late, "y"))
    )
    joined = assigned.left_join(later, "customer_id").drop("customer_id_right")
    both = joined.left_join(sooner, "customer_id")
    rows = both.select("arm", **{
        f"{part}0": both[part].fill_null(0).cast("float64") for part in ("y", "d")
    })  # fmt: skip
    return rows.group_by("arm").aggregate(n=rows.count(), **_powers(rows, 0))


def customers_of(
    facts: Facts,
    *,
    initiative_id: int,
    starts_on: date,
    last: date,
    outcomes: Sequence[Definition],
    zone: ZoneInfo,
) -> ibis.Table:
    """Return who counts in a test: `customer_id`, `arm`, and what `outcomes` brought by key."""
    rows = facts.assignments.filter(facts.assignments.initiative_id == initiative_id)
    known = rows.join(facts.people, "record_id")
    brought = {}
    for measure in outcomes:
        value = _number(known.outcomes, measure.key)
        brought[f"brought_{measure.key}"] = value.max() if measure.fold == "people" else value.sum()
    found = known.group_by("customer_id").aggregate(
        arm=known.arm.min(), other_arm=known.arm.max(), first_at=known["at"].min(), **brought
    )
    moment = datetime.combine(max(last, starts_on + ONE_DAY), time(), zone).astimezone(UTC)
    type_ = facts.assignments["at"].type()
    before = ibis.literal(moment if type_.timezone else moment.replace(tzinfo=None), type_)
    counts = found.filter(found.arm == found.other_arm, found.first_at < before)
    return counts.select("customer_id", "arm", *brought)


def _number(objects: Any, key: str) -> Any:
    """Return a number out of JSON objects; null where it is not there.

    Engines differ in what they take out of JSON, and agree on patterns.
    """
    pattern = rf'"{re.escape(key)}": ?(-?[0-9][0-9.eE+-]*)'
    return objects.re_extract(pattern, 1).nullif("").cast("float64")


def _only(facts: Facts, customers: ibis.Table) -> Facts:
    """Return the facts of these customers, whatever was not theirs left out."""
    people = facts.people.semi_join(customers, "customer_id")
    return facts._replace(events=facts.events.semi_join(people, "record_id"), people=people)


def _looks(windows: Windows) -> ibis.Table:
    ends = pa.array([window.ends_on for window in windows], pa.date32())
    return ibis.memtable(pa.table({"ends_on": ends}))


def _values(
    joined: ibis.Table, measures: Sequence[Definition], brought: Collection[str]
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for place, measure in enumerate(measures):
        is_brought = measure.key in brought
        y = joined[f"brought_{measure.key}"] if is_brought else joined[f"y{place}"].fill_null(0)
        columns[f"y{place}"] = y.cast("float64")
        columns[f"d{place}"] = joined[f"d{place}"].fill_null(0).cast("float64")
    return columns


def _powers(rows: ibis.Table, place: int) -> dict[str, Any]:
    y, d = rows[f"y{place}"], rows[f"d{place}"]
    return {
        f"missing{place}": rows.count(where=y.isnull()),
        f"y{place}": y.sum(),
        f"yy{place}": y.var(how="pop") * y.count(),
        f"d{place}": d.sum(),
        f"dd{place}": d.var(how="pop") * d.count(),
        f"yd{place}": y.cov(d, how="pop") * y.count(),
    }
