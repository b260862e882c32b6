"""Real web processes: two workers as in production, on a database of the test's choice."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self
from urllib.request import urlopen

from django.conf import settings

STARTING = 60
COMMAND = "-m granian --interface wsgi --workers 2 --blocking-threads 4 config.wsgi:application"


class Web:
    """Two web workers at an address that stays the same when they are killed and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "web.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_how: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start them, and wait until they answer."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own server
                [sys.executable, *COMMAND.split(), "--port", str(self.port)],
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._answers, STARTING, "the web processes answer")

    def kill(self) -> None:
        """Kill every process at once, whatever they are doing."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/healthz", timeout=2) as answer:  # noqa: S310  our own
                return bool(answer.status == 200)
        except OSError:
            return False


def wait_until(happens: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until it happens. Fails when it has not in so many seconds."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)
