"""Counting: what a refresh costs by how much history there is, and the engine beside others.

A tenth of the history is that of a retailer with a tenth of the customers and events, over the same
weeks: so both refreshes answer the same questions, each with two years to look back on. The newest
tenth of the weeks alone is measured too. It asks less: nothing is counted over a year there.
Ratios are of processor time.
"""

import resource
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

from django.conf import settings
from django.db import connection

from config.bench.figures import Figure, Plan
from config.bench.growth import found_people
from config.bench.meter import Meter
from config.bench.scratch import emptied, new_source
from customers.models import Source
from reports.actions.facts import rebuild
from reports.actions.refresh import refresh
from reports.facts.columns import EVENTS_BY_WEEK, PEOPLE_BY_BLOCK
from reports.facts.delta import at_version
from reports.facts.engines import Engine
from reports.measures.definition import Definition
from reports.models import FactsVersion, Reading
from reports.queries.definitions import definition
from reports.queries.engine import database, newest_version, opened
from reports.queries.facts import WEEK, totals
from strategy.models import Measure

ENDS_ON = date(2026, 11, 23)  # a Monday
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
BROUGHT = 100_000
WEEKS = 140
QUARTER = 13
A_TENTH, NEWEST_TENTH = "a tenth of the history", "the newest tenth of the weeks"
MOST_GROWTH, LEAST_OF_POSTGRESQL, MOST_OF_BARE = 1.3, 5.0, 1.5
MOST_MEMORY = 4_096.0  # megabytes
PLAIN = (
    "conversion_rate", "visit_rate", "revenue_per_customer", "orders_per_customer",
    "average_order_value", "opt_outs", "contacts_per_week", "complaint_rate",
)  # fmt: skip
"""The measures that BARE counts."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Refresh after one import over tenths of the history and over all of it; count it all."""
    settings.FACTS_ENGINE = "duckdb"
    tenth = plan._replace(rows=plan.rows // 10)
    small, newest = _refreshed(tenth, weeks=WEEKS), _refreshed(tenth, weeks=WEEKS // 10)
    yield _figure(f"refresh on {tenth.rows:,}", BROUGHT, small)
    yield _figure(f"refresh on {tenth.rows:,} in {WEEKS // 10} weeks", BROUGHT, newest)
    with emptied():
        large = _brought(plan, weeks=WEEKS)
        grown = _figure(f"refresh on {plan.rows:,}", BROUGHT, large)
        yield grown._replace(
            baseline=A_TENTH,
            ratio=_processor(small) / _processor(large),
            judged="ratio",
            least=1 / MOST_GROWTH,
        )
        yield grown._replace(
            baseline=NEWEST_TENTH, ratio=_processor(newest) / _processor(large), judged="ratio"
        )
        yield from _counted(plan)
        _forget()


def _refreshed(plan: Plan, *, weeks: int) -> Meter:
    with emptied():
        meter = _brought(plan, weeks=weeks)
        _forget()
    return meter


def _brought(plan: Plan, *, weeks: int) -> Meter:
    """Make a history of so many weeks, count it, add rows to its newest week and refresh."""
    name = f"facts-{plan.rows}-{weeks}"
    settings.FACTS_PATH = str(plan.folder / name)
    source = new_source(name)
    people = plan.rows // 20
    found_people(source, people)
    until = datetime(ENDS_ON.year, ENDS_ON.month, ENDS_ON.day, tzinfo=UTC)
    _fill(source, people, rows=plan.rows, first=0, since=until - weeks * WEEK, until=until)
    refresh(progress=SimpleNamespace(step=""), at=AT, everything=True)
    _fill(source, people, rows=BROUGHT, first=plan.rows, since=until - WEEK, until=until)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_staleweek (week_on) VALUES (%s)", [ENDS_ON - WEEK])
    with Meter() as meter:
        refresh(progress=SimpleNamespace(step=""), at=AT)
    return meter


def _counted(plan: Plan) -> Iterator[Figure]:
    with Meter() as copying:
        rebuild(progress=SimpleNamespace(step=""), at=AT)
    yield _figure("facts rebuilt", plan.rows, copying)
    every = [definition(one) for one in Measure.objects.all()]
    some = [one for one in every if one.key in PLAIN]
    with opened() as engine:
        whole, eight = _ask(engine, every), _ask(engine, some)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    of_tables = _ask(database(), every)
    yield _figure("all measures, engine", plan.rows, whole)._replace(
        baseline="PostgreSQL, processor time",
        ratio=_processor(of_tables) / _processor(whole),
        judged="ratio",
        least=LEAST_OF_POSTGRESQL,
        peak=peak,
        peak_goal=MOST_MEMORY,
    )
    yield _figure("all measures, PostgreSQL", plan.rows, of_tables)
    bare = _ask_bare()
    yield _figure("eight measures, engine", plan.rows, eight)._replace(
        baseline="DuckDB SQL by hand",
        ratio=_processor(bare) / _processor(eight),
        judged="ratio",
        least=1 / MOST_OF_BARE,
    )
    yield _figure("eight measures, DuckDB SQL by hand", plan.rows, bare)


def _ask(engine: Engine, measures: list[Definition]) -> Meter:
    """Count every week and quarter, and what has a window of its own once, as a refresh does."""
    weekly = [ENDS_ON - n * WEEK for n in range(WEEKS)]
    own = [one for one in measures if one.window_days]
    others = [one for one in measures if not one.window_days]
    with Meter() as meter:
        totals(engine, others, weeks=1, ends_on=weekly)
        totals(engine, others, weeks=QUARTER, ends_on=weekly[: WEEKS - QUARTER + 1])
        totals(engine, own, weeks=QUARTER, ends_on=weekly[:1])
    return meter


BARE = """
    WITH tallies AS (
        SELECT week, customer_id, coalesce(i.department_id, s.department_id) AS department_id,
            count(*) FILTER (kind = 'visit') AS visits, count(*) FILTER (kind = 'order') AS orders,
            count(*) FILTER (kind = 'contact') AS contacts,
            count(*) FILTER (kind = 'opt_out') AS opt_outs,
            count(*) FILTER (kind = 'complaint') AS complaints,
            sum(amount) FILTER (kind = 'order') AS revenue,
            count(amount) FILTER (kind = 'order') AS priced
        FROM read_parquet({events}, hive_partitioning = true, hive_types = {{'week': DATE}})
        LEFT JOIN read_parquet({people}) USING (record_id)
        LEFT JOIN sources s USING (source_id) LEFT JOIN initiatives i ON i.key = initiative
        WHERE NOT (kind = 'contact' AND transactional)
        GROUP BY ALL
    ), steps AS (
        SELECT unnest(generate_series(ends_on - 7 * {weeks}, ends_on - 7, INTERVAL 7 DAY))::date
            AS week, ends_on
        FROM (SELECT unnest({ends})::date AS ends_on)
    ), people AS (
        SELECT ends_on, customer_id, department_id, sum(visits) AS visits, sum(orders) AS orders,
            sum(contacts) AS contacts, sum(opt_outs) AS opt_outs, sum(complaints) AS complaints,
            sum(revenue) AS revenue, sum(priced) AS priced
        FROM tallies JOIN steps USING (week)
        GROUP BY GROUPING SETS ((ends_on, customer_id), (ends_on, customer_id, department_id))
    )
    SELECT ends_on, department_id, count(customer_id), count(*) FILTER (visits > 0),
        count(*) FILTER (orders > 0), count(*) FILTER (visits + orders > 0), sum(revenue),
        sum(orders), sum(priced), count(*) FILTER (opt_outs > 0), sum(contacts),
        count(*) FILTER (contacts > 0), sum(complaints)
    FROM people GROUP BY ALL
"""


def _ask_bare() -> Meter:
    """Ask DuckDB for the parts of the eight measures, as somebody would who knew only them."""
    import duckdb  # noqa: PLC0415  the bench alone asks it so

    version = newest_version()
    if version is None:
        raise RuntimeError("There is no copy to read.")
    root = settings.FACTS_PATH
    files = {
        "events": at_version(root, EVENTS_BY_WEEK, version.events).file_uris(),
        "people": at_version(root, PEOPLE_BY_BLOCK, version.people).file_uris(),
    }
    weekly = [str(ENDS_ON - n * WEEK) for n in range(WEEKS)]
    with Meter() as meter, duckdb.connect() as duck:
        duck.execute("CREATE TABLE sources (source_id BIGINT, department_id BIGINT)")
        duck.execute("CREATE TABLE initiatives (key VARCHAR, department_id BIGINT)")
        for row in Source.objects.values_list("pk", "department_id"):
            duck.execute("INSERT INTO sources VALUES (?, ?)", row)
        for weeks, ends in ((1, weekly), (QUARTER, weekly[: WEEKS - QUARTER + 1])):
            duck.execute(BARE.format(**files, weeks=weeks, ends=ends)).fetchall()
    return meter


def _fill(
    source: Source, people: int, *, rows: int, first: int, since: datetime, until: datetime
) -> None:
    """Add events of ten kinds' worth, spread evenly over the time; a fifth of people do most."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_event (source_id, event_id, record_id, kind, at, channel,
                initiative, arm, order_id, amount, currency, product, category, store,
                transactional)
            SELECT %(source)s, n, lo + floor(power(hashint8(n)::float8 / 4294967296 + 0.5, 2.5)
                    * %(people)s)::bigint,
                (ARRAY['visit', 'visit', 'visit', 'view', 'view', 'order', 'contact', 'open',
                    'complaint', 'opt_out'])[1 + n %% 10],
                %(since)s + (n - %(first)s - 1) / %(rows)s::float8 * (%(until)s - %(since)s),
                'web', '', '',
                CASE n %% 10 WHEN 5 THEN 'O' || n ELSE '' END,
                CASE n %% 10 WHEN 5 THEN 0.99 + n * 7919 %% 20000 / 100.0 END,
                CASE n %% 10 WHEN 5 THEN %(currency)s ELSE '' END,
                'SKU-' || n * 31 %% 20000, 'Aisle ' || n / 10 %% 40, 'Store ' || n %% 120, false
            FROM generate_series(%(first)s + 1, %(first)s + %(rows)s::bigint) AS n,
                (SELECT min(id) AS lo FROM customers_record WHERE source_id = %(source)s) AS record
            """,
            {
                "source": source.pk,
                "people": people,
                "since": since,
                "until": until,
                "first": first,
                "rows": rows,
                "currency": settings.CURRENCY,
            },
        )
        cursor.execute("ANALYZE customers_event")


def _figure(what: str, rows: int, meter: Meter) -> Figure:
    return Figure(what, rows, meter.seconds, meter.worker_seconds, meter.server_seconds)


def _processor(meter: Meter) -> float:
    return meter.worker_seconds + (meter.server_seconds or 0.0)


def _forget() -> None:
    Reading.objects.all().delete()
    FactsVersion.objects.all().delete()
