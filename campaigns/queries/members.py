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


def members_of(
    initiatives: Collection[int], *, shared_with: Collection[int] | None = None
) -> Memberships:
    """Return the customers of these initiatives. One query.

    With `shared_with`, only customers who are in at least one of those.
    """
    from psycopg import sql  # noqa: PLC0415  only counting needs it

    members = sql.SQL(MEMBERS + "AND a.initiative_id = ANY({})").format(list(initiatives))
    if shared_with is not None:
        members += sql.SQL(AMONG).format(sql.SQL(MEMBERS), list(shared_with))
    return Memberships(*_columns(members, "int8send(customer_id)"))


def contacts_sent(starts_on: date, ends_on: date) -> Contacts:
    """Return the contacts of initiatives delivered on the days [starts_on, ends_on). One query.

    Contacts that serve what somebody asked for are left out, as are those with nobody known.
    """
    from psycopg import sql  # noqa: PLC0415  as above

    from campaigns.clashes.meetings import Contacts  # noqa: PLC0415  as above

    zone = settings.TIME_ZONE
    initiatives, customers, seconds = _columns(
        sql.SQL(
            """
            SELECT r.customer_id, extract(epoch FROM e.at)::bigint AS second,
                i.id AS initiative_id
            FROM customers_event e
            JOIN customers_record r ON r.id = e.record_id
            JOIN campaigns_initiative i ON i.key = e.initiative
            WHERE e.kind = 'contact' AND NOT e.transactional
                AND e.at >= {}::timestamp AT TIME ZONE {} AND e.at < {}::timestamp AT TIME ZONE {}
            """
        ).format(starts_on, zone, ends_on, zone),
        "int8send(customer_id) || int8send(second)",
    )
    return Contacts(customers, seconds, initiatives)


def _columns(query: Composable, packed: str) -> list[NDArray[np.int64]]:
    """Return the initiatives of a query and, of each of its rows, what `packed` says of it.

    `packed` is an expression of eight-byte numbers, one after the other. The server sends one row
    an initiative: a row each would cost more than counting them.
    """
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module
    from psycopg import sql  # noqa: PLC0415  as above

    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT initiative_id, string_agg({}, '') FROM ({}) said GROUP BY 1 ORDER BY 1"
            ).format(sql.SQL(packed), query)
        )
        rows = cursor.fetchall()
    width = packed.count("int8send")
    said = [np.frombuffer(sent, dtype=">i8").reshape(-1, width) for _, sent in rows]
    initiatives = np.repeat([pk for pk, _ in rows], [len(each) for each in said])
    numbers = np.concatenate([np.empty((0, width), dtype=np.int64), *said]).astype(np.int64)
    return [initiatives.astype(np.int64), *numbers.T]
