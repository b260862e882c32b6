"""Whom other initiatives reached while a test ran."""

from datetime import date

from django.conf import settings
from django.db import connection


def reached_by_others(initiative_id: int, *, starts_on: date, ends_on: date) -> dict[str, int]:
    """Return by arm the test's customers whom another initiative contacted. One query.

    Contacts of the days [starts_on, ends_on) that name another initiative, transactional ones
    aside. Customers in both arms, or assigned after these days, are left out as in `facts.trials`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH people AS MATERIALIZED (
                SELECT r.customer_id, min(a.arm) AS arm
                FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
                WHERE a.initiative_id = %(initiative)s
                GROUP BY r.customer_id
                HAVING min(a.arm) = max(a.arm) AND (min(a.at) AT TIME ZONE %(zone)s)::date
                    < greatest(%(end)s::date, %(start)s::date + 1)
            ), reached AS MATERIALIZED (
                SELECT DISTINCT r.customer_id
                FROM customers_event e JOIN customers_record r ON r.id = e.record_id
                WHERE e.at >= %(start)s::date::timestamp AT TIME ZONE %(zone)s
                    AND e.at < %(end)s::date::timestamp AT TIME ZONE %(zone)s
                    AND e.kind = 'contact' AND NOT e.transactional AND e.initiative <> ''
                    AND e.initiative <> (
                        SELECT key FROM campaigns_initiative WHERE id = %(initiative)s
                    )
            )
            SELECT arm, count(*) FILTER (WHERE customer_id IN (SELECT customer_id FROM reached))
            FROM people GROUP BY 1
            """,
            {
                "initiative": initiative_id,
                "start": starts_on,
                "end": ends_on,
                "zone": settings.TIME_ZONE,
            },
        )
        return dict(cursor.fetchall())
