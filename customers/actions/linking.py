"""Linking records into customers by the identifiers that they share."""

from collections.abc import Callable

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.golden import refresh_golden
from customers.identity.components import eldest

LINKING_LOCK = 7_412_001
"""The advisory lock that lets one transaction link at a time."""

KINDS = ["email", "loyalty_card", "account_id"]
"""Kinds that join. Telephones, payment tokens and devices are shared within households and
shops too often to join people without looking at their names."""

ALIAS = "alias"
"""The kind of two records of one source that it says are one person: a visitor before and after
signing in. A value on more than two (a tablet in a shop that many sign in on) joins nobody."""

FOLLOWERS: list[Callable[[CursorWrapper], None]] = []
"""What floors above do in the same transaction when records have moved to another customer; the
temporary table `moved` has their `record_id`."""


def link_alone(cursor: CursorWrapper) -> None:
    """Wait until nobody else links, and let nobody until this transaction ends.

    Linking writes to records of every source, so whoever changes records and then links them
    calls this before the first change: two that changed first would wait for each other.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINKING_LOCK])


def link_records(cursor: CursorWrapper) -> int:
    """Put every record with the customer of the eldest record it is connected to.

    A value that two records of one source carry is a household's or a till's, and joins nobody.

    Returns how many records moved; the weeks of their events become stale. Runs inside the
    caller's transaction and depends only on what is in the tables, so it may run at any time.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    link_alone(cursor)
    cursor.execute(
        """
        SELECT record_id, dense_rank() OVER (ORDER BY kind, digest)
        FROM customers_identifier JOIN (
            SELECT kind, digest
            FROM customers_identifier i JOIN customers_record r ON r.id = i.record_id
            WHERE kind = ANY(%s)
            GROUP BY kind, digest
            HAVING count(*) > 1 AND count(*) = count(DISTINCT source_id)
                OR kind = %s AND count(*) = 2
        ) shared USING (kind, digest)
        """,
        [[*KINDS, ALIAS], ALIAS],
    )
    pairs = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
    records, founders = eldest(pairs[:, 0], pairs[:, 1])
    cursor.execute(
        "CREATE TEMPORARY TABLE linked (record_id bigint, customer_id bigint) ON COMMIT DROP"
    )
    with cursor.copy("COPY linked FROM STDIN") as copy:
        for pair in zip(records.tolist(), founders.tolist(), strict=True):
            copy.write_row(pair)
    cursor.execute(
        """
        CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
        WITH moved AS (
            UPDATE customers_record r SET customer_id = t.customer_id
            FROM (
                SELECT r.id, coalesce(l.customer_id, r.id) AS customer_id,
                    r.customer_id AS was_with
                FROM customers_record r LEFT JOIN linked l ON l.record_id = r.id
            ) t
            WHERE r.id = t.id AND r.customer_id <> t.customer_id
            RETURNING r.id AS record_id, t.was_with
        )
        SELECT record_id, was_with FROM moved
        """
    )
    cursor.execute(
        """
        INSERT INTO customers_staleweek (week_on)
        SELECT DISTINCT date_trunc('week', e.at AT TIME ZONE %s)::date
        FROM customers_event e JOIN moved USING (record_id)
        """,
        [settings.TIME_ZONE],
    )
    cursor.execute(
        """
        CREATE TEMPORARY TABLE regrouped ON COMMIT DROP AS
        SELECT record_id FROM moved UNION SELECT was_with FROM moved
        """
    )
    refresh_golden(cursor, "regrouped")
    for follow in FOLLOWERS:
        follow(cursor)
    cursor.execute("SELECT count(*) FROM moved")
    count: int = cursor.fetchone()[0]
    cursor.execute("DROP TABLE linked, moved, regrouped")
    return count
