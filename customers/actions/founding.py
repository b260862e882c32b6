"""Records for names that a source has not named before, each with the customer that it founds."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from django.db.backends.utils import CursorWrapper

from customers.actions.copying import copy_in
from customers.intake.identifiers import HASHED_ADDRESS

_FOUND = """
    CREATE TEMPORARY TABLE founded ON COMMIT DROP AS
    WITH unknown AS (
        SELECT external_id,
            nextval((SELECT pg_get_serial_sequence('customers_record', 'id')::regclass)) AS id
        FROM (
            SELECT DISTINCT external_id FROM {rows} i
            WHERE external_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM customers_record r
                WHERE r.source_id = %(source)s AND r.external_id = i.external_id
            )
        ) fresh
    ), customers AS (
        INSERT INTO customers_customer (id) SELECT id FROM unknown
    ), records AS (
        INSERT INTO customers_record
            (id, source_id, external_id, customer_id, certain_id, attributes)
        SELECT id, %(source)s, external_id, id, id, '{{}}' FROM unknown
        RETURNING external_id, id AS record_id
    )
    SELECT external_id, record_id FROM records
"""

# Whoever is named by an address carries it, sealed, whatever other address is told of them: it
# could not be named anew when the keys change.
_IDENTIFY = """
    WITH identified AS (
        INSERT INTO customers_identifier AS known (record_id, kind, digest, sealed)
        SELECT DISTINCT ON (r.id) r.id, 'email',
            decode(substr(external_id, %(start)s), 'hex'), decode(named_by_sealed, 'hex')
        FROM {rows} JOIN customers_record r USING (external_id)
        WHERE r.source_id = %(source)s AND named_by_sealed IS NOT NULL AND NOT EXISTS (
            SELECT FROM customers_identifier k
            WHERE k.record_id = r.id AND k.kind = 'email' AND k.sealed IS NOT NULL
                AND k.digest = decode(substr(r.external_id, %(start)s), 'hex')
        )
        ORDER BY r.id
        ON CONFLICT (kind, digest, record_id) DO UPDATE SET sealed = excluded.sealed
            WHERE known.sealed IS NULL
        RETURNING record_id
    )
    INSERT INTO customers_unlinked (record_id) SELECT record_id FROM identified
"""


_IDS = """
    SELECT array_agg(r.id ORDER BY a.place) FROM asked a
    LEFT JOIN customers_record r ON r.source_id = %s AND r.external_id = a.external_id
"""


class Named(NamedTuple):
    """The ids of records, int64, in the order of the names that were asked for.

    `is_identified` where one of them has to be linked.
    """

    ids: pa.Int64Array
    is_identified: bool


def found_records(cursor: CursorWrapper, rows: str, *, source_id: int, has_addresses: bool) -> bool:
    """Make a record for every name that a table tells and its source has not named before.

    The table `founded` has them. The addresses that some are named by (`named_by_sealed`, in hex)
    are kept; return whether any was not before.
    """
    cursor.execute(_FOUND.format(rows=rows), {"source": source_id})
    return has_addresses and _identify(cursor, rows, source_id)


def records_named(
    cursor: CursorWrapper, names: pa.StringArray, seals: pa.StringArray, *, source_id: int
) -> Named:
    """Return the records of these names of a source, founding those that are not there.

    Names are distinct; `seals` are the addresses that they stand for, sealed and in hex, null for
    other names. At most eight queries, however many there are.
    """
    cursor.execute(
        "CREATE TEMPORARY TABLE asked (place bigint, external_id text, named_by_sealed text) "
        "ON COMMIT DROP"
    )
    place = np.arange(len(names))
    table = pa.table({"place": place, "external_id": names, "named_by_sealed": seals})
    copy_in(cursor, "COPY asked FROM STDIN (FORMAT binary)", table)
    cursor.execute("ANALYZE asked (external_id)")
    cursor.execute(_IDS, [source_id])
    (ids,) = cursor.fetchone()
    if None in (ids or ()):
        cursor.execute(_FOUND.format(rows="asked"), {"source": source_id})
        cursor.execute(_IDS, [source_id])
        (ids,) = cursor.fetchone()
    has_addresses = seals.null_count < len(seals)
    is_identified = has_addresses and _identify(cursor, "asked", source_id)
    cursor.execute("DROP TABLE IF EXISTS asked, founded")
    return Named(pa.array(ids or [], pa.int64()), is_identified)


def _identify(cursor: CursorWrapper, rows: str, source_id: int) -> bool:
    cursor.execute(
        _IDENTIFY.format(rows=rows), {"start": len(HASHED_ADDRESS) + 1, "source": source_id}
    )
    return int(cursor.rowcount) > 0
