"""Real web processes: two workers as in production, on a database of the test's choice."""

import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import urlopen

from tests.processes import Processes

STARTING = 60
COMMAND = "-m granian --interface wsgi --workers 2 --blocking-threads 4 config.wsgi:application"


class Web(Processes):
    """Two web workers at an address that stays the same when they are killed and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        super().__init__(folder / "web.log", environment)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start them, and wait until they answer."""
        self._run([*COMMAND.split(), "--port", str(self.port)])
        wait_until(self._answers, STARTING, "the web processes answer")

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
