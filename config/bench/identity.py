"""Made-up people of seven sources linked, by likeness too; and some who come in later."""

import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from config.bench.figures import Figure, Plan
from config.bench.imports import bring
from config.bench.meter import Meter
from config.bench.scratch import emptied, new_source
from config.retail import population, sources
from config.retail.hazards import Rates
from customers.actions import work as ledger
from customers.actions.kinds import KINDS
from customers.actions.linking import link_everybody
from customers.intake.mapping import parse
from customers.models import Record, Source

RECORDS_A_PERSON = 3.14
SMALL = 4
"""How many times smaller the set is that growth is measured from."""
LATER = 10_000
LATE_SOURCE = "web-shop"

WORKER_RATE = 14_000
SLOWEST_GROWTH = 1 / 1.1
LATER_SECONDS = 5
MEGABYTES = 2_500


def measure(plan: Plan) -> Iterator[Figure]:
    """Link everybody at a quarter of the size and at the whole, then let LATER records come in.

    Raises RuntimeError where linking those who came gives others than linking everybody.
    """
    with emptied():
        small = _resolved(_brought(plan, plan.rows // SMALL))
    yield small
    with emptied():
        records = _brought(plan, plan.rows)
        whole = _resolved(records)
        yield whole._replace(least=WORKER_RATE, peak=_peak(), peak_goal=MEGABYTES)
        if small.worker_rate and whole.worker_rate:
            yield whole._replace(
                what="likeness, growing",
                baseline=small.what,
                ratio=whole.worker_rate / small.worker_rate,
                judged="ratio",
                least=SLOWEST_GROWTH,
            )
        again = _resolved(records)
        yield again._replace(what=f"likeness, {records:,} records, a night later")
        later = _come(plan.folder / "later.csv")
        yield Figure(
            f"{LATER:,} onto {records:,}",
            LATER,
            later.seconds,
            later.worker_seconds,
            later.server_seconds,
            least=LATER / LATER_SECONDS,
        )


def _brought(plan: Plan, rows: int) -> int:
    """Write and bring in about so many records, but for LATER of one source; return how many."""
    rng = np.random.default_rng(plan.seed)
    people = population.draw(rng, max(int(rows / RECORDS_A_PERSON), 1), Rates())
    sources.write(plan.folder, people=people, rates=Rates(), rng=rng)
    for mapping in plan.folder.glob("*.toml"):
        file = mapping.with_suffix(".csv")
        if mapping.stem == LATE_SOURCE:
            _keep_back(file, plan.folder / "later.csv")
        _bring(new_source(mapping.stem), file, mapping)
    return Record.objects.count()


def _keep_back(file: Path, later: Path) -> None:
    """Move the last LATER rows of a file into another."""
    head, *rows = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([head, *rows[:-LATER]]), "utf-8")
    later.write_text("".join([head, *rows[-LATER:]]), "utf-8")


def _bring(source: Source, file: Path, mapping: Path) -> Meter:
    kinds = {name: registered.kind for name, registered in KINDS.items()}
    return bring(source, file, parse(mapping.read_text("utf-8"), kinds))


def _resolved(records: int) -> Figure:
    """Link everybody as every night does; a model of likeness is learnt where there is none."""
    work_id = ledger.give(
        kind="resolve", arguments={"probabilistic": True}, at=timezone.now(), ring_now=False
    )
    with Meter() as meter:
        work = ledger.see_through(work_id, clock=timezone.now)
    if work.error:
        raise RuntimeError(work.error)
    return Figure(
        f"likeness, {records:,} records",
        records,
        meter.seconds,
        meter.worker_seconds,
        meter.server_seconds,
        judged="worker",
    )


def _come(file: Path) -> Meter:
    """Bring those in who were kept back, and check that linking everybody gives the same."""
    meter = _bring(
        Source.objects.get(key=LATE_SOURCE), file, sources.MAPPINGS / f"{LATE_SOURCE}.toml"
    )
    linked = _partition()
    with transaction.atomic(), connection.cursor() as cursor:
        link_everybody(cursor, at=timezone.now(), cause="bench")
    if _partition() != linked:
        raise RuntimeError("Linking those who came in gives others than linking everybody.")
    return meter


def _partition() -> int:
    """Return one number for who is linked with whom, certainly and probably."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(hash_record_extended((id, customer_id, certain_id), 0)::numeric)"
            " FROM customers_record"
        )
        return int(cursor.fetchone()[0])


def _peak() -> float:
    """Return the most memory that this process has had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
