"""Who is in an initiative: the one place that says it, for clashes, pressure and forecasts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from psycopg import Cursor, sql

from campaigns.audience.definition import definition_of
from campaigns.clashes.sets import Sets, sets_of
from campaigns.models import Initiative
from campaigns.queries.audiences import customers_of
from campaigns.queries.packed import packed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from campaigns.clashes.meetings import Contacts

MEMBERS = """
    SELECT a.initiative_id AS part, r.customer_id
    FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
    WHERE a.arm = 'treated' AND a.initiative_id = ANY({})
"""
"""Initiative and customer: whom initiatives contact. Who is held out gets nothing from them."""


def members_of(initiatives: Collection[int], *, on: date) -> dict[int, NDArray[np.int64]]:
    """Return the customers of these initiatives. Two queries, three more for each to be drawn.

    Of one whose arms are still to be drawn it is everybody in its audience on the day `on`, who
    will be held out included: nobody knows yet who that is. One without anybody is left out.
    """
    found = packed(sql.SQL(MEMBERS).format(list(initiatives)), "customer_id")
    return {pk: customers for pk, (customers,) in found.items()} | _asked(initiatives, on)


def _asked(initiatives: Collection[int], on: date) -> dict[int, NDArray[np.int64]]:
    """Return who is in the audience of each initiative that has one and no arms drawn yet."""
    undrawn = Initiative.objects.filter(
        Q(draw=None) | Q(draw__drawn_at=None),
        pk__in=initiatives,
        launched_at=None,
        audience_version__isnull=False,
    )
    morning = timezone.make_aware(datetime.combine(on, time()))
    return {
        pk: customers_of(definition_of(said), morning)
        for pk, said in undrawn.values_list("pk", "audience_version__definition")
    }


def kept_sets(initiatives: Collection[int]) -> Sets:
    """Return whom these initiatives contact, as last compared. One query, whoever is in them."""
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:  # Django's own gets bytes as text, twice as long
        cursor.execute(
            "SELECT initiative_id, bits FROM campaigns_reach WHERE initiative_id = ANY(%s)",
            [list(initiatives)],
            binary=True,
        )
        rows = cursor.fetchall()
    return sets_of({pk: np.frombuffer(bits, dtype="<u8") for pk, bits in rows})


def contacts_sent(starts_on: date, ends_on: date) -> Contacts:
    """Return the contacts of initiatives delivered on the days [starts_on, ends_on). One query.

    Contacts that serve what somebody asked for are left out, as are those with nobody known.
    """
    import numpy as np  # noqa: PLC0415  as above

    from campaigns.clashes.meetings import Contacts  # noqa: PLC0415  likewise

    zone = settings.TIME_ZONE
    found = packed(
        sql.SQL(
            """
            SELECT i.id AS part, r.customer_id, extract(epoch FROM e.at)::bigint AS second
            FROM customers_event e
            JOIN customers_record r ON r.id = e.record_id
            JOIN campaigns_initiative i ON i.key = e.initiative
            WHERE e.kind = 'contact' AND NOT e.transactional
                AND e.at >= {}::timestamp AT TIME ZONE {} AND e.at < {}::timestamp AT TIME ZONE {}
            """
        ).format(starts_on, zone, ends_on, zone),
        "customer_id",
        "second",
    )
    customers, seconds = np.concatenate([np.empty((2, 0), np.int64), *found.values()], axis=1)
    initiatives = np.repeat(list(found), [len(said) for said, _ in found.values()])
    return Contacts(customers, seconds, initiatives.astype(np.int64))
