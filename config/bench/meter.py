"""What something took: seconds of wall time, and of processor time here and in PostgreSQL."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from django.db import connection


class Meter:
    """Measures what is done inside `with`.

    `seconds` are of wall time, `worker_seconds` processor time of this process with its threads,
    `server_seconds` that of the backends of our database; None where PostgreSQL runs elsewhere.
    """

    seconds: float
    worker_seconds: float
    server_seconds: float | None

    def __enter__(self) -> Self:
        self._server = _backends()
        self._worker, self._wall = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_how: object) -> None:
        self.seconds = time.perf_counter() - self._wall
        self.worker_seconds = time.process_time() - self._worker
        after = _backends()
        self.server_seconds = (
            None
            if after is None or self._server is None
            else sum(taken - self._server.get(pid, 0.0) for pid, taken in after.items())
        )


def longest(taken: Iterable[float]) -> float:
    """Return the seconds that 99 of 100 requests took at most."""
    ranked = sorted(taken)
    return ranked[int(len(ranked) * 0.99)]


def _backends() -> dict[int, float] | None:
    """Return the processor seconds of each backend of our database, None where they are hidden."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    taken = {}
    for pid in pids:
        folder = Path("/proc") / str(pid)
        try:
            is_ours = folder.joinpath("cmdline").read_bytes().startswith(b"postgres: ")
            fields = folder.joinpath("stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        if not is_ours:  # another machine's number
            return None
        user, system = fields[11:13]
        taken[pid] = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return taken
