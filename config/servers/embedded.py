"""Both embedded servers together: started unless the environment names real ones."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from config.servers import places, postgres, valkey
from config.servers.faults import Fault

FREE_BYTES = 1_000_000_000


class Server(NamedTuple):
    """An embedded server by what can be done with it."""

    name: str
    variable: str
    start: Callable[[Path], None]
    stop: Callable[[Path], None]
    answers: Callable[[Path], bool]


ALL = (
    Server("PostgreSQL", "DATABASE_URL", postgres.start, postgres.stop, postgres.answers),
    Server("Valkey", "CELERY_BROKER_URL", valkey.start, valkey.stop, valkey.answers),
)


def wanted() -> list[Server]:
    """Return the servers for which the environment names no other."""
    return [server for server in ALL if not os.environ.get(server.variable)]


def check_room(root: Path) -> None:
    """Make `.local` and refuse to start on a disk that is almost full.

    Raises:
        Fault: `.local` cannot be made or written, or less than 1 GB is free.

    """
    local = places.local(root)
    try:
        local.mkdir(exist_ok=True)
    except FileExistsError:
        raise Fault(f"{local} is a file, not a folder: move it away and try again.") from None
    if not os.access(local, os.W_OK | os.X_OK):
        raise Fault(f"{local} belongs to another user: remove it, or run this as that user.")
    if shutil.disk_usage(local).free < FREE_BYTES:
        raise Fault(f"Less than 1 GB is free on the disk of {local}: make room and try again.")
