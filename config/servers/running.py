"""What a running `up` leaves for others to see: who it is, where it serves, what it started."""

import json
from functools import partial
from pathlib import Path
from typing import NamedTuple

from config.servers import places
from config.servers.processes import group_commands, kill_group, wait_for

GONE_SECONDS = 5
"""How long the system may take to clear away killed processes, and to free their port."""


class Running(NamedTuple):
    """A running `up`: its process, its address and its children's process groups."""

    pid: int
    address: str
    groups: list[int]


def lock_file(root: Path) -> Path:
    """Return the lock that a running `up` holds all its life."""
    return places.local(root) / "up.lock"


def remember(root: Path, running: Running) -> None:
    """Write down what runs."""
    unfinished = _file(root).with_suffix(".new")
    unfinished.write_text(json.dumps(running._asdict()))
    unfinished.replace(_file(root))


def recall(root: Path) -> Running | None:
    """Return what the last `up` wrote down, whether it still runs or not."""
    try:
        return Running(**json.loads(_file(root).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def forget(root: Path) -> None:
    """Remove the note after a clean end."""
    _file(root).unlink(missing_ok=True)


def end_orphans(root: Path) -> None:
    """End what a killed `up` left behind; only programs of this checkout's own `.venv`."""
    last = recall(root)
    for group in last.groups if last else []:
        if not _is_gone(root, group):
            kill_group(group)
            wait_for(partial(_is_gone, root, group), seconds=GONE_SECONDS)
    forget(root)


def _is_gone(root: Path, group: int) -> bool:
    """Tell whether no program of this checkout runs in the group: its number may live again."""
    mark = str(root / ".venv")
    return not any(mark in command for command in group_commands(group))


def _file(root: Path) -> Path:
    return places.local(root) / "up.json"
