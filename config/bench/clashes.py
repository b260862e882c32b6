"""Clashes: 60 initiatives over 90 days, who is in several and who was reached by several."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from campaigns.actions.overlaps import count_overlaps
from campaigns.models import ChangedMembers, Initiative
from campaigns.queries.clashes import clashes_with, met_within, sides_of
from campaigns.queries.forecasts import forecast_ahead
from config.bench.figures import Figure, Plan
from config.bench.meter import Meter
from config.bench.questions import in_turn
from config.bench.scratch import emptied, new_source
from strategy.models import Person

INITIATIVES, DAYS = 60, 90
ENDS_ON = date(2026, 11, 23)
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
"""Seven weeks before all of them end, so that they are planned still."""

PLACES, CONTACTS = 6, 4
"""Initiatives that a customer is in, and contacts that one gets in the 90 days."""

GAP_HOURS = 24
ASKED, PAGE_SECONDS = 100, 0.1
RATE = 200_000
"""Customers a processor second: a million in five seconds of one core."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Count the pairs of initiatives with customers in common, then those that met.

    Then what the calendar and the pressure page ask while somebody waits.
    """
    with emptied():
        initiatives = _company(plan.rows)
        with Meter() as planned:
            found = count_overlaps(at=NOW, everything=True)
        ChangedMembers.objects.create(initiative_id=initiatives[0])
        with Meter() as one:
            count_overlaps(at=NOW)
        with Meter() as measured:
            met = met_within(ENDS_ON, GAP_HOURS, days=DAYS)
        ahead = _often(
            "forecast of 8 weeks, with and without a send",
            partial(forecast_ahead, NOW.date(), leave_out=[0]),
        )
        draft = sides_of(Initiative.objects.filter(pk=initiatives[0]))[0]._replace(pk=0)
        everybody = np.arange(plan.rows, dtype=np.int64)
        clashing = _often(
            "clashes of a draft for everybody",
            partial(clashes_with, draft, everybody, NOW.date()),
        )
    if not found["pairs"] or not met:
        raise RuntimeError("No two initiatives overlap, or none met: not what was made.")
    for what, meter in (
        (f"clashes planned, {INITIATIVES} initiatives", planned),
        ("clashes of one changed initiative", one),
        (f"clashes measured, {DAYS} days", measured),
    ):
        yield Figure(
            what,
            plan.rows,
            meter.seconds,
            meter.worker_seconds,
            meter.server_seconds,
            judged="whole",
            least=RATE,
        )
    yield ahead
    yield clashing


def _often(what: str, asked: Callable[[], object]) -> Figure:
    asked()  # a page that was never asked imports first
    return in_turn(what, [asked] * ASKED, longest_goal=PAGE_SECONDS)


def _company(customers: int) -> list[int]:
    """Write the customers, their places and their contacts past every action; return the ids."""
    source = new_source("clashes")
    scale: dict[str, Any] = {
        "source": source.pk,
        "department": source.department_id,
        "owner": Person.objects.create_user("bench@example.org").pk,
        "customers": customers,
        "initiatives": INITIATIVES,
        "places": PLACES,
        "contacts": CONTACTS,
        "days": DAYS,
        "ends_on": ENDS_ON,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        for statement in MADE:
            cursor.execute(statement, scale)
        cursor.execute("SELECT id FROM campaigns_initiative ORDER BY id")
        return [pk for (pk,) in cursor.fetchall()]


MADE = (
    """
    INSERT INTO customers_customer (id) SELECT n FROM generate_series(1, %(customers)s) n
    """,
    """
    INSERT INTO customers_record (id, source_id, external_id, customer_id, certain_id, attributes)
    OVERRIDING SYSTEM VALUE
    SELECT n, %(source)s, n::text, n, n, '{}' FROM generate_series(1, %(customers)s) n
    """,
    """
    INSERT INTO campaigns_initiative (
        key, name, notice, department_id, owner_id, uses, kind, mode, channel, audience,
        holdout_share, no_holdout_reason, success_measure_id, smallest_effect, starts_on, ends_on,
        status, created_at, is_stale, planned_reads, purpose, unit, places
    )
    SELECT 'bench-' || n, 'Bench ' || n, '', %(department)s, %(owner)s, '{}', '', 'passive',
        'email', '', 0, '', (SELECT min(id) FROM strategy_measure), 0.05,
        %(ends_on)s::date - %(days)s, %(ends_on)s, 'draft', now(), false, 1, 'marketing',
        'customer', '{}'
    FROM generate_series(1, %(initiatives)s) n
    """,
    """
    INSERT INTO campaigns_plannedsend (initiative_id, day, name)
    SELECT id, 7 * week + id %% 7, 'Send ' || week FROM campaigns_initiative,
        generate_series(0, (%(days)s - 7) / 7) week WHERE (id + week) %% 2 = 0
    """,
    """
    INSERT INTO campaigns_assignment (initiative_id, record_id, arm, at, unit, covariates, outcomes)
    SELECT i.id, r.n, 'treated', now(), '', '{}', '{}'
    FROM generate_series(1, %(customers)s) AS r (n)
    CROSS JOIN generate_series(0, %(places)s - 1) AS place
    JOIN (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM campaigns_initiative
    ) i ON i.number = (hashint8(r.n) & 1048575 + place * (1 + (r.n %% 9))) %% %(initiatives)s
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO customers_event (
        source_id, event_id, record_id, kind, at, channel, initiative, arm, order_id, currency,
        product, category, store, transactional
    )
    SELECT %(source)s, 'c' || r.n || '-' || sent, r.n, 'contact',
        %(ends_on)s::timestamp AT TIME ZONE %(zone)s
            - make_interval(secs => 1 + (hashint8(r.n * 31 + sent) & 2147483647)
                %% (%(days)s * 86400 - 1)),
        'email', 'bench-' || 1 + (hashint8(r.n + sent * 7919) & 1048575) %% %(initiatives)s,
        '', '', '', '', '', '', false
    FROM generate_series(1, %(customers)s) AS r (n)
    CROSS JOIN generate_series(1, %(contacts)s) AS sent
    """,
    "ANALYZE campaigns_assignment, customers_event, customers_record",
)
