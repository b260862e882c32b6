"""The facts as PostgreSQL has them: queries of their columns, and rows of COPY as Arrow."""

import io
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from psycopg import sql

from customers.intake.money import converted, factors, on_its_day, unpriced
from reports.facts.columns import arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

WEEK = timedelta(days=7)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
"""No rate is older or newer."""

BLOCK_OF_CSV = 1 << 22
"""Bytes that are turned into Arrow at once."""


def events_of_week(week: date, *, ours: str, zone: str) -> sql.Composable:
    """Return a query of the events of the week that begins on a Monday in the company's zone."""
    return _events(
        ours,
        zone,
        factors(ours, week, week + WEEK),
        sql.SQL(
            "WHERE e.at >= {week}::timestamp AT TIME ZONE {zone}"
            " AND e.at < {end}::timestamp AT TIME ZONE {zone}"
        ).format(week=week, end=week + WEEK, zone=zone),
    )


def all_events(*, ours: str, zone: str) -> sql.Composable:
    """Return a query of all events."""
    return _events(ours, zone, factors(ours, FIRST_DAY, LAST_DAY), sql.SQL(""))


def _events(ours: str, zone: str, rates: sql.Composable, where: sql.Composable) -> sql.Composable:
    return sql.SQL(
        """
        WITH factors AS MATERIALIZED ({rates})
        SELECT date_trunc('week', e.at AT TIME ZONE {zone})::date AS week,
            (e.at AT TIME ZONE {zone})::date AS day, e.at AT TIME ZONE 'UTC' AS at,
            e.record_id, e.source_id, e.kind, e.channel, e.initiative, e.arm, e.order_id,
            ({amount})::float8 AS amount, {unpriced} AS unpriced_in, e.quantity, e.product,
            e.category, e.store, e.score, e.transactional
        FROM customers_event e LEFT JOIN factors f ON {on_its_day} {where}
        """
    ).format(
        rates=rates,
        zone=zone,
        amount=converted(ours),
        unpriced=unpriced(ours),
        on_its_day=on_its_day(ours, zone),
        where=where,
    )


def people_of(block: int, *, size: int) -> sql.Composable:
    """Return a query of the records [block * size, (block + 1) * size) and their customers."""
    return sql.SQL(
        "SELECT {block}::bigint AS block, id AS record_id, customer_id FROM customers_record"
        " WHERE id >= {first} AND id < {end}"
    ).format(block=block, first=block * size, end=(block + 1) * size)


def everybody() -> sql.Composable:
    """Return a query of all records and their customers."""
    return sql.SQL("SELECT id AS record_id, customer_id FROM customers_record")


LISTS = {
    "assignments": sql.SQL(
        "SELECT initiative_id, record_id, arm, at AT TIME ZONE 'UTC' AS at, unit,"
        " covariates::text AS covariates, outcomes::text AS outcomes FROM campaigns_assignment"
    ),
    "sources": sql.SQL("SELECT id AS source_id, department_id FROM customers_source"),
    "initiatives": sql.SQL(
        "SELECT id AS initiative_id, key, department_id, mode FROM campaigns_initiative"
    ),
    "households": sql.SQL(
        "SELECT id AS customer_id, household FROM customers_customer WHERE household <> ''"
    ),
    "interests": sql.SQL(
        "SELECT r.id AS record_id, told.value AS category"
        " FROM customers_record r, jsonb_each_text(r.attributes) AS told"
        " WHERE told.key LIKE 'prefers.%'"
    ),
}
"""Queries of what is not copied. An interest is whatever somebody said they prefer."""


def assignments_of(initiative_ids: Collection[int]) -> sql.Composable:
    """Return a query of who was put into which arm of these initiatives."""
    of_these = sql.SQL(" WHERE initiative_id = ANY({})").format(list(initiative_ids))
    return LISTS["assignments"] + of_these


def told(query: sql.Composable) -> sql.Composable:
    """Return the statement by which a query's rows come as CSV."""
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)


def batches(blocks: Iterable[bytes], columns: dict[str, str]) -> "Iterator[pa.RecordBatch]":
    """Turn the CSV of COPY, in blocks of any size, into batches of the columns.

    An empty cell is null where it is no text; text is never null.
    """
    import pyarrow as pa  # noqa: PLC0415  only whoever copies needs it
    from pyarrow import csv  # noqa: PLC0415  likewise

    stream = _Stream(blocks)
    if stream.is_empty:
        return
    schema = arrow_schema(columns)
    rows = csv.open_csv(
        pa.PythonFile(stream, "r"),
        read_options=csv.ReadOptions(column_names=list(columns), block_size=BLOCK_OF_CSV),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema, true_values=["t"], false_values=["f"], strings_can_be_null=False
        ),
    )
    for batch in rows:
        yield batch.cast(schema)


class _Stream(io.RawIOBase):
    """Blocks of bytes as a file."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._left = bytes(next(self._blocks, b""))
        self.is_empty = not self._left

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, length = [self._left], len(self._left)
        while size < 0 or length < size:
            block = next(self._blocks, None)
            if block is None:
                break
            parts.append(block)
            length += len(block)
        whole = b"".join(parts)
        end = length if size < 0 else size
        self._left = whole[end:]
        return whole[:end]
