"""The demo retailer's files read as the import reads them, linked, added up and judged."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from config.demo import company, truth
from config.demo.retailer import File, Retailer, generate
from customers.intake.columns import apply
from customers.intake.fields import EVENTS, RECORDS, Kind
from customers.intake.files import examine, open_batches
from customers.intake.identifiers import normalised
from customers.intake.mapping import fit, parse
from reports.evidence.judge import Judgement, judge
from reports.evidence.plan import Direction, Guardrail, Plan, Success
from reports.evidence.sums import Sums

UNTIL = date(2026, 11, 22)
KINDS = {"records": RECORDS, "events": EVENTS}
ALL = ("order", "contact", "opt_out", "complaint", "visit")


class Shop(NamedTuple):
    """The files read as the import reads them.

    `customer` numbers the linked customer of each (source, external id); `events` has kind, at
    (seconds from 1970), customer, initiative and amount.
    """

    customer: dict[tuple[str, str], int]
    kind: npt.NDArray[np.str_]
    at: npt.NDArray[np.int64]
    who: npt.NDArray[np.int64]
    initiative: npt.NDArray[np.str_]
    amount: npt.NDArray[np.float64]
    retailer: Retailer
    rejected: int
    dropped: int
    repeated_event_ids: int

    @property
    def customers(self) -> int:
        return max(self.customer.values()) + 1


def open_shop(folder: Path, *, seed: int, customers: int, until: date = UNTIL) -> Shop:
    retailer = generate(folder, seed=seed, customers=customers, until=until)
    tables: dict[str, list[pa.Table]] = {"records": [], "events": []}
    rejected = dropped = 0
    for file in retailer.files:
        kind = tomllib.loads(file.mapping.read_text())["kind"]
        if kind in KINDS:
            rows, bad, left_out = _read(file, KINDS[kind])
            source = pa.array([file.source] * len(rows))
            tables[kind].append(rows.append_column("source", source))
            rejected, dropped = rejected + bad, dropped + left_out
    customer = _linked(tables["records"])
    events = pa.concat_tables([_narrowed(table) for table in tables["events"]])
    named = events.filter(pc.is_valid(events["event_id"])).select(["source", "event_id"])
    pairs = zip(events["source"].to_pylist(), events["external_id"].to_pylist(), strict=True)
    return Shop(
        customer=customer,
        kind=np.where(
            pc.fill_null(events["transactional"], fill_value=False), "exempt", events["event"]
        ).astype(np.str_),
        at=events["at"].cast(pa.int64()).to_numpy() // 1_000_000,
        who=np.array([customer[pair] for pair in pairs]),
        initiative=pc.fill_null(events["initiative"], "").to_numpy().astype(np.str_),
        amount=pc.fill_null(events["amount"].cast(pa.float64()), 0.0).to_numpy(),
        retailer=retailer,
        rejected=rejected,
        dropped=dropped,
        repeated_event_ids=len(named) - named.group_by(named.column_names).aggregate([]).num_rows,
    )


def _read(file: File, kind: Kind) -> tuple[pa.Table, int, int]:
    facts = examine(file.path)
    mapping = parse(file.mapping.read_text(), KINDS)
    fit(mapping, kind, facts.columns, complete=facts.columns_complete)
    now = datetime.combine(UNTIL, time(), UTC)
    batches = [
        apply(mapping, kind, batch, file_sha256=facts.sha256, now=now)
        for batch in open_batches(facts)
    ]
    rows = pa.concat_tables([batch.rows for batch in batches])
    return rows, sum(len(b.rejected) for b in batches), sum(b.dropped for b in batches)


def _narrowed(table: pa.Table) -> pa.Table:
    return table.select(
        [
            "source",
            "event_id",
            "external_id",
            "event",
            "at",
            "initiative",
            "amount",
            "transactional",
        ]
    )


def _linked(tables: list[pa.Table]) -> dict[tuple[str, str], int]:
    """Return each record's customer: records that share an e-mail or a loyalty card are one."""
    keys: list[tuple[str, str]] = []
    rows, columns = [], []
    values: dict[tuple[str, str], int] = {}
    for table in tables:
        for source, own, *found in zip(
            *(
                table[name].to_pylist()
                for name in ("source", "external_id", "email", "loyalty_card")
            ),
            strict=True,
        ):
            for kind, value in zip(("email", "loyalty_card"), found, strict=True):
                spelt = normalised(kind, value) if value else None
                if spelt is not None:
                    rows.append(len(keys))
                    columns.append(values.setdefault((kind, spelt), len(values)))
            keys.append((source, own))
    size = len(keys) + len(values)
    graph = coo_array(
        (np.ones(len(rows)), (np.array(rows), np.array(columns) + len(keys))), shape=(size, size)
    )
    _, labels = connected_components(graph, directed=False)
    _, numbers = np.unique(labels[: len(keys)], return_inverse=True)
    return dict(zip(keys, numbers.tolist(), strict=True))


def per_customer(shop: Shop, start: date, end: date) -> dict[str, npt.NDArray[np.float64]]:
    """Return how many events of each kind each customer has in [start, end), and `revenue`."""
    low, high = (datetime.combine(day, time(), UTC).timestamp() for day in (start, end))
    inside = (shop.at >= low) & (shop.at < high)

    def count(kind: str, weights: npt.NDArray[np.float64] | None = None) -> Any:
        which = inside & (shop.kind == kind)
        return np.bincount(
            shop.who[which],
            weights=None if weights is None else weights[which],
            minlength=shop.customers,
        ).astype(float)

    return {kind: count(kind) for kind in ALL} | {"revenue": count("order", shop.amount)}


def sums(measure: str, did: dict[str, Any], who: npt.NDArray[np.int64], weeks: float) -> Sums:
    own = {kind: values[who] for kind, values in did.items()}
    if measure == "conversion_rate":
        return Sums.from_arrays(np.minimum(own["order"], 1))
    if measure == "revenue_per_customer":
        return Sums.from_arrays(own["revenue"])
    if measure == "contacts_per_week":
        return Sums.from_arrays(own["contact"] / weeks)
    if measure == "opt_outs":
        return Sums.from_arrays(np.minimum(own["opt_out"], 1), own["contact"]).times(1000)
    assert measure == "complaint_rate"
    return Sums.from_arrays(own["complaint"], own["order"]).times(1000)


def arms(shop: Shop, initiative: truth.Initiative) -> dict[str, npt.NDArray[np.int64]]:
    """Return the linked customers of each arm, those in both left out."""
    path = next(f.path for f in shop.retailer.files if initiative.key in f.path.name)
    table = pa.csv.read_csv(path)
    pairs = zip(table["id"].to_pylist(), table["group"].to_pylist(), strict=True)
    found: dict[str, set[int]] = {"in": set(), "out": set()}
    for own, group in pairs:
        found[group].add(shop.customer[initiative.audience_source, own])
    treated, holdout = found["in"] - found["out"], found["out"] - found["in"]
    return {"treated": np.array(sorted(treated)), "holdout": np.array(sorted(holdout), int)}


def judged(shop: Shop, initiative: truth.Initiative, until: date = UNTIL) -> Judgement:
    start, end = (until + timedelta(weeks=week) for week in (initiative.starts, initiative.ends))
    did = per_customer(shop, start, min(end, until))
    assigned = arms(shop, initiative)
    weeks = (min(end, until) - start).days / 7

    def by_arm(measure: str) -> dict[str, Sums]:
        return {arm: sums(measure, did, who, weeks) for arm, who in assigned.items() if len(who)}

    rails = {rail.measure: rail for rail in company.GUARDRAILS}
    return judge(
        sizes={arm: len(who) for arm, who in assigned.items() if len(who)},
        success=[
            Success(initiative.success, "It", "share", Direction.MORE, by_arm(initiative.success))
        ],
        guardrails=[
            Guardrail(
                key,
                "It",
                "count",
                Direction.FEWER,
                by_arm(key),
                rails[key].margin,
                rails[key].limit,
            )
            for key in initiative.guardrails
        ],
        plan=Plan(
            holdout="holdout" if initiative.holdout_share else None,
            shares={
                "treated": 1 - initiative.holdout_share,
                "holdout": initiative.holdout_share,
            },
            starts_on=start,
            ends_on=end,
            as_of=until,
            locked_on=start - timedelta(days=7),
            smallest_effect=initiative.smallest_effect,
            success_keys=(initiative.success,),
        ),
    )
