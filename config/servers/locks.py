import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.servers.faults import Fault


@contextmanager
def exclusive(path: Path, *, seconds: float = 120) -> Iterator[None]:
    """Hold the lock file at `path`, waiting for at most `seconds`.

    The system gives the lock up when its holder ends, however it ends, so that a file left
    behind by a killed process locks nobody out.

    Raises:
        Fault: another process held the lock all the time.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + seconds
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                raise Fault(f"Another program has held {path} for {seconds:.0f} seconds: end it.")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock file now."""
    try:
        with exclusive(path, seconds=0):
            return False
    except Fault:
        return True
