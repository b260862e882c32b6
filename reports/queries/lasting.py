"""What customers of a test did early and what they did later."""

from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from psycopg import sql

from reports.evidence.persistence import EARLY_DAYS, LATE_DAYS
from reports.evidence.sums import Sums
from reports.measures.definition import Definition, each, tally
from reports.measures.money import factors, on_its_day

LATE = timedelta(days=len(LATE_DAYS))
EARLY = timedelta(days=len(EARLY_DAYS))


def early_and_late(
    initiative_id: int, measure: Definition, *, starts_on: date, late_ends_on: date
) -> dict[str, Sums]:
    """Return by arm what `persistence` asks for: `y` of the later 30 days, `d` of the first 14.

    The later days are the 30 before `late_ends_on`, the early ones those from `starts_on` on.
    Where a measure counts people, their events are added up: a yes or no over 30 days and one
    over 14 cannot be compared by day. Where fewer is better signs are turned, so that better is
    above 0. Customers in both arms, or assigned after the early days, are left out. One query.
    """
    counted = measure._replace(fold="amount" if measure.is_money else "events")
    late_starts_on = late_ends_on - LATE
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                """
                WITH people AS MATERIALIZED (
                    SELECT r.customer_id, min(a.arm) AS arm
                    FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
                    WHERE a.initiative_id = {initiative}
                    GROUP BY r.customer_id
                    HAVING min(a.arm) = max(a.arm)
                        AND (min(a.at) AT TIME ZONE {zone})::date < {early_ends_on}::date
                ), factors AS MATERIALIZED ({factors}), tallies AS (
                    SELECT r.customer_id, e.at >= {late}::timestamp AT TIME ZONE {zone} AS is_late,
                        {tally}
                    FROM customers_event e JOIN customers_record r ON r.id = e.record_id
                    LEFT JOIN factors f ON {on_its_day}
                    WHERE e.kind = ANY({kinds}) AND NOT (e.kind = 'contact' AND e.transactional)
                        AND e.at < {late_ends_on}::timestamp AT TIME ZONE {zone}
                        AND e.at >= {starts_on}::timestamp AT TIME ZONE {zone}
                        AND (e.at < {early_ends_on}::timestamp AT TIME ZONE {zone}
                            OR e.at >= {late}::timestamp AT TIME ZONE {zone})
                    GROUP BY 1, 2
                ), did AS (
                    SELECT customer_id, is_late, {each} AS y FROM tallies GROUP BY 1, 2
                ), folded AS (
                    SELECT p.arm, coalesce(l.y, 0) AS y, coalesce(e.y, 0) AS d
                    FROM people p
                    LEFT JOIN did l ON l.customer_id = p.customer_id AND l.is_late
                    LEFT JOIN did e ON e.customer_id = p.customer_id AND NOT e.is_late
                )
                SELECT arm, count(*), sum(y), sum(y * y), sum(d), sum(d * d), sum(y * d)
                FROM folded GROUP BY 1
                """
            ).format(
                initiative=initiative_id,
                zone=settings.TIME_ZONE,
                starts_on=starts_on,
                early_ends_on=starts_on + EARLY,
                late=late_starts_on,
                late_ends_on=late_ends_on,
                factors=factors(settings.CURRENCY, starts_on, late_ends_on),
                tally=tally([counted], settings.CURRENCY),
                on_its_day=on_its_day(settings.CURRENCY, settings.TIME_ZONE),
                kinds=sorted(measure.kinds),
                each=each(counted),
            )
        )
        rows = cursor.fetchall()
    sign = -1 if measure.better == "fewer" else 1
    return {
        arm: Sums.from_powers(n, sign * y, y2, d=sign * d, d2=d2, yd=yd)
        for arm, n, y, y2, d, d2, yd in rows
    }
