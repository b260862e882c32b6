"""Events of a file into the indexed table, beside a bare COPY of what they became."""

from collections.abc import Iterator

from config.bench.figures import Figure, Plan
from config.bench.files import write_events
from config.bench.imports import bring, copy_bare
from config.bench.scratch import emptied, new_source

WORKER_RATE = 100_000
OF_BARE_COPY = 0.5
BARE = "bare binary COPY"
PEOPLE_A_ROW = 0.1


def measure(plan: Plan) -> Iterator[Figure]:
    """Bring in a file whose rows have numbers, then one whose rows have random ids."""
    for what, named in (("events, numbered", True), ("events, random ids", False)):
        path = plan.folder / "events.csv"
        people = int(plan.rows * PEOPLE_A_ROW) + 1
        write_events(path, rows=plan.rows, people=people, seed=plan.seed, named=named)
        with emptied():
            landed = bring(new_source("events"), path)
            bare = copy_bare("customers_event", plan.folder)
        loaded = Figure(
            what, plan.rows, landed.seconds, landed.worker_seconds, landed.server_seconds, BARE
        )._replace(ratio=bare.seconds / landed.seconds)
        yield loaded._replace(judged="worker", least=WORKER_RATE)
        yield loaded._replace(what=f"{what} (ratio)", judged="ratio", least=OF_BARE_COPY)
        yield Figure(
            f"{what}, {BARE}", plan.rows, bare.seconds, bare.worker_seconds, bare.server_seconds
        )
