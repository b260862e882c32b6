"""Audiences: columns made and kept up to date, definitions counted, arms drawn and handed over."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from campaigns.actions import traits
from campaigns.actions.audiences import choose_audience, make_audience
from campaigns.actions.deliveries import make_delivery
from campaigns.actions.holdout import give_draw
from campaigns.audience.definition import Condition, Definition, Group
from campaigns.models import Audience, Initiative, Plan
from campaigns.queries.audiences import counted
from campaigns.queries.deliveries import delivery_lines
from config.bench.figures import Figure
from config.bench.figures import Plan as Planned
from config.bench.meter import Meter
from config.bench.questions import in_turn
from config.bench.scratch import emptied, new_source
from customers.actions import work as ledger
from customers.models import Source
from strategy.models import Department, Measure, Person

EVENTS_EACH = 4
COUNTS = 100
LONGEST_SECONDS = 0.3
CHANGED = 10_000
CATEGORIES = 40
CHANNELS = ("email", "text", "post")

PEOPLE = """
    WITH numbered AS (
        SELECT n, nextval(pg_get_serial_sequence('customers_record', 'id')) AS id
        FROM generate_series(1, %(people)s) AS n
    ), founded AS (
        INSERT INTO customers_customer (id, full_name, country)
        SELECT id, 'Maria Holt', 'GB' FROM numbered
    )
    INSERT INTO customers_record (id, source_id, external_id, customer_id, certain_id, attributes)
    SELECT id, %(source)s, 'C' || n, id, id, '{"prefers.light": "warm"}' FROM numbered
"""

EVENTS = """
    INSERT INTO customers_event (source_id, event_id, record_id, kind, at, channel, initiative,
        arm, order_id, amount, currency, product, category, store, transactional)
    SELECT %(source)s, %(first)s || '-' || r.id || '-' || n, r.id,
        (ARRAY['order', 'order', 'view', 'store_visit'])[1 + n %% 4],
        %(now)s::timestamptz - random() * %(days)s * interval '1 day',
        (ARRAY['web', 'store'])[1 + n %% 2], '', '', '', (random() * 100)::int, 'GBP', '',
        'Category ' || (random() * %(categories)s)::int, 'Store ' || (random() * 60)::int, false
    FROM customers_record r, generate_series(1, %(each)s) AS n
    WHERE r.id <= %(last)s
"""

CONSENTS = """
    INSERT INTO customers_consent
        (record_id, channel, purpose, is_allowed, told_at, way, evidence)
    SELECT id, channel, 'marketing', random() < 0.6, %(now)s, 'record', ''
    FROM customers_record, unnest(%(channels)s::text[]) AS channel
"""


def measure(plan: Planned) -> Iterator[Figure]:
    """Count by a hundred definitions of up to eight conditions; as many customers as `rows`."""
    now = timezone.now()
    rng = random.Random(plan.seed)  # noqa: S311  a measurement, not a secret
    with emptied(), connection.cursor() as cursor:
        source = new_source("audiences")
        said: dict[str, Any] = {
            "people": plan.rows, "source": source.pk, "now": now, "days": 700, "first": "a",
            "each": EVENTS_EACH, "last": 2**60, "categories": CATEGORIES,
            "channels": list(CHANNELS),
        }  # fmt: skip
        for statement in (PEOPLE, EVENTS, CONSENTS):
            cursor.execute(statement, said)
        cursor.execute("ANALYZE")
        yield _refreshed("columns from nothing", plan.rows)
        cursor.execute(EVENTS, said | {"first": "b", "each": 1, "days": 1, "last": CHANGED})
        cursor.execute(
            "INSERT INTO customers_staleweek (week_on) VALUES (%s), (%s)",
            [_monday(now.date()), _monday(now.date() - timedelta(days=1))],
        )
        yield _refreshed("columns after a day of 10,000 customers", CHANGED)
        yield _counted([_definition(rng) for _ in range(COUNTS)])
        yield from _drawn(source)


def _refreshed(what: str, rows: int) -> Figure:
    work_id = traits.freshen(at=timezone.now())
    with Meter() as meter:
        ledger.run(work_id or 0, clock=timezone.now)
    return Figure(what, rows, meter.seconds, meter.worker_seconds, meter.server_seconds)


def _counted(definitions: list[Definition]) -> Figure:
    """Count them all; each as the page does, with its sentence and a few of them."""
    now = timezone.localtime()
    counted(definitions[0], now)  # a page that was never asked imports first
    questions = [partial(counted, definition, now) for definition in definitions]
    return in_turn("audiences counted", questions, longest_goal=LONGEST_SECONDS)


def _definition(rng: random.Random) -> Definition:
    def condition() -> Condition:
        number = rng.choice((30, 90, 365))
        return rng.choice(
            (
                Condition("category", f"Category {rng.randrange(CATEGORIES)}", number),
                Condition("store", f"Store {rng.randrange(60)}", number),
                Condition("consent", f"{rng.choice(CHANNELS)}:marketing"),
                Condition("recency", number=rng.randint(2, 5)),
                Condition("monetary", number=rng.randint(2, 5)),
                Condition("prefers", "light=warm"),
            )
        )._replace(is_not=rng.random() < 0.3)  # noqa: PLR2004  three in ten

    groups = tuple(
        Group(rng.choice(("all", "any", "none")), tuple(condition() for _ in range(size)))
        for size in rng.sample((1, 2, 3, 4), 2)
    )
    return Definition(rng.choice(("all", "any")), groups)


def _drawn(source: Source) -> Iterator[Figure]:
    """Draw the arms of everybody, and hand over those who allow mail."""
    now = timezone.now()
    by, _ = Person.objects.get_or_create(
        email="measurements@example.org", defaults={"is_superuser": True}
    )
    department = Department.objects.get(pk=source.department_id)
    measure_of = Measure.objects.first()
    assert measure_of is not None  # noqa: S101  every database has the standard ones
    agreed = {
        "holdout_share": "0.1", "success_measure": measure_of, "smallest_effect": "0.05",
        "starts_on": now.date(), "ends_on": now.date() + timedelta(days=28),
    }  # fmt: skip
    initiative = Initiative.objects.create(
        key="bench", name="Bench", department=department, owner=by, channel="email",
        mode="passive", status=Initiative.Status.AGREED, created_at=now, **agreed,
    )  # fmt: skip
    Plan.objects.create(initiative=initiative, locked_at=now, locked_by=by, **agreed)
    version = make_audience(
        name="Everybody", department=department, way=Audience.Way.FROZEN,
        definition=Definition("all", ()), by=by, at=now,
    )  # fmt: skip
    choose_audience(initiative=initiative, version=version, by=by, at=now)
    draw = give_draw(initiative=initiative, by=by, at=now)
    with Meter() as meter:
        ledger.run(draw.work_id, clock=timezone.now)
    assigned = initiative.assignments.count()
    yield Figure("arms drawn", assigned, meter.seconds, meter.worker_seconds, meter.server_seconds)
    with Meter() as meter:
        delivery = make_delivery(initiative=initiative, by=by, at=now)
        lines = sum(1 for _ in delivery_lines(delivery)) - 1
    yield Figure("handed over", lines, meter.seconds, meter.worker_seconds, meter.server_seconds)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
