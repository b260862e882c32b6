"""A database of the test's own that goes away or has no room, while a real worker imports."""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from config.servers import places, postgres, valkey
from config.servers.programs import server_account
from tests.web import Web, wait_until
from tests.worker import Worker, environment

ROWS = 600_000
AWAY_SECONDS = 10.0
"""Longer than a lease, and than a page may take."""

SOURCES = """
from customers.models import Source
from strategy.models import Department
department = Department.objects.create(name="Shop")
for key in ("shop", "till"):
    Source.objects.create(key=key, name=key, department=department)
"""


class Own:
    """A migrated database on a server of its own, a broker, and two sources."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = environment(folder) | {
            "DATABASE_URL": places.database_url(folder),
            "IMPORT_FOLDER": str(folder / "imports"),
        }

    def start(self) -> None:
        postgres.start(self.folder, durable=False)

    def stop(self) -> None:
        postgres.stop(self.folder)

    def manage(self, *words: str) -> str:
        """Run one of our commands, and return what it printed."""
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def hand_in(self, source: str) -> None:
        """Hand in a file of events, each by its own number, for a source that had none."""
        file = self.folder / "events.csv"
        with file.open("w") as rows:
            rows.write("event,event_id,external_id,at,amount\n")
            rows.writelines(f"order,E{n},P{n % 500},2026-09-05,5\n" for n in range(ROWS))
        self.manage("import", source, str(file), "--json")

    def ask(self, question: str) -> Any:
        """Return the one value that answers a question."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as own:
            found = own.execute(question)
            answer = found.fetchone() if found.description else None
        return answer and answer[0]

    def work(self, wanted: str) -> Any:
        """Return a column of the newest import's row in the ledger."""
        of_import = "FROM customers_work WHERE kind = 'import' ORDER BY id DESC LIMIT 1"
        return self.ask(f"SELECT {wanted} {of_import}")

    def landed(self) -> Any:
        """Return what the newest import says it brought, and how many events its source has."""
        return self.ask(
            "SELECT ARRAY[changed_count, accepted_count,"
            " (SELECT count(*) FROM customers_event e WHERE e.source_id = i.source_id)]"
            " FROM customers_import i ORDER BY id DESC LIMIT 1"
        )


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    found = Own(tmp_path_factory.mktemp("own"))
    valkey.start(found.folder)
    found.start()
    try:
        found.manage("migrate", "--verbosity", "0")
        found.manage("shell", "--command", SOURCES)
        yield found
    finally:
        found.stop()
        valkey.stop(found.folder)


def status(web: Web, path: str, event: bytes | None = None) -> int:
    """Return how somebody with a session, or a sender of an event, is answered, in time."""
    begun = time.monotonic()
    client = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    client.request("POST" if event else "GET", path, event, {"Cookie": f"sessionid={'a' * 32}"})
    answer = client.getresponse()
    client.close()
    assert time.monotonic() - begun < 10
    return answer.status


def test_an_import_outlives_its_database(own: Own) -> None:
    with (
        Worker(own.folder, beat=True, said=own.environment) as worker,
        Web(own.folder, own.environment) as web,
    ):
        own.hand_in("shop")
        worker.wait_until(lambda: bool(own.work("done_count > 0")))
        own.stop()
        back_at = time.monotonic() + AWAY_SECONDS
        away = [
            status(web, "/"),
            status(web, "/readyz"),
            status(web, "/v1/track", b'{"writeKey": "k", "userId": "u", "event": "A"}'),
        ]
        time.sleep(max(0.0, back_at - time.monotonic()))
        own.start()
        wait_until(lambda: status(web, "/") != 503, 5, "pages are back")
        worker.wait_until(lambda: own.work("state") == "done")

    assert away == [503, 503, 503]
    assert own.landed() == [ROWS, ROWS, ROWS]
    assert own.work("attempts") > 1


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Mount a disk of 4 MB for a table of the server."""
    place = Path(tempfile.mkdtemp())
    if os.geteuid() != 0 or subprocess.run(mounting(place, "size=4m"), check=False).returncode:  # noqa: S603  our own words
        place.rmdir()
        pytest.skip("only root may mount a disk, and not everywhere")
    account = server_account()
    assert account is not None
    place.chmod(0o755)
    (place / "space").mkdir(mode=0o700)
    os.chown(place / "space", account.uid, account.gid)
    yield place
    subprocess.run([shutil.which("umount") or "umount", "--lazy", place], check=True)  # noqa: S603  our own words
    place.rmdir()


def mounting(place: Path, options: str) -> list[str]:
    return [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", options, "none", str(place)]


def test_a_full_disk_is_named_and_the_import_goes_on_when_there_is_room(
    own: Own, small_disk: Path
) -> None:
    own.ask(f"CREATE TABLESPACE small LOCATION '{small_disk}/space'")
    own.ask("TRUNCATE customers_event")
    own.ask("ALTER TABLE customers_event SET TABLESPACE small")

    with Worker(own.folder, beat=True, said=own.environment) as worker:
        own.hand_in("till")
        worker.wait_until(lambda: bool(own.work("error")))
        said, nothing = own.work("error"), own.landed()
        subprocess.run(mounting(small_disk, "remount,size=200m"), check=True)  # noqa: S603  our own words
        worker.wait_until(lambda: own.work("state") == "done")

    assert said == "Attempt 1 broke off: the database’s disk is full; make room there."
    assert nothing == [None, None, 0]
    assert own.landed() == [ROWS, ROWS, ROWS]
