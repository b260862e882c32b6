"""Who is in an initiative: the one place that says it, for clashes, pressure and forecasts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from campaigns.clashes.sets import Memberships

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from psycopg.sql import Composable

    from campaigns.clashes.meetings import Contacts

MEMBERS = """
    SELECT a.initiative_id, r.customer_id
    FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
    WHERE a.arm = 'treated'
"""
"""Initiative and customer: whom initiatives contact. Who is held out gets nothing from them."""

AMONG = """
    AND r.customer_id IN (SELECT customer_id FROM ({}) one WHERE initiative_id = ANY({}))
"""
HEADER = 19
"""Bytes before the rows of a binary COPY."""


def members_of(
    initiatives: Collection[int], *, shared_with: Collection[int] | None = None
) -> Memberships:
    """Return the customers of these initiatives. One query, read as it comes.

    With `shared_with`, only customers who are in at least one of those.
    """
    from psycopg import sql  # noqa: PLC0415  only counting needs it

    members = sql.SQL(MEMBERS + "AND a.initiative_id = ANY({})").format(list(initiatives))
    if shared_with is not None:
        members += sql.SQL(AMONG).format(sql.SQL(MEMBERS), list(shared_with))
    found = _columns(members, ("initiative", "customer"))
    return Memberships(*found)


def contacts_sent(starts_on: date, ends_on: date) -> Contacts:
    """Return the contacts of initiatives delivered on the days [starts_on, ends_on). One query.

    Contacts that serve what somebody asked for are left out, as are those with nobody known.
    """
    from psycopg import sql  # noqa: PLC0415  as above

    from campaigns.clashes.meetings import Contacts  # noqa: PLC0415  as above

    zone = settings.TIME_ZONE
    found = _columns(
        sql.SQL(
            """
            SELECT r.customer_id, extract(epoch FROM e.at)::bigint, i.id
            FROM customers_event e
            JOIN customers_record r ON r.id = e.record_id
            JOIN campaigns_initiative i ON i.key = e.initiative
            WHERE e.kind = 'contact' AND NOT e.transactional
                AND e.at >= {}::timestamp AT TIME ZONE {} AND e.at < {}::timestamp AT TIME ZONE {}
            """
        ).format(starts_on, zone, ends_on, zone),
        ("customer", "second", "initiative"),
    )
    return Contacts(*found)


def _columns(query: Composable, names: tuple[str, ...]) -> list[NDArray[np.int64]]:
    """Return the bigint columns of a query as arrays, from the bytes that the server sends."""
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module
    from psycopg import sql  # noqa: PLC0415  as above

    row = np.dtype(
        [("fields", ">i2"), *((f, t) for n in names for f, t in ((f"{n}_size", ">i4"), (n, ">i8")))]
    )
    copied = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
    with connection.cursor() as cursor, cursor.copy(copied) as copy:
        sent = b"".join(copy)
    rows = np.frombuffer(sent, dtype=row, offset=HEADER, count=(len(sent) - HEADER) // row.itemsize)
    return [rows[name].astype(np.int64) for name in names]
