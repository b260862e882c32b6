"""Records of a file: contact details to one spelling and hashed, merged, linked."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from config.bench.figures import Figure, Plan
from config.bench.files import write_records
from config.bench.imports import bring
from config.bench.meter import Meter
from config.bench.scratch import emptied, new_source
from customers.actions.linking import link_everybody

WORKER_RATE = 30_000


def measure(plan: Plan) -> Iterator[Figure]:
    """Bring in a file of people with e-mail, telephone, names and postcode; link them once more."""
    path = plan.folder / "records.csv"
    write_records(path, rows=plan.rows, seed=plan.seed)
    with emptied():
        landed = bring(new_source("records"), path)
        with Meter() as linked, transaction.atomic(), connection.cursor() as cursor:
            link_everybody(cursor, at=timezone.now(), cause="bench")
    yield Figure(
        "records, linked",
        plan.rows,
        landed.seconds,
        landed.worker_seconds,
        landed.server_seconds,
        judged="worker",
        least=WORKER_RATE,
    )
    yield Figure(
        "linking alone", plan.rows, linked.seconds, linked.worker_seconds, linked.server_seconds
    )
