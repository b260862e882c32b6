"""The facts engine: totals over events, behind three questions. Today it is plain PostgreSQL."""

import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from reports.evidence.sums import Sums
from reports.measures.definition import (
    Definition,
    count_of,
    each,
    each_over,
    factor,
    money_kinds,
    speaks_of_people,
    tally,
)
from reports.facts.money import factors, on_its_day, unpriced
from reports.queries.unpriced import add_counts, unpriced_events

WEEK = timedelta(days=7)


class Total(NamedTuple):
    """A measure's two parts for a window [starts_on, ends_on); department None: the company.

    `left_out` counts, by currency and kind, the events whose amount has no rate.
    """

    measure_id: int
    department_id: int | None
    starts_on: date
    ends_on: date
    numerator: Decimal
    denominator: int
    left_out: dict[str, dict[str, int]]


class Trial(NamedTuple):
    """What a test came to: people in each arm, and sums by measure key.

    `missing` counts, by measure key and arm, the people without a value of a measure whose
    outcomes were brought; where there are any, the measure's sums speak of some people only.
    `left_out` counts, by measure key, the events whose amount has no rate, by currency and kind,
    and under "" all others that the measure adds up; it is over the days to the last end.
    """

    sizes: dict[str, int]
    sums: dict[str, dict[str, Sums]]
    missing: dict[str, dict[str, int]]
    left_out: dict[str, dict[str, dict[str, int]]]


class Assigned(NamedTuple):
    """How the customers of a test came into their arms.

    Attributes:
        in_both_arms: customers whose records are in both arms.
        late: customers of one arm whose first assignment came after the first day.
        after: those whose first assignment came after the days counted.
        unit: a store or region that was randomised as a whole, "" where customers were.

    """

    in_both_arms: int
    late: int
    after: int
    unit: str


def weeks_of_history() -> list[date]:
    """Return the Mondays of all weeks from the first event's to the newest one's. Two queries."""
    first, newest = first_event_on(), newest_event_on()
    if first is None or newest is None:
        return []
    monday = first - timedelta(days=first.weekday())
    return [monday + n * WEEK for n in range((newest - monday).days // 7 + 1)]


def newest_event_on() -> date | None:
    """Return the day of the newest event in the company's time zone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (max(at) AT TIME ZONE %s)::date FROM customers_event", [settings.TIME_ZONE]
        )
        newest: date | None = cursor.fetchone()[0]
    return newest


def first_event_on() -> date | None:
    """Return the day of the first event in the company's time zone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (min(at) AT TIME ZONE %s)::date FROM customers_event", [settings.TIME_ZONE]
        )
        first: date | None = cursor.fetchone()[0]
    return first


def feeds(weeks: Collection[date]) -> set[tuple[int, str]]:
    """Return which source sent which kind of event in the weeks that begin on these Mondays."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT e.source_id, e.kind
            FROM unnest(%(weeks)s::date[]) AS w (week_on)
            JOIN customers_event e
                ON e.at >= w.week_on::timestamp AT TIME ZONE %(zone)s
                AND e.at < (w.week_on + 7)::timestamp AT TIME ZONE %(zone)s
            """,
            {"weeks": list(weeks), "zone": settings.TIME_ZONE},
        )
        return set(cursor.fetchall())


def totals(measures: Sequence[Definition], *, weeks: int, ends_on: Collection[date]) -> list[Total]:
    """Return every measure's parts for the windows of so many weeks that end on these Mondays.

    Each window comes for the company and for each department with events in it: the department
    of the initiative that an event names, else that of its source. Three queries.
    """
    windows = [(end - weeks * WEEK, end) for end in sorted(ends_on)]
    needed = sorted({start + n * WEEK for start, _ in windows for n in range(weeks)})
    if not needed:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        _tally(cursor, measures, needed)
        cursor.execute(_totals(measures, windows))
        rows = cursor.fetchall()
        left_out = unpriced_events(cursor, measures, windows)
        cursor.execute("DROP TABLE tallies")
    return [
        Total(
            measure.measure_id,
            None if is_company else department_id,
            starts_on,
            end,
            values[2 * place],
            int(values[2 * place + 1]),
            left_out.get((measure.measure_id, None if is_company else department_id, end), {}),
        )
        for starts_on, end, department_id, is_company, *values in rows
        for place, measure in enumerate(measures)
    ]


def brought_outcomes(initiative_id: int) -> set[str]:
    """Return the keys of the measures whose outcomes came with the assignments. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT jsonb_object_keys(outcomes) FROM campaigns_assignment
            WHERE initiative_id = %s
            """,
            [initiative_id],
        )
        return {key for (key,) in cursor.fetchall()}


def assigned(initiative_id: int, *, starts_on: date, ends_on: date) -> Assigned:
    """Return how a test's customers were assigned, for the days [starts_on, ends_on). One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE is_torn),
                count(*) FILTER (WHERE NOT is_torn AND on_day > %(first)s AND on_day < %(end)s),
                count(*) FILTER (WHERE NOT is_torn AND on_day >= %(end)s AND on_day > %(first)s),
                coalesce(max(unit), '')
            FROM (
                SELECT min(a.arm) <> max(a.arm) AS is_torn, max(a.unit) AS unit,
                    (min(a.at) AT TIME ZONE %(zone)s)::date AS on_day
                FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
                WHERE a.initiative_id = %(initiative)s
                GROUP BY r.customer_id
            ) people
            """,
            {
                "first": starts_on,
                "end": ends_on,
                "zone": settings.TIME_ZONE,
                "initiative": initiative_id,
            },
        )
        return Assigned(*cursor.fetchone())


def trials(
    initiative_id: int,
    measures: Sequence[Definition],
    *,
    brought: Collection[str],
    starts_on: date,
    ends: Sequence[date],
) -> list[Trial]:
    """Return each arm's sums of every measure over the days [starts_on, end), for each end.

    `ends` ascend. The unit is the customer; one whose records were put into both arms, or who was
    assigned after the last end, is left out. Outcomes of the measures `brought` come with the
    assignments, never from events: the records of one customer are added up, and where people
    are counted it is one that did it. Of other measures, who has no event has 0. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _trials(initiative_id, measures, brought=brought, starts_on=starts_on, ends=ends)
        )
        rows = cursor.fetchall()
    keys = [measure.key for measure in measures]
    found = [
        Trial({}, {key: {} for key in keys}, {key: {} for key in keys}, {key: {} for key in keys})
        for _ in ends
    ]
    for look, arm, people, amounts, *values in rows:
        days = max(1, (ends[look] - starts_on).days)
        found[look].sizes[arm] = people
        for place, measure in enumerate(measures):
            if measure.is_money and measure.key not in brought:
                add_counts(found[look].left_out[measure.key], measure, json.loads(amounts or "{}"))
            missing, y, y2, d, d2, yd = values[6 * place : 6 * place + 6]
            if missing:
                found[look].missing[measure.key][arm] = missing
                continue
            over = {"d": d, "d2": d2, "yd": yd} if measure.is_ratio else {}
            powers = Sums.from_powers(people, y, y2, **over)
            found[look].sums[measure.key][arm] = powers.times(factor(measure, days))
    return found


def _totals(measures: Sequence[Definition], windows: Sequence[tuple[date, date]]) -> sql.Composable:
    columns, parts = [], []
    for place, measure in enumerate(measures):
        y, d = sql.Identifier(f"y{place}"), sql.Identifier(f"d{place}")
        columns += [
            sql.SQL("{} AS {}").format(each(measure), y),
            sql.SQL("{} AS {}").format(each_over(measure), d),
        ]
        for column, known in zip((y, d), speaks_of_people(measure), strict=True):
            only = sql.SQL(" FILTER (WHERE customer_id IS NOT NULL)" if known else "")
            parts.append(sql.SQL("coalesce(sum({}){}, 0)").format(column, only))
    return sql.SQL(
        """
        SELECT w.starts_on, w.ends_on, of_window.*
        FROM unnest({starts}::date[], {ends}::date[]) AS w (starts_on, ends_on)
        CROSS JOIN LATERAL (
            WITH people AS (
                SELECT department_id, grouping(department_id) AS is_company, customer_id, {columns}
                FROM tallies WHERE week_on >= w.starts_on AND week_on < w.ends_on
                GROUP BY GROUPING SETS ((customer_id), (customer_id, department_id))
            )
            SELECT department_id, is_company, {parts} FROM people GROUP BY 1, 2
        ) of_window
        """
    ).format(
        columns=sql.SQL(", ").join(columns),
        parts=sql.SQL(", ").join(parts),
        starts=sql.Literal([start for start, _ in windows]),
        ends=sql.Literal([end for _, end in windows]),
    )


def _tally(cursor: CursorWrapper, measures: Sequence[Definition], weeks: Sequence[date]) -> None:
    """Fill the temporary table `tallies` for the weeks that begin on these Mondays."""
    cursor.execute(
        sql.SQL(
            """
            CREATE TEMPORARY TABLE tallies ON COMMIT DROP AS
            WITH factors AS MATERIALIZED ({factors})
            SELECT w.week_on, r.customer_id,
                   coalesce(i.department_id, s.department_id) AS department_id,
                   {unpriced} AS unpriced_in, {columns}
            FROM unnest({weeks}::date[]) AS w (week_on)
            JOIN customers_event e
                ON e.at >= w.week_on::timestamp AT TIME ZONE {zone}
                AND e.at < (w.week_on + 7)::timestamp AT TIME ZONE {zone}
            JOIN customers_source s ON s.id = e.source_id
            LEFT JOIN campaigns_initiative i ON i.key = e.initiative
            LEFT JOIN customers_record r ON r.id = e.record_id
            LEFT JOIN factors f ON {on_its_day}
            WHERE NOT (e.kind = 'contact' AND e.transactional)
            GROUP BY 1, 2, 3, 4
            """
        ).format(
            factors=factors(settings.CURRENCY, min(weeks), max(weeks) + WEEK),
            unpriced=unpriced(settings.CURRENCY),
            on_its_day=on_its_day(settings.CURRENCY, settings.TIME_ZONE),
            columns=tally(measures, settings.CURRENCY),
            weeks=sql.Literal(list(weeks)),
            zone=sql.Literal(settings.TIME_ZONE),
        )
    )
    cursor.execute("CREATE INDEX ON tallies (week_on)")
    cursor.execute("ANALYZE tallies")


def _trials(
    initiative_id: int,
    measures: Sequence[Definition],
    *,
    brought: Collection[str],
    starts_on: date,
    ends: Sequence[date],
) -> sql.Composable:
    outcomes: list[sql.Composable] = [sql.SQL("min(a.arm) AS arm")]
    columns, powers = [], []
    for place, measure in enumerate(measures):
        y, d = sql.Identifier(f"y{place}"), sql.Identifier(f"d{place}")
        if measure.key in brought:
            together = sql.SQL("max" if measure.fold == "people" else "sum")
            outcome = sql.SQL("{}((a.outcomes->>{})::numeric) AS {}")
            outcomes.append(outcome.format(together, measure.key, y))
            columns.append(sql.SQL("max(p.{}) AS {}").format(y, y))
        else:
            columns.append(sql.SQL("{} AS {}").format(each(measure), y))
        columns.append(sql.SQL("{} AS {}").format(each_over(measure), d))
        powers.append(
            sql.SQL(
                "count(*) - count({y}), "
                "sum({y}), sum({y} * {y}), sum({d}), sum({d} * {d}), sum({y} * {d})"
            ).format(y=y, d=d)
        )
    kinds = sorted({kind for measure in measures for kind in measure.kinds})
    return sql.SQL(
        """
        WITH people AS MATERIALIZED (
            SELECT r.customer_id, {outcomes},
                min(a.arm) = max(a.arm) AND (min(a.at) AT TIME ZONE {zone})::date
                    < greatest({last}::date, {starts_on}::date + 1) AS counts
            FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
            WHERE a.initiative_id = {initiative}
            GROUP BY r.customer_id
        ), moments AS (
            SELECT array_agg(day::timestamp AT TIME ZONE {zone} ORDER BY day) AS ends
            FROM unnest({ends}::date[]) AS day
        ), factors AS MATERIALIZED ({factors}), tallies AS MATERIALIZED (
            SELECT r.customer_id, width_bucket(e.at, moments.ends) AS first_look,
                {unpriced} AS unpriced_in, {tally}
            FROM moments, customers_event e JOIN customers_record r ON r.id = e.record_id
            LEFT JOIN factors f ON {on_its_day}
            WHERE e.at >= {starts_on}::timestamp AT TIME ZONE {zone}
                AND e.at < {last}::timestamp AT TIME ZONE {zone}
                AND e.kind = ANY({kinds}) AND NOT (e.kind = 'contact' AND e.transactional)
            GROUP BY 1, 2, 3
        ), amounts AS (
            SELECT arm, jsonb_object_agg(unpriced_in, counts) AS counts
            FROM (
                SELECT p.arm, t.unpriced_in, jsonb_build_object({counts}) AS counts
                FROM people p JOIN tallies t USING (customer_id) WHERE p.counts GROUP BY 1, 2
            ) of_currency
            GROUP BY 1
        ), folded AS (
            SELECT look, p.customer_id, p.arm, {columns}
            FROM people p CROSS JOIN generate_series(0, {looks}) AS look
            LEFT JOIN tallies t ON t.customer_id = p.customer_id AND t.first_look <= look
            WHERE p.counts
            GROUP BY 1, 2, 3
        )
        SELECT look, arm, count(*),
            (SELECT counts FROM amounts WHERE amounts.arm = folded.arm), {powers}
        FROM folded GROUP BY 1, 2
        """
    ).format(
        initiative=initiative_id,
        starts_on=starts_on,
        ends=list(ends),
        last=ends[-1],
        looks=len(ends) - 1,
        zone=settings.TIME_ZONE,
        tally=tally(measures, settings.CURRENCY),
        factors=factors(settings.CURRENCY, starts_on, ends[-1]),
        unpriced=unpriced(settings.CURRENCY),
        on_its_day=on_its_day(settings.CURRENCY, settings.TIME_ZONE),
        counts=sql.SQL(", ").join(
            sql.SQL("{}::text, sum({})").format(kind, count_of(kind))
            for kind in money_kinds(measures)
        ),
        kinds=kinds,
        outcomes=sql.SQL(", ").join(outcomes),
        columns=sql.SQL(", ").join(columns),
        powers=sql.SQL(", ").join(powers),
    )
