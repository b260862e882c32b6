"""A real worker: a process of its own on the test database, with a broker of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from config.servers import places

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


class Worker:
    """A Celery worker with one child; `beat` says whether the scheduler runs in it too.

    `said` is its environment, that of `environment` unless given.
    """

    def __init__(
        self, folder: Path, *, beat: bool = False, said: Mapping[str, str] | None = None
    ) -> None:
        self._environment = said or environment(folder)
        self._log = folder / "worker.log"
        command = "-m celery --app config worker --loglevel INFO --concurrency 1"
        command += " --without-gossip --without-mingle --queues celery,keeping"
        if beat:  # without a file: one whose owner was killed may be locked for a while
            command += " --beat --scheduler celery.beat:Scheduler"
        self._command = [sys.executable, *command.split()]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_how: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the processes, in a group of their own; return when the worker is ready."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                self._command,
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until(lambda: b" ready." in self._log.read_bytes())

    def kill(self) -> None:
        """Kill the whole group at once, with no chance to tidy up."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = 90) -> None:
        """Ask until it is so; fail, with the worker's own words, when it is not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"Not in {seconds} s. The worker said:\n{self._log.read_text()}")
            time.sleep(0.02)
