"""Events of a file straight into their table, as long as none of them is known.

A file is taken to bring news. Then nothing needs to be sorted out among its rows, so that no
temporary table is needed and PostgreSQL writes each of them once. The first row that is known,
that has no id, or the id of another row, ends it: all is rolled back, and a Stage brings it in.
"""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import IntegrityError
from django.db.backends.utils import CursorWrapper

from customers.actions.consent import tell_by_opt_outs
from customers.actions.copying import copy_in
from customers.actions.events import MARK_WEEKS, TOLD
from customers.actions.founding import records_named
from customers.actions.kinds import Landed, Registered
from customers.actions.linking import link_unlinked
from customers.actions.planning import plan_for_many
from customers.actions.staging import Stage
from customers.intake.fields import Kind
from customers.intake.pseudonyms import NAMED_BY

LOOKED_AT = 500
"""Rows of a batch that are looked up."""

SENT_AT_ONCE = 64 << 20
"""Bytes of rows, some 400,000: it pays to look through all records of a source for their names."""

DAY = 24 * 60 * 60 * 1_000_000
"""Microseconds."""

SEND = f"COPY customers_event (source_id, event_id, {', '.join(TOLD)}) FROM STDIN (FORMAT binary)"

IS_KNOWN = """
    SELECT EXISTS (
        SELECT FROM unnest(%(names)s::text[]) AS asked (name) CROSS JOIN LATERAL (
            SELECT FROM customers_event
            WHERE source_id = %(source)s AND event_id = asked.name LIMIT 1
        ) known
    )
"""

SEALED = f"{NAMED_BY}_sealed"
"""The column of the addresses that people are named by, as a Stage admits them."""

_DAYS = pa.schema(
    [
        ("day", pa.int64()),
        ("first", pa.timestamp("us", "UTC")),
        ("last", pa.timestamp("us", "UTC")),
    ]
)
TOLD_DAYS = "unnest(%(first)s::timestamptz[], %(last)s::timestamptz[])"

_BLANK: dict[pa.DataType, str | bool] = {pa.string(): "", pa.bool_(): False}
"""What stands where a source tells nothing; numbers are null then."""


class NotNewsError(Exception):
    """A row has no id, or one that is known or that another row of its file has."""


class News(Stage):
    """A Stage whose rows are in the table of events at once; only opt-outs wait to be landed."""

    def __init__(self, cursor: CursorWrapper, kind: Kind, *, source_id: int) -> None:
        super().__init__(cursor, kind, source_id=source_id)
        plan_for_many(cursor)
        # whoever deletes records waits from now on, so that none that we find goes
        cursor.execute("LOCK TABLE customers_event IN ROW EXCLUSIVE MODE")
        self._is_identified = False
        self._waiting: list[pa.Table] = []
        self._days = _DAYS.empty_table()
        self._added = 0

    def add(self, rows: pa.Table) -> None:
        """Take checked rows; they are sent once there are enough. Raises NotNewsError."""
        told = self.admitted(rows)
        names = told["event_id"].combine_chunks()
        if names.null_count or self._is_known(names):
            raise NotNewsError
        opt_outs = told.filter(pc.equal(told["event"], "opt_out"))
        if len(opt_outs):
            self.append(opt_outs)
        self._days = _days(self._days, told["at"])
        self._waiting.append(told)
        if sum(told.nbytes for told in self._waiting) >= SENT_AT_ONCE:
            self._send()

    def land(self, registered: Registered, *, at: datetime) -> Landed:  # noqa: ARG002  they have landed
        """Send the rest, mark the weeks stale, note the opt-outs, link the people who are new.

        Raises NotNewsError.
        """
        if self._waiting:
            self._send()
        first, last = (self._days[name].to_pylist() for name in ("first", "last"))
        self._cursor.execute(
            MARK_WEEKS.format(days=TOLD_DAYS),
            {"first": first, "last": last, "zone": settings.TIME_ZONE},
        )
        if self._is_made:
            self._name_people()
            tell_by_opt_outs(self._cursor)
        if self._is_identified:
            link_unlinked(self._cursor, at=at, cause="import")
        self._settle(self._added)
        return Landed(changed=self._added, unchanged=0, rejected=[])

    def _send(self) -> None:
        told = pa.concat_tables(self._waiting)
        self._waiting.clear()
        try:
            copy_in(self._cursor, SEND, self._events(told))
        except IntegrityError:
            raise NotNewsError from None
        self._added += len(told)

    def _is_known(self, names: pa.StringArray) -> bool:
        """Look some of the rows up."""
        places = range(0, len(names), max(len(names) // LOOKED_AT, 1))
        some = names.take(pa.array(places, pa.int64()))
        self._cursor.execute(IS_KNOWN, {"names": some.to_pylist(), "source": self._source_id})
        return bool(self._cursor.fetchone()[0])

    def _events(self, told: pa.Table) -> pa.Table:
        """Return rows as they stand in the table of events."""
        source = pa.repeat(pa.scalar(self._source_id, pa.int64()), len(told))
        columns = {"source_id": source, "event_id": told["event_id"]}
        for name in TOLD:
            if name == "record_id":
                columns[name] = self._records_of(told)
            else:
                column = told["event" if name == "kind" else name]
                blank = _BLANK.get(column.type)
                columns[name] = column if blank is None else pc.fill_null(column, blank)
        return pa.table(columns)

    def _records_of(self, told: pa.Table) -> pa.Int64Array:
        """Return the record of each row, where it names one, founding those that are not there."""
        encoded = told["external_id"].combine_chunks().dictionary_encode()
        seals = _seals_of(encoded.dictionary, told.filter(pc.is_valid(told[SEALED])))
        found = records_named(self._cursor, encoded.dictionary, seals, source_id=self._source_id)
        self._is_identified |= found.is_identified
        return found.ids.take(encoded.indices)


def _seals_of(names: pa.StringArray, named: pa.Table) -> pa.StringArray:
    """Return the sealed address that each name stands for, null for the other names."""
    if not len(named):
        return pa.nulls(len(names), pa.string())
    sealed = dict(zip(named["external_id"].to_pylist(), named[SEALED].to_pylist(), strict=True))
    return pa.array([sealed.get(name) for name in names.to_pylist()], pa.string())


def _days(known: pa.Table, moments: pa.ChunkedArray) -> pa.Table:
    """Return the first and the last moment of each day, those of the days known so far too."""
    day = pa.array(moments.cast(pa.int64()).to_numpy() // DAY)
    seen = pa.table([day, moments, moments], schema=_DAYS)
    ends = [("first", "min"), ("last", "max")]
    days = pa.concat_tables([known, seen]).group_by("day").aggregate(ends)
    return days.rename_columns({"first_min": "first", "last_max": "last"})
