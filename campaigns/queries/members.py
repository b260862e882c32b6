"""Who is in an initiative: the one place that says it, for clashes, pressure and forecasts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from campaigns.audience.definition import definition_of
from campaigns.clashes.sets import Memberships
from campaigns.models import Initiative
from campaigns.queries.audiences import customers_of

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
    initiatives: Collection[int], *, on: date, shared_with: Collection[int] | None = None
) -> Memberships:
    """Return the customers of these initiatives. Two queries, three more for each to be drawn.

    Of one whose arms are still to be drawn it is everybody in its audience on the day `on`, who
    will be held out included: nobody knows yet who that is. With `shared_with`, only customers who
    are in at least one of those.
    """
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module
    from psycopg import sql  # noqa: PLC0415  only counting needs it

    asked = _asked({*initiatives, *(shared_with or ())}, on)
    is_assigned = shared_with is not None and not asked.keys() & set(shared_with)
    members = sql.SQL(MEMBERS + "AND a.initiative_id = ANY({})").format(list(initiatives))
    if is_assigned:
        members += sql.SQL(AMONG).format(sql.SQL(MEMBERS), list(shared_with or ()))
    found, customers = _columns(members, "int8send(customer_id)")
    wanted = {pk: people for pk, people in asked.items() if pk in initiatives}
    found = np.concatenate([found, *(np.full(len(ids), pk) for pk, ids in wanted.items())])
    everybody = Memberships(found, np.concatenate([customers, *wanted.values()]))
    if shared_with is None or (is_assigned and not wanted):
        return everybody
    shared = members_of(shared_with, on=on).customers
    kept = np.isin(everybody.customers, shared)
    return Memberships(everybody.initiatives[kept], everybody.customers[kept])


def _asked(initiatives: Collection[int], on: date) -> dict[int, NDArray[np.int64]]:
    """Return who is in the audience of each initiative that has one and no arms drawn yet."""
    import numpy as np  # noqa: PLC0415  as above

    undrawn = Initiative.objects.filter(
        Q(draw=None) | Q(draw__drawn_at=None),
        pk__in=initiatives,
        launched_at=None,
        audience_version__isnull=False,
    )
    morning = timezone.make_aware(datetime.combine(on, time()))
    return {
        pk: np.array(customers_of(definition_of(said), morning), dtype=np.int64)
        for pk, said in undrawn.values_list("pk", "audience_version__definition")
    }


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

    grouped = sql.SQL(
        "SELECT initiative_id, string_agg({}, '') FROM ({}) said GROUP BY 1 ORDER BY 1"
    ).format(sql.SQL(packed), query)
    with connection.cursor() as cursor:
        cursor.execute(grouped.as_string(connection.connection))  # whoever wraps it reads text
        rows = cursor.fetchall()
    width = packed.count("int8send")
    said = [np.frombuffer(sent, dtype=">i8").reshape(-1, width) for _, sent in rows]
    initiatives = np.repeat([pk for pk, _ in rows], [len(each) for each in said])
    numbers = np.concatenate([np.empty((0, width), dtype=np.int64), *said]).astype(np.int64)
    return [initiatives.astype(np.int64), *numbers.T]
