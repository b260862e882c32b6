"""Whether a million events cost more the more there are already, and a card's timeline too."""

from collections.abc import Iterator

from django.db import connection

from config.bench import timelines
from config.bench.figures import Figure, Plan
from config.bench.files import write_events
from config.bench.imports import bring
from config.bench.scratch import emptied, new_source
from customers.models import Source

STEP = 1_000_000
OF_FIRST = 0.8
PEOPLE_A_ROW = 0.05
SHOWN_EVERY = 5
"""Millions of rows between two figures."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Bring in files of a million events until there are so many as the plan says.

    Everybody has a record before, so that no file pays for founding them. Then the timelines of
    the customer's card are asked for.
    """
    if not plan.growth_to:
        return
    people = int(plan.growth_to * PEOPLE_A_ROW)
    steps = plan.growth_to // STEP
    path = plan.folder / "events.csv"
    with emptied():
        source = new_source("growth")
        found_people(source, people)
        first = 0.0
        for step in range(1, steps + 1):
            write_events(
                path,
                rows=STEP,
                people=people,
                seed=plan.seed,
                first=(step - 1) * STEP,
                of=plan.growth_to,
            )
            landed = bring(source, path)
            first = first or landed.seconds
            if step % SHOWN_EVERY and step not in {1, steps}:
                continue
            yield Figure(
                f"events, million {step}",
                STEP,
                landed.seconds,
                landed.worker_seconds,
                landed.server_seconds,
                baseline="" if step == 1 else "million 1",
                ratio=None if step == 1 else first / landed.seconds,
                judged="ratio",
                least=None if step == 1 else OF_FIRST,
            )
        yield from timelines.measure(source.pk, plan.seed)


def found_people(source: Source, people: int) -> None:
    """Give a source so many people who are known by nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH numbered AS (
                SELECT n, nextval(pg_get_serial_sequence('customers_record', 'id')) AS id
                FROM generate_series(0, %s - 1) AS n
            ), founded AS (
                INSERT INTO customers_customer (id) SELECT id FROM numbered
            )
            INSERT INTO customers_record
                (id, source_id, external_id, customer_id, certain_id, attributes)
            SELECT id, %s, 'C' || n, id, id, '{}' FROM numbered
            """,
            [people, source.pk],
        )
        cursor.execute("ANALYZE customers_record")
