"""Records for names that a source has not named before, each with the customer that it founds."""

from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper

from customers.intake.identifiers import HASHED_ADDRESS

HASHED = f"^{HASHED_ADDRESS}[0-9a-f]{{32}}$"
"""The names of records that are the hash of an e-mail address, as a regular expression."""

_KNOWN = """
    SELECT asked.external_id, known.id
    FROM unnest(%(names)s::text[]) AS asked (external_id) LEFT JOIN LATERAL (
        SELECT id FROM customers_record
        WHERE source_id = %(source)s AND external_id = asked.external_id LIMIT 1
    ) known ON true
"""
"""A look into the index for each name, whatever the planner takes the table for."""

_FOUND = """
    WITH unknown AS (
        SELECT external_id,
            nextval((SELECT pg_get_serial_sequence('customers_record', 'id')::regclass)) AS id
        FROM ({names}) fresh
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

_STAGED = """
    SELECT DISTINCT external_id FROM incoming i
    WHERE external_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM customers_record r
        WHERE r.source_id = %(source)s AND r.external_id = i.external_id
    )
"""

_GIVEN = "SELECT unnest(%(names)s::text[]) AS external_id"

_THESE = "unnest(%(names)s::text[], %(ids)s::bigint[]) AS founded (external_id, record_id)"

# Of addresses that records are named by.
_IDENTIFY = """
    WITH identified AS (
        INSERT INTO customers_identifier (record_id, kind, digest)
        SELECT record_id, 'email', decode(substr(external_id, %(from)s), 'hex')
        FROM {founded} WHERE external_id ~ %(hashed)s
        RETURNING record_id
    )
    INSERT INTO customers_unlinked (record_id) SELECT record_id FROM identified
"""


class Named(NamedTuple):
    """The ids of records by their names; `is_identified` where a new one is now to be linked."""

    ids: dict[str, int]
    is_identified: bool


def found_staged(cursor: CursorWrapper, *, source_id: int) -> None:
    """Make a record for every name of `incoming` that is not known yet; `founded` has them."""
    text = _FOUND.format(names=_STAGED)
    cursor.execute(
        f"CREATE TEMPORARY TABLE founded ON COMMIT DROP AS {text}", {"source": source_id}
    )


def identify_staged(cursor: CursorWrapper) -> bool:
    """Keep the addresses that `founded` are named by; return whether there are any."""
    return _identify(cursor, "founded", {})


def records_named(cursor: CursorWrapper, names: list[str], *, source_id: int) -> Named:
    """Return the records of these names of a source, founding those that are not there.

    Addresses that new records are named by are kept. One query; two or three where some are new.
    """
    cursor.execute(_KNOWN, {"names": names, "source": source_id})
    ids = dict(cursor.fetchall())
    fresh = [name for name in names if ids[name] is None]
    if not fresh:
        return Named(ids, is_identified=False)
    cursor.execute(_FOUND.format(names=_GIVEN), {"names": fresh, "source": source_id})
    ids |= cursor.fetchall()
    hashed = [name for name in fresh if name.startswith(HASHED_ADDRESS)]
    these = {"names": hashed, "ids": [ids[name] for name in hashed]}
    return Named(ids, is_identified=bool(hashed) and _identify(cursor, _THESE, these))


def _identify(cursor: CursorWrapper, founded: str, given: dict[str, Any]) -> bool:
    spelt = {"from": len(HASHED_ADDRESS) + 1, "hashed": HASHED}
    cursor.execute(_IDENTIFY.format(founded=founded), given | spelt)
    return int(cursor.rowcount) > 0
