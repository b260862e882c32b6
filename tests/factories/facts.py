"""Facts in memory: little tables of events, as measures' expressions read them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from reports.facts.schema import Facts

LONDON = ZoneInfo("Europe/London")

EVENTS = pa.schema(
    [
        ("week", pa.date32()),
        ("day", pa.date32()),
        ("at", pa.timestamp("us")),
        ("record_id", pa.int64()),
        ("source_id", pa.int64()),
        ("kind", pa.string()),
        ("channel", pa.string()),
        ("initiative", pa.string()),
        ("arm", pa.string()),
        ("order_id", pa.string()),
        ("amount", pa.float64()),
        ("unpriced_in", pa.string()),
        ("quantity", pa.int64()),
        ("product", pa.string()),
        ("category", pa.string()),
        ("store", pa.string()),
        ("score", pa.float64()),
        ("transactional", pa.bool_()),
    ]
)
PEOPLE = pa.schema([("record_id", pa.int64()), ("customer_id", pa.int64())])
ASSIGNMENTS = pa.schema(
    [
        ("initiative_id", pa.int64()),
        ("record_id", pa.int64()),
        ("arm", pa.string()),
        ("at", pa.timestamp("us")),
        ("unit", pa.string()),
        ("covariates", pa.string()),
        ("outcomes", pa.string()),
    ]
)
SOURCES = pa.schema([("source_id", pa.int64()), ("department_id", pa.int64())])
INITIATIVES = pa.schema(
    [
        ("initiative_id", pa.int64()),
        ("key", pa.string()),
        ("department_id", pa.int64()),
        ("mode", pa.string()),
    ]
)
HOUSEHOLDS = pa.schema([("customer_id", pa.int64()), ("household", pa.string())])
INTERESTS = pa.schema([("record_id", pa.int64()), ("category", pa.string())])
BLANK: dict[str, Any] = {
    **dict.fromkeys(
        ["channel", "initiative", "arm", "order_id", "unpriced_in", "product", "category", "store"],
        "",
    ),
    "record_id": None,
    "source_id": 1,
    "amount": None,
    "quantity": None,
    "score": None,
    "transactional": False,
}


def event(kind: str, who: int | None, at: str, **fields: Any) -> dict[str, Any]:
    """Return an event of record `who` (None: nobody) at a moment on the company's clock."""
    here = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    day = here.date()
    return {
        **BLANK,
        "week": day - timedelta(days=day.weekday()),
        "day": day,
        "at": here.astimezone(UTC).replace(tzinfo=None),
        "kind": kind,
        "record_id": who,
        **fields,
    }


def facts(
    events: Iterable[Mapping[str, Any]],
    *,
    people: Mapping[int, int] | None = None,
    assignments: Sequence[Mapping[str, Any]] = (),
    sources: Mapping[int, int] | None = None,
    initiatives: Sequence[Mapping[str, Any]] = (),
    households: Mapping[int, str] | None = None,
    interests: Sequence[tuple[int, str]] = (),
) -> Facts:
    """Return facts over these rows; without `people` each record is a customer of its own."""
    rows = list(events)
    known = {one["record_id"] for one in [*rows, *assignments]} - {None}
    linked = {who: who for who in known} if people is None else people
    return Facts(
        events=_table(rows, EVENTS),
        people=_table([{"record_id": r, "customer_id": c} for r, c in linked.items()], PEOPLE),
        assignments=_table([_assigned(one) for one in assignments], ASSIGNMENTS),
        sources=_table(
            [{"source_id": s, "department_id": d} for s, d in (sources or {1: 1}).items()], SOURCES
        ),
        initiatives=_table([{"mode": "passive", **one} for one in initiatives], INITIATIVES),
        households=_table(
            [{"customer_id": c, "household": h} for c, h in (households or {}).items()], HOUSEHOLDS
        ),
        interests=_table([{"record_id": r, "category": c} for r, c in interests], INTERESTS),
    )


def rows_of(table: ibis.Table) -> list[dict[str, Any]]:
    """Return what a table comes to, counted by DuckDB."""
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found


def monday(day: str) -> date:
    """Return a day that has to be a Monday."""
    found = date.fromisoformat(day)
    assert found.weekday() == 0
    return found


def _assigned(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "initiative_id": 1,
        "at": datetime(2026, 1, 1),  # noqa: DTZ001  as all moments of the facts
        "unit": "",
        "covariates": "{}",
        "outcomes": "{}",
        **row,
    }


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist([dict(row) for row in rows], schema=schema))
