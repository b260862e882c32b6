"""The temporary table that an import's rows stand in before they are landed."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import compress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from customers.actions.copying import copy_in
from customers.actions.founding import found_records
from customers.actions.kinds import Landed, Registered
from customers.actions.linking import link_alone, link_unlinked
from customers.actions.planning import learn_what_came, plan_for_many
from customers.actions.suppression import (
    Known,
    everybody_forgotten,
    of_names,
    of_values,
)
from customers.intake.fields import Kind
from customers.intake.identifiers import digests
from customers.intake.mapping import Mapping
from customers.intake.pseudonyms import NAMED_BY
from customers.intake.rejected import Rejected
from customers.intake.sealing import Keys
from customers.queries.keys import identity_key

_TYPES = {
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.string(): "text",
}
IDENTIFIERS = ("email", "phone", "loyalty_card", "payment_token", "wifi_device", "account_id")
"""Fields that leave this module as keyed hashes and sealed, both in hex."""


class Stage:
    """Rows on their way from a file into the tables of their kind; gone once they are landed.

    The table `incoming` has the rows as they were read; the view `staged` adds `record_id`;
    the table `founded` has the `record_id` of every record that was not there before. Rows of a
    kind that speaks of nobody have neither.
    """

    def __init__(self, cursor: CursorWrapper, kind: Kind, *, source_id: int) -> None:
        self._cursor = cursor
        self._kind = kind
        self._source_id = source_id
        self._is_made = False
        self._has_addresses = False
        self._keys = Keys(settings.IDENTIFIER_KEYS)
        self._suppressed = everybody_forgotten(cursor) if kind.is_of_people else frozenset()
        self.forgotten = 0

    def add(self, rows: pa.Table) -> None:
        """Append checked rows by COPY."""
        self.append(self.admitted(rows))

    def admitted(self, rows: pa.Table) -> pa.Table:
        """Return checked rows as they are kept, without those of people who asked to be forgotten.

        Identifiers are hashed and sealed, each family is one column of JSON.
        """
        self._kept = np.ones(len(rows), dtype=np.bool_)
        table = pa.table(self._columns(rows))
        if not self._kept.all():
            table = table.filter(pa.array(self._kept))
            self.forgotten += len(rows) - len(table)
        return table

    def append(self, table: pa.Table) -> None:
        """Append rows that were admitted."""
        if not self._is_made:
            self._make(table.schema)
        copy_in(
            self._cursor,
            "COPY incoming FROM STDIN (FORMAT binary)",
            table,
            json=[family.prefix for family in self._kind.families],
        )

    def remembered(self, rejected: list[Rejected], mapping: Mapping) -> list[Rejected]:
        """Return refused rows without those of people who asked to be forgotten."""
        if not (self._suppressed and rejected):
            return rejected
        kept = [True] * len(rejected)
        for name in ("external_id", *IDENTIFIERS):
            said = [_said(row, mapping.columns.get(name, ())) for row in rejected]
            if name == "external_id":
                known = of_names(self._source_id, filter(None, said))
            else:
                known = of_values(name, said)
            for place, text in enumerate(said):
                kept[place] &= self._suppressed.isdisjoint(known.get(text or "", ()))
        self.forgotten += kept.count(False)
        return list(compress(rejected, kept))

    def land(self, registered: Registered, *, at: datetime) -> Landed:
        """Make the records that the rows speak of, then bring the rows into their own tables."""
        if not self._is_made:
            return Landed(changed=0, unchanged=0, rejected=[])
        plan_for_many(self._cursor)
        refused: list[Rejected] = []
        if registered.refuse:
            refused = registered.refuse(self._cursor, source_id=self._source_id)
        is_identified = False
        if self._kind.is_of_people:
            self._cursor.execute("ANALYZE incoming (external_id)")
            is_identified = found_records(
                self._cursor,
                "incoming",
                source_id=self._source_id,
                has_addresses=self._has_addresses,
            )
            self._name_people()
        else:
            self._cursor.execute("CREATE TEMPORARY VIEW staged AS SELECT * FROM incoming")
        if is_identified:
            link_alone(self._cursor)
        landed = registered.land(self._cursor, source_id=self._source_id, at=at)
        if is_identified:
            link_unlinked(self._cursor, at=at, cause="import")
        self._settle(landed.changed)
        return landed._replace(rejected=[*refused, *landed.rejected])

    def _settle(self, changed: int) -> None:
        """Let the planner know what came, and drop our own tables."""
        learn_what_came(self._cursor, changed)
        self._cursor.execute("DROP TABLE IF EXISTS incoming, founded CASCADE")

    def _columns(self, rows: pa.Table) -> dict[str, pa.Array]:
        prefixes = {family.prefix for family in self._kind.families}
        columns: dict[str, pa.Array] = {}
        for name in rows.column_names:
            if name in IDENTIFIERS:
                columns[name], columns[f"{name}_sealed"] = self._hidden(name, rows[name])
            elif name == NAMED_BY:
                _, columns[f"{name}_sealed"] = self._hidden("email", rows[name])
                self._has_addresses |= rows[name].null_count < len(rows)
            elif name.partition(".")[0] not in prefixes:
                columns[name] = rows[name]
        for prefix in sorted(prefixes):
            members = [name for name in rows.column_names if name.startswith(f"{prefix}.")]
            columns[prefix] = _as_json(rows.select(members), len(rows))
        if self._suppressed:
            names = pc.coalesce(rows[NAMED_BY], rows["external_id"])
            names = names.combine_chunks().dictionary_encode()
            known = of_names(self._source_id, filter(None, names.dictionary.to_pylist()))
            self._leave_out(names, known)
        return columns

    def _hidden(self, name: str, column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
        """Return each value's keyed hash, and the value sealed."""
        encoded = column.combine_chunks().dictionary_encode()
        values = encoded.dictionary.to_pylist()
        found = digests(name, values, identity_key(), settings.PHONE_REGION)
        if self._suppressed:
            known = {v: [(name, one)] for v, one in zip(values, found, strict=True) if one}
            if settings.IDENTITY_KEYS_OLD:
                known = of_values(name, values)
            self._leave_out(encoded, known)
        speaks = [one is not None for one in found]
        sealed = iter(self._keys.seal(name, compress(values, speaks)))
        hashes = [one and one.hex() for one in found]
        texts = [next(sealed).hex() if speak else None for speak in speaks]
        return (
            pa.array(hashes, pa.string()).take(encoded.indices),
            pa.array(texts, pa.string()).take(encoded.indices),
        )

    def _leave_out(self, encoded: pa.DictionaryArray, known: dict[str, list[Known]]) -> None:
        """Leave rows out whose text, by what it is known by, belonged to somebody forgotten."""
        texts = encoded.dictionary.to_pylist()
        gone = [not self._suppressed.isdisjoint(known.get(text, ())) for text in texts]
        if any(gone):
            theirs = pa.array(gone).take(encoded.indices).fill_null(False)
            self._kept &= ~theirs.to_numpy(zero_copy_only=False)

    def _make(self, schema: pa.Schema) -> None:
        families = {family.prefix for family in self._kind.families}
        columns = [
            sql.SQL("{} {}").format(
                sql.Identifier(field.name),
                sql.SQL("jsonb" if field.name in families else _type(field.type)),
            )
            for field in schema
        ]
        self._cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE incoming ({}) ON COMMIT DROP").format(
                sql.SQL(", ").join(columns)
            )
        )
        self._is_made = True

    def _name_people(self) -> None:
        """Say of each row which record it speaks of."""
        self._cursor.execute(
            sql.SQL(
                """
                CREATE TEMPORARY VIEW staged AS
                SELECT i.*, r.id AS record_id FROM incoming i LEFT JOIN customers_record r
                ON r.source_id = {} AND r.external_id = i.external_id
                """
            ).format(self._source_id)
        )


def _said(row: Rejected, columns: Iterable[str]) -> str | None:
    """Return what a refused row says in the columns that fill one of our fields."""
    return " ".join(text for name in columns if (text := row.cells.get(name))).strip() or None


def _type(arrow: pa.DataType) -> str:
    if pa.types.is_timestamp(arrow):
        return "timestamptz"
    if pa.types.is_decimal(arrow):
        return f"numeric({arrow.precision}, {arrow.scale})"
    return _TYPES[arrow]


def _as_json(table: pa.Table, count: int) -> pa.Array:
    """Return one JSON object a row, by full field name, without its empty values."""
    if not table.num_columns:
        return pa.nulls(count, pa.string())
    rows: list[dict[str, Any]] = table.to_pylist()
    texts = [
        json.dumps({name: value for name, value in row.items() if value is not None})
        for row in rows
    ]
    return pa.array(texts, pa.string())
