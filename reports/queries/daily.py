"""Daily values of a measure: the one place that asks the facts for days."""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from psycopg import sql

from reports.evidence.sums import NotComputableError
from reports.measures.definition import Definition, each, each_over, factor, tally
from reports.measures.money import factors, on_its_day

ONE_DAY = timedelta(days=1)


class NoDayError(NotComputableError):
    """Some day has nothing to divide by, so there is no value of it."""


class Daily(NamedTuple):
    """A measure day by day from `starts_on`, without gaps; one value per day.

    Measures per event or per person are ratios of their day; those per customer in scope are the
    day's total, since who is in scope is the same for every day that is compared.
    """

    starts_on: date
    values: list[float]


def daily(
    measure: Definition,
    *,
    starts_on: date,
    ends_on: date,
    department_id: int | None = None,
    others: bool = False,
) -> Daily:
    """Return a measure's values on the days [starts_on, ends_on). One query.

    Args:
        measure: what is counted over what.
        starts_on, ends_on: in the company's time zone.
        department_id: only its events (those of its initiatives, else of its sources); None is
            the whole company.
        others: every department's events but those.

    Raises:
        NoDayError: of a ratio, a day without a denominator.

    """
    with connection.cursor() as cursor:
        cursor.execute(_days(measure, starts_on, ends_on, department_id, others=others))
        found = {on: (float(y), float(d)) for on, y, d in cursor.fetchall()}
    length = (ends_on - starts_on).days
    days = [found.get(starts_on + n * ONE_DAY, (0.0, 0.0)) for n in range(length)]
    if measure.per == "customers":
        return Daily(starts_on, [y for y, _ in days])
    if not all(d for _, d in days):
        raise NoDayError("Some day has nothing to divide by, so days cannot be compared.")
    by = factor(measure, 1)
    return Daily(starts_on, [by * y / d for y, d in days])


def _days(
    measure: Definition,
    starts_on: date,
    ends_on: date,
    department_id: int | None,
    *,
    others: bool,
) -> sql.Composable:
    scope: sql.Composable = sql.SQL("")
    if department_id is not None:
        scope = sql.SQL("AND coalesce(i.department_id, s.department_id) {} {}").format(
            sql.SQL("<>" if others else "="), department_id
        )
    return sql.SQL(
        """
        WITH factors AS MATERIALIZED ({factors}), tallies AS (
            SELECT (e.at AT TIME ZONE {zone})::date AS on_day, r.customer_id, {tally}
            FROM customers_event e
            JOIN customers_source s ON s.id = e.source_id
            LEFT JOIN campaigns_initiative i ON i.key = e.initiative
            LEFT JOIN customers_record r ON r.id = e.record_id
            LEFT JOIN factors f ON {on_its_day}
            WHERE e.at >= {starts_on}::timestamp AT TIME ZONE {zone}
                AND e.at < {ends_on}::timestamp AT TIME ZONE {zone}
                AND e.kind = ANY({kinds}) AND NOT (e.kind = 'contact' AND e.transactional) {scope}
            GROUP BY 1, 2
        ), people AS (
            SELECT on_day, customer_id, {each} AS y, {over} AS d FROM tallies GROUP BY 1, 2
        )
        SELECT on_day, sum(y), sum(d) FROM people {known} GROUP BY 1
        """
    ).format(
        factors=factors(settings.CURRENCY, starts_on, ends_on),
        zone=settings.TIME_ZONE,
        tally=tally([measure], settings.CURRENCY),
        on_its_day=on_its_day(settings.CURRENCY, settings.TIME_ZONE),
        starts_on=starts_on,
        ends_on=ends_on,
        kinds=sorted(measure.kinds),
        scope=scope,
        each=each(measure),
        over=each_over(measure),
        known=sql.SQL("" if measure.per == "events" else "WHERE customer_id IS NOT NULL"),
    )
