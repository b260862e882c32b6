"""How much memory the machine has for us."""

import os
from pathlib import Path

LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Where a container's limit stands, by version of the kernel's control groups."""


def size(limits: tuple[Path, ...] = LIMITS) -> int:
    """Return the bytes of the machine's memory, or of the container's where those are fewer."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([whole, *(limit for path in limits if (limit := _told(path)) is not None)])


def _told(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # no such file, or the word "max"
        return None
