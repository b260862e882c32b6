"""Tests: each arm's sums of measures, over the customers that were assigned."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from reports.facts.schema import Facts
from reports.measures.cuts import NO_ORDER
from reports.measures.definition import Definition, money_kinds
from reports.measures.parts import parts
from reports.measures.rfm import rfm
from reports.measures.scopes import COMPANY, events_of, of_customers
from reports.measures.windows import Window, Windows

ONE_DAY = timedelta(days=1)
CUSTOMER, HOUSEHOLD = "customer", "household"


def trials(
    facts: Facts,
    measures: Sequence[Definition],
    *,
    initiative_id: int,
    starts_on: date,
    ends: Sequence[date],
    brought: Collection[str] = (),
    before: int = 0,
    covariates: Mapping[str, str] | None = None,
    unit: str = CUSTOMER,
    by_segment: bool = False,
    zone: ZoneInfo,
) -> ibis.Table:
    """Return each arm's sums of measures that are asked `together`, over [starts_on, end).

    A row has the look's `ends_on`, the `arm`, `n` customers, and for the measure at each place
    what `reports.evidence.sums.Sums` holds: `y0` and `d0` (totals), `yy0`, `dd0` and `yd0` (sums
    of squares and products about the mean), and `missing0`, how many have no value. Where it is
    adjusted by what came before, there are `x0`, `xx0`, `yx0` and `dx0` as well: of a measure that
    is brought, by that of the `covariates` that came with the assignments which is named for its
    key (the mean over the records of one customer); of others, by the numerator over so many days
    `before` the start.

    A customer whose records were put into both arms, or who was assigned after the last end, is
    left out. Where the `unit` is not the customer, theirs are added up by "household" (who has
    none is one alone), else by the store or region of the assignment: `n` counts those, what is no
    ratio is divided by the customers of the unit, and a unit in both arms is left out.

    `by_segment`, of customers only, a row is one `segment`'s: where `rfm` puts each of them among
    the test's customers, by the year before the start.

    Outcomes of the measures `brought` come with the assignments, never from events: the records of
    one customer are added up, up to the measure's cap, and where people are counted it is one that
    did it. Of other measures, who has no event has 0. A measure's own window is not looked at: in a
    test it is the test's.
    """
    windows = Windows(Window(starts_on, end) for end in sorted(set(ends)))
    assigned = customers_of(
        facts, initiative_id=initiative_id, starts_on=starts_on, last=windows[-1].ends_on,
        outcomes=[one for one in measures if one.key in brought], covariates=covariates, unit=unit,
        zone=zone,
    )  # fmt: skip
    of_theirs = _only(facts, assigned, measures)
    theirs = parts(of_theirs, measures, windows, COMPANY, ["customer_id"])
    if before:
        earlier = Windows([Window(starts_on - before * ONE_DAY, starts_on)])
        came_before = parts(of_theirs, measures, earlier, COMPANY, ["customer_id"])
        theirs = _with_before(theirs, came_before, windows, len(measures))
    looks = assigned.cross_join(_looks(windows))
    joined = looks.left_join(theirs, ["customer_id", "ends_on"])
    values = _values(joined, measures, brought) | _covariates(
        joined, measures, brought, before=before, covariates=covariates or {}
    )
    keys = ["ends_on", "arm"]
    if by_segment:
        scored = rfm(of_theirs, on=starts_on).select("customer_id", "segment")
        joined = joined.left_join(scored, "customer_id", rname="{name}_scored")
        values |= {"segment": joined.segment.fill_null(NO_ORDER)}
        keys.append("segment")
    if unit == CUSTOMER:
        rows = joined.select("arm", "ends_on", **values)
    else:
        rows = _by_unit(
            joined.select("arm", "ends_on", "unit", **values), measures, ["ends_on", "unit"]
        )
    sums: dict[str, Any] = {"n": rows.count()}
    for place in range(len(measures)):
        sums |= _powers(rows, place)
    return rows.group_by(keys).aggregate(**sums)


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
    unit: str = CUSTOMER,
    zone: ZoneInfo,
) -> ibis.Table:
    """Return each arm's sums of what customers did in one window beside another one.

    A row has the `arm` and the columns of `trials` for one measure per customer: `y0` is of the
    late window, `x0` of the early one. Who was assigned after the early window is left out.
    """
    assigned = customers_of(
        facts, initiative_id=initiative_id, starts_on=early.starts_on, last=early.ends_on,
        outcomes=[], unit=unit, zone=zone,
    )  # fmt: skip
    windows = Windows((early, late))
    theirs = parts(_only(facts, assigned, [measure]), [measure], windows, COMPANY, ["customer_id"])
    sooner, later = (
        theirs.filter(theirs.ends_on == window.ends_on).select("customer_id", **{part: "y0"})
        for window, part in ((early, "x"), (late, "y"))
    )
    joined = assigned.left_join(later, "customer_id").drop("customer_id_right")
    both = joined.left_join(sooner, "customer_id")
    keys = ["arm"] if unit == CUSTOMER else ["arm", "unit"]
    rows = both.select(*keys, d0=ibis.literal(1).cast("float64"), **{
        f"{part}0": both[part].fill_null(0).cast("float64") for part in ("y", "x")
    })  # fmt: skip
    if unit != CUSTOMER:
        rows = _by_unit(rows, [measure], ["unit"])
    return rows.group_by("arm").aggregate(n=rows.count(), **_powers(rows, 0))


def customers_of(
    facts: Facts,
    *,
    initiative_id: int,
    starts_on: date,
    last: date,
    outcomes: Sequence[Definition],
    zone: ZoneInfo,
    covariates: Mapping[str, str] | None = None,
    unit: str = CUSTOMER,
) -> ibis.Table:
    """Return who counts in a test: `customer_id`, `arm`, and what `outcomes` brought by key.

    The `covariates` that came with the assignments are there by the key of their measure, and the
    `unit` that each belongs to, where it is not the customer.
    """
    rows = facts.assignments.filter(facts.assignments.initiative_id == initiative_id)
    known = rows.join(facts.people, "record_id")
    brought = {}
    for measure in outcomes:
        value = _number(known.outcomes, measure.key)
        brought[f"brought_{measure.key}"] = value.max() if measure.fold == "people" else value.sum()
    for key, name in (covariates or {}).items():
        brought[f"covariate_{key}"] = _number(known.covariates, name).mean()
    if unit not in {CUSTOMER, HOUSEHOLD}:
        brought["unit"] = known.unit.max()
    found = known.group_by("customer_id").aggregate(
        arm=known.arm.min(), other_arm=known.arm.max(), first_at=known["at"].min(), **brought
    )
    moment = datetime.combine(max(last, starts_on + ONE_DAY), time(), zone).astimezone(UTC)
    type_ = facts.assignments["at"].type()
    before = ibis.literal(moment if type_.timezone else moment.replace(tzinfo=None), type_)
    counts = found.filter(found.arm == found.other_arm, found.first_at < before)
    chosen = counts.select("customer_id", "arm", *brought)
    if unit != HOUSEHOLD:
        return chosen
    housed = chosen.left_join(facts.households, "customer_id")
    alone = housed.customer_id.cast("string")
    return housed.select(*chosen.columns, unit=housed.household.fill_null(alone))


def _number(objects: Any, key: str) -> Any:
    """Return a number out of JSON objects; null where it is not there.

    Engines differ in what they take out of JSON, and agree on patterns.
    """
    pattern = rf'"{re.escape(key)}": ?(-?[0-9][0-9.eE+-]*)'
    return objects.re_extract(pattern, 1).nullif("").cast("float64")


def _only(facts: Facts, customers: ibis.Table, measures: Sequence[Definition]) -> Facts:
    """Return the facts of these customers, whatever measures do not ask of others left out."""
    people = facts.people.semi_join(customers, "customer_id")
    return facts._replace(events=events_of(facts, people, measures), people=people)


def _looks(windows: Windows) -> ibis.Table:
    ends = pa.array([window.ends_on for window in windows], pa.date32())
    return ibis.memtable(pa.table({"ends_on": ends}))


def _values(
    joined: ibis.Table, measures: Sequence[Definition], brought: Collection[str]
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for place, measure in enumerate(measures):
        is_brought = measure.key in brought
        y = (
            _capped(joined[f"brought_{measure.key}"], measure.cap)
            if is_brought
            else joined[f"y{place}"].fill_null(0)
        )
        columns[f"y{place}"] = y.cast("float64")
        columns[f"d{place}"] = joined[f"d{place}"].fill_null(0).cast("float64")
    return columns


def _capped(brought: Any, cap: float | None) -> Any:
    """Return what was brought, no more than the cap; null stays null in every engine."""
    return brought if cap is None else (brought > cap).ifelse(cap, brought)


def _with_before(
    theirs: ibis.Table, came_before: ibis.Table, windows: Windows, measures: int
) -> ibis.Table:
    """Return each customer's parts at each look, with the numerator from before as x0, x1, ….

    Laid one under the other and added up, so that customers are joined to their parts once.
    """
    laid = came_before.drop("ends_on").cross_join(_looks(windows))
    nothing = ibis.literal(0.0)
    now: dict[str, Any] = {}
    then: dict[str, Any] = {}
    for place in range(measures):
        y, d, x = (f"{part}{place}" for part in ("y", "d", "x"))
        now |= {y: theirs[y].cast("float64"), d: theirs[d].cast("float64"), x: nothing}
        then |= {y: nothing, d: nothing, x: laid[y].cast("float64")}
    keys = ["customer_id", "ends_on"]
    both = ibis.union(theirs.select(*keys, **now), laid.select(*keys, **then))
    return both.group_by(keys).aggregate(**{name: both[name].sum() for name in now})


def _covariates(
    joined: ibis.Table,
    measures: Sequence[Definition],
    brought: Collection[str],
    *,
    before: int,
    covariates: Mapping[str, str],
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for place, measure in enumerate(measures):
        if measure.key in brought:
            if measure.key in covariates:
                columns[f"x{place}"] = joined[f"covariate_{measure.key}"]
        elif before:
            columns[f"x{place}"] = joined[f"x{place}"].fill_null(0)
    return columns


def _by_unit(rows: ibis.Table, measures: Sequence[Definition], keys: Sequence[str]) -> ibis.Table:
    """Return one row for each of the `keys`, of one arm, with its customers' values added up."""
    sums: dict[str, Any] = {}
    for place, measure in enumerate(measures):
        y, d, x = (f"{part}{place}" for part in ("y", "d", "x"))
        sums[y] = rows[y].sum().fill_null(0)
        sums[d] = rows[d].sum() if measure.is_ratio else rows.count().cast("float64")
        sums[f"missing{place}"] = rows.count(where=rows[y].isnull())
        if x in rows.columns:
            sums[x] = rows[x].sum()
    units = rows.group_by(keys).aggregate(arm=rows.arm.min(), other_arm=rows.arm.max(), **sums)
    return units.filter(units.arm == units.other_arm)


def _powers(rows: ibis.Table, place: int) -> dict[str, Any]:
    y, d = rows[f"y{place}"], rows[f"d{place}"]
    of_unit = f"missing{place}"
    is_missing = rows.count(where=y.isnull())
    powers = {
        f"missing{place}": rows[of_unit].sum() if of_unit in rows.columns else is_missing,
        f"y{place}": y.sum(),
        f"yy{place}": y.var(how="pop") * y.count(),
        f"d{place}": d.sum(),
        f"dd{place}": d.var(how="pop") * d.count(),
        f"yd{place}": y.cov(d, how="pop") * y.count(),
    }
    if f"x{place}" not in rows.columns:
        return powers
    x = rows[f"x{place}"]
    return powers | {
        f"x{place}": x.sum(),
        f"xx{place}": x.var(how="pop") * x.count(),
        f"yx{place}": y.cov(x, how="pop") * y.count(),
        f"dx{place}": d.cov(x, how="pop") * d.count(),
    }
