"""The long-running processes of Hymnsheet: what they are, and one that comes back when it dies."""

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from config.servers import places, ports, processes
from config.servers.faults import Fault

END_SECONDS = 10
"""How long a child may take to finish what it is doing."""

MOST_DEATHS = 5
"""Deaths within a minute of each other after which a child is not started again."""


class Child:
    """A process that is started again when it dies, each time after a longer wait."""

    def __init__(
        self, name: str, argv: list[str], *, root: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log = places.logs(root) / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._argv = argv
        self._root = root
        self._environment = environment
        self._deaths = 0
        self._started_at = 0.0
        self._start_at = 0.0

    def start(self) -> None:
        """Start the process at once."""
        self._started_at = time.monotonic()
        self.process = processes.start(
            self._argv, folder=self._root, environment=self._environment, log=self.log
        )

    def ask_to_end(self) -> None:
        """Tell the process to finish, without waiting."""
        if self.process is not None:
            self.process.terminate()

    def end(self) -> None:
        """End the process and its whole group."""
        if self.process is not None:
            processes.end(self.process, seconds=END_SECONDS)
            self.process = None

    def restart(self) -> None:
        """Start afresh, with no deaths remembered."""
        self.end()
        self._deaths = 0
        self.start()

    def look_after(self) -> str:
        """Start the process again if it is dead and due; return a sentence about a new death.

        Raises:
            Fault: it has died too often; it stays down until `restart`.

        """
        if self.process is None:
            if self._deaths < MOST_DEATHS and time.monotonic() >= self._start_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        if time.monotonic() - self._started_at > 60:  # noqa: PLR2004 - a minute of good health
            self._deaths = 0
        self.end()
        self._deaths += 1
        lines = f"The end of {self.log}:\n{processes.last_lines(self.log)}"
        if self._deaths == MOST_DEATHS:
            raise Fault(f"The {self.name} process died {MOST_DEATHS} times. {lines}")
        wait = 2 ** (self._deaths - 1)
        self._start_at = time.monotonic() + wait
        again = f"it is started again in {wait} s"
        return f"The {self.name} process ended with code {code}; {again}. {lines}"


def web_command(root: Path, *, port: int, workers: int) -> list[str]:
    """Return what is typed to serve a checkout's pages and live events."""
    words = ["granian", "--interface", "wsgi", "--host", ports.HOST, "--port", str(port)]
    words += ["--workers", str(workers), "--blocking-threads", "4"]
    words += ["--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "5"]
    return _module(root, *words, "config.wsgi:application")


def all_children(root: Path, *, port: int, debug: bool) -> list[Child]:
    """Return web, worker, keeper and scheduler of a checkout, none of them started.

    The keeper is a worker that only sweeps, freshens and tidies: with long imports in every other
    slot, work that was lost is still found and readiness stays true.
    """
    environment = os.environ | {"PYTHONUNBUFFERED": "1"} | ({"DEBUG": "1"} if debug else {})
    worker = ["celery", "--app", "config", "worker", "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle"]
    keeper = [*worker, "--hostname", "keeper@%h", "--queues", "keeping", "--pool", "solo"]
    scheduler = ["celery", "--app", "config", "beat", "--loglevel", "INFO", "--pidfile", ""]
    scheduler += ["--schedule", str(places.local(root) / "beat-schedule")]
    commands = {
        "web": web_command(root, port=port, workers=1 if debug else 2),
        "worker": _module(root, *worker, "--concurrency", "2"),
        "keeper": _module(root, *keeper),
        "scheduler": _module(root, *scheduler),
    }
    return [
        Child(name, argv, root=root, environment=environment) for name, argv in commands.items()
    ]


def _module(root: Path, *words: str) -> list[str]:
    return [str(root / ".venv" / "bin" / "python"), "-m", *words]
