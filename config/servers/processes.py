"""Start, find and end the operating system's processes, always by whole groups."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

LARGEST_LOG = 10_000_000
"""Bytes after which a log file is begun afresh."""


def open_log(path: Path) -> BinaryIO:
    """Open a log file for appending; a log that has grown too large is kept once as `.old`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".old"))
    return path.open("ab")


def last_lines(path: Path, count: int = 12) -> str:
    """Return the last lines of a log, indented; an empty text when there is no log."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 16_384))
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


def start(
    argv: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a program as the leader of a session of its own, writing to `log`."""
    with open_log(log) as output:
        return subprocess.Popen(
            argv,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run_until(
    argv: Sequence[str | Path],
    ending: threading.Event,
    *,
    folder: Path,
    environment: Mapping[str, str],
) -> int:
    """Run a program on our terminal, unless told to end first; return its exit code.

    It runs in a session of its own, so that whatever it started ends with it.
    """
    process = subprocess.Popen(argv, cwd=folder, env=dict(environment), start_new_session=True)
    try:
        while process.poll() is None and not ending.wait(0.1):
            pass
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
    finally:
        end(process, seconds=5)
    return process.returncode


def ending_on_signals() -> threading.Event:
    """Return an event that is set by Ctrl-C, a request to terminate, or a closed terminal."""
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ending.set())
    return ending


def end(process: subprocess.Popen[bytes], *, seconds: float) -> None:
    """Ask the leader to finish, wait up to `seconds`, then end whatever is left of its group."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    kill_group(process.pid)
    process.wait()


def kill_group(group: int) -> None:
    """End every process of a group at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def group_commands(group: int) -> list[str]:
    """Return the command lines of the live processes of a group."""
    if Path("/proc/self/cmdline").exists():
        return [command for pid in _pids_of(group) if (command := _command(pid))]
    listing = subprocess.run(
        ["ps", "-A", "-o", "pgid=,command="],  # noqa: S607 - found on PATH wherever there is no /proc
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = (line.split(maxsplit=1) for line in listing.splitlines())
    return [command for pgid, command in rows if pgid == str(group)]


def _pids_of(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(ProcessLookupError):
                if os.getpgid(int(entry.name)) == group:
                    found.append(int(entry.name))
    return found


def _command(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return os.fsdecode(b" ".join(words)).strip()
    return ""


def wait_for(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask every 50 ms until the condition holds; return whether it did within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True
