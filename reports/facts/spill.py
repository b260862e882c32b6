"""Where an engine writes what does not fit into its memory: a folder of its own.

The folder goes with its engine. That of a process that was killed stays behind; whether one is in
use is known by its lock, which the system gives up when its holder ends, however it ends.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "hymnsheet-facts-"
SETTLED = timedelta(minutes=1)
"""For so long after it was made a folder may not be locked yet."""


@contextmanager
def spill_folder() -> Iterator[str]:
    """Give a folder that nobody else on the machine reads, and delete it afterwards."""
    with TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(descriptor)


def delete_left(*, at: datetime) -> int:
    """Delete the folders on this machine whose processes are gone; return how many."""
    settled = (at - SETTLED).timestamp()
    deleted = 0
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # in use, another account's, or gone meanwhile
            if folder.stat().st_mtime < settled:
                _delete_unless_locked(folder)
                deleted += 1
    return deleted


def _delete_unless_locked(folder: Path) -> None:
    """Delete a folder. Raises BlockingIOError where it is in use."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)
