"""A real worker: a process of its own on the test database, with a broker of its own."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from config.servers import places
from tests.processes import Processes

LEASE_SECONDS = 3


def environment(folder: Path) -> dict[str, str]:
    """Return what a process needs to work on this test's database, broker and files.

    What config.wsgi sets for the web alone is left out: a live server has it imported here.
    """
    given = os.environ.get("DATABASE_URL") or places.database_url(settings.BASE_DIR)
    name = quote(connection.settings_dict["NAME"])
    ours = {key: value for key, value in os.environ.items() if key != "PGOPTIONS"}
    return ours | {
        "DATABASE_URL": urlsplit(given)._replace(path=f"/{name}").geturl(),
        "CELERY_BROKER_URL": places.broker_url(folder),
        "SECRET_KEY": settings.SECRET_KEY,
        "IDENTITY_KEY": settings.IDENTITY_KEY,
        "IDENTIFIER_KEYS": ",".join(settings.IDENTIFIER_KEYS),
        "IMPORT_FOLDER": str(settings.IMPORT_FOLDER),
        "FACTS_PATH": settings.FACTS_PATH,
        "WORK_LEASE_SECONDS": str(LEASE_SECONDS),
    }


class Worker(Processes):
    """A Celery worker with one child; `beat` says whether the scheduler runs in it too.

    `said` is its environment, that of `environment` unless given.
    """

    def __init__(
        self, folder: Path, *, beat: bool = False, said: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(folder / "worker.log", said or environment(folder))
        command = "-m celery --app config worker --loglevel INFO --concurrency 1"
        command += " --without-gossip --without-mingle --queues celery,keeping"
        if beat:  # without a file: one whose owner was killed may be locked for a while
            command += " --beat --scheduler celery.beat:Scheduler"
        self._command = command.split()

    def start(self) -> None:
        """Start the processes; return when the worker is ready."""
        self._run(self._command)
        self.wait_until(lambda: b" ready." in self._log.read_bytes())

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = 90) -> None:
        """Ask until it is so; fail, with the worker's own words, when it is not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"Not in {seconds} s. The worker said:\n{self._log.read_text()}")
            time.sleep(0.02)
