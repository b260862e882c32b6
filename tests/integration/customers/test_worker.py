"""Work through a real worker and a real broker: done, and whole whatever is killed when."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db.models import Q
from django.utils import timezone

from config.health import worker_answers
from customers.actions import work as ledger
from customers.actions.imports import hand_in
from customers.models import Event, Import, Record, Source, StaleWeek, Work
from reports.models import Reading
from tests.factories.customers import SourceFactory
from tests.worker import Worker, environment

ROWS = {"events": 100_000, "records": 40_000}


@pytest.fixture
def shop(workplace: Path) -> Source:
    assert workplace.exists()
    return SourceFactory.create(key="web-shop")


@pytest.mark.usefixtures("shop")
def test_a_file_comes_in_and_is_counted_with_nobody_asking_further(workplace: Path) -> None:
    file = workplace / "visits.csv"
    day = timezone.localdate() - timedelta(weeks=2)
    file.write_text(
        f"event,event_id,external_id,at\nvisit,1,A,{day}T12:00\norder,2,A,{day}T13:00\n"
    )

    with Worker(workplace, beat=True) as worker:
        typed = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "manage.py", "import", "web-shop", str(file), "--json"],
            cwd=django_settings.BASE_DIR,
            env=environment(workplace),
            capture_output=True,
            check=True,
        )
        import_id = json.loads(typed.stdout)["import"]
        worker.wait_until(lambda: Import.objects.get().loaded_at is not None)
        worker.wait_until(lambda: Reading.objects.filter(measure__key="conversion_rate").exists())
        worker.wait_until(lambda: worker_answers() == "ok")

    done = Import.objects.get(pk=import_id)
    assert (done.read_count, done.changed_count, done.work.attempts) == (2, 2, 1)
    assert Reading.objects.filter(measure__key="conversion_rate", value=1).exists()
    assert not StaleWeek.objects.exists()
    assert [path for path in django_settings.IMPORT_FOLDER.rglob("*") if path.is_file()] == []


def test_a_shell_sees_the_exit_code_and_one_sentence(shop: Source, workplace: Path) -> None:
    file = workplace / "orders.csv"
    file.touch()

    typed = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "manage.py", "import", shop.key, str(file), "--wait", "--json"],
        cwd=django_settings.BASE_DIR,
        env=environment(workplace),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (typed.returncode, typed.stdout) == (2, "")
    assert typed.stderr.count("\n") == 1
    assert "orders.csv is empty" in typed.stderr


def handed_in(source: Source, folder: Path, kind: str) -> Import:
    """Hand in a file: events of 500 people, or people with an address each."""
    file = folder / f"{kind}.csv"
    with file.open("w") as rows:
        if kind == "events":
            rows.write("event,event_id,external_id,at,amount\n")
            rows.writelines(
                f"order,E{n},P{n % 500},2026-{1 + n % 9:02}-05T10:00:00Z,{n % 90}\n"
                for n in range(ROWS[kind])
            )
        else:
            rows.write("external_id,email,city\n")
            rows.writelines(f"R{n},r{n}@example.org,York\n" for n in range(ROWS[kind]))
    return hand_in(
        source=source, path=file, file_name=file.name, mapping=None, at=timezone.now(), by=None
    )


@contextmanager
def watched(folder: Path, kind: str) -> Iterator[set[tuple[int, bool]]]:
    """Look again and again, from a connection of its own, at what others can see."""
    seen: set[tuple[int, bool]] = set()
    over = threading.Event()
    table = {"events": "customers_event", "records": "customers_record"}[kind]
    question = (
        f"SELECT (SELECT count(*) FROM {table}),"  # noqa: S608  our own names
        " (SELECT bool_and(loaded_at IS NOT NULL) FROM customers_import)"
    )

    def look() -> None:
        with psycopg.connect(environment(folder)["DATABASE_URL"], autocommit=True) as other:
            while not over.wait(0.02):
                found = other.execute(question).fetchone()
                assert found is not None
                seen.add((found[0], found[1]))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(("kind", "kills", "seed"), [("events", 3, 1), ("records", 2, 2)])
def test_a_worker_killed_at_any_point_leaves_all_or_nothing(
    shop: Source, workplace: Path, kind: str, kills: int, seed: int
) -> None:
    """Killed several times, then left alone; at last delivered twice more."""
    delays = random.Random(seed)  # noqa: S311  not for secrets
    torn = 0
    worker = Worker(workplace)
    file_import = handed_in(shop, workplace, kind)
    work = Work.objects.filter(pk=file_import.work_id)

    def is_at(attempt: int) -> bool:
        ledger.sweep(at=timezone.now())
        return work.filter(Q(attempts=attempt) | Q(state=Work.State.DONE)).exists()

    with watched(workplace, kind) as seen, worker:
        for attempt in range(1, kills + 1):
            worker.wait_until(partial(is_at, attempt))
            torn += not work.get().is_over
            threading.Event().wait(delays.uniform(0, 1.2))
            worker.kill()
            worker.start()
        worker.wait_until(lambda: is_at(kills + 1))
        worker.wait_until(lambda: work.get().is_over)
        for _ in range(2):
            ledger.ring(file_import.work_id)
        ledger.give(kind="refresh", arguments={}, at=timezone.now(), once="all")
        worker.wait_until(
            lambda: not Work.objects.filter(state__in=["waiting", "running"]).exists()
        )

    file_import.refresh_from_db()
    assert torn
    people = {"events": 500, "records": ROWS[kind]}[kind]
    assert seen == {(0, False), (ROWS[kind], True)}
    assert Event.objects.count() == {"events": ROWS[kind], "records": 0}[kind]
    assert Record.objects.count() == people
    assert (file_import.read_count, file_import.changed_count) == (ROWS[kind], ROWS[kind])
    assert (work.get().state, work.get().error) == ("done", "")
