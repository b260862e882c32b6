"""Build `.venv` from a lock file: run by the Makefile with whatever Python 3.8+ there is.

Until its end there is nothing but the standard library of that Python, so this file keeps to
what Python 3.8 understands and imports nothing of the project.

Usage: python3 config/servers/bootstrap.py requirements.lock|requirements-dev.lock
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "installed-locks"
UV_FOLDER = ROOT / ".local" / "uv"
RUNTIME_LOCK = "requirements.lock"
OLDEST = (3, 12)
FREE_BYTES = 1_000_000_000
PYTHONS = ("python3.13", "python3.12", "python3.14", "python3", "python")


def main(lock_name: str) -> int:
    """Make `.venv` hold what the lock file names; return the exit code."""
    try:
        if not installed(lock_name):
            UV_FOLDER.parent.mkdir(exist_ok=True)
            with (UV_FOLDER.parent / "env.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                build(lock_name)
    except (OSError, Unable) as error:
        print(f"hymnsheet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


class Unable(Exception):  # noqa: N818 - a word for the person at the terminal, not a bug
    """One sentence: what is missing and what to do."""


def installed(lock_name: str) -> bool:
    """Tell whether `.venv` holds this lock file already; reads two files."""
    wanted = digest(lock_name)
    has_python = (VENV / "bin" / "python").exists()
    return has_python and STAMP.exists() and wanted in STAMP.read_text().split()


def build(lock_name: str) -> None:
    """Make `.venv` if it is missing or too old, and install the lock file into it.

    The development lock holds the runtime one: after it both count as installed, and a later
    runtime install takes nothing away.
    """
    if shutil.disk_usage(str(ROOT)).free < FREE_BYTES:
        raise Unable(f"Less than 1 GB is free on the disk of {ROOT}: make room and try again.")
    began = time.monotonic()
    python = find_python()
    uv = find_uv(python)
    if version_of(VENV / "bin" / "python") < OLDEST:
        say(f"Making .venv with {python or 'a Python that uv fetches'}")
        wanted = python or ".".join(str(number) for number in OLDEST)
        if not call(uv, "venv", "--quiet", "--clear", "--python", wanted, str(VENV)):
            raise Unable(
                "Python 3.12 or newer was not found and could not be fetched: install it "
                "(apt install python3.12, brew install python@3.13 or pyenv install 3.13) "
                "and try again."
            )
    say(f"Installing {lock_name} into .venv")
    if STAMP.exists():
        STAMP.unlink()
    action = ["install", "--requirements"] if lock_name == RUNTIME_LOCK else ["sync"]
    options = ["--quiet", "--require-hashes", "--compile-bytecode"]
    python = str(VENV / "bin" / "python")
    if not call(uv, "pip", *action, lock_name, *options, "--python", python):
        raise Unable("The packages could not be installed: the lines above say why.")
    STAMP.write_text("\n".join(digest(name) for name in (RUNTIME_LOCK, lock_name)) + "\n")
    say(f"Environment ready in {time.monotonic() - began:.1f} s")


def find_python() -> str | None:
    """Return a Python that is new enough, or None."""
    on_path = [shutil.which(name) for name in PYTHONS]
    from_pyenv = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"), reverse=True)
    candidates = [*on_path, *(str(path) for path in from_pyenv)]
    found = [path for path in candidates if path and version_of(path) >= OLDEST]
    return found[0] if found else None


def version_of(python: str | Path) -> tuple[int, ...]:
    """Return the version of a Python as two numbers; (0,) if it does not run."""
    ask = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.check_output(ask, cwd=str(ROOT), stderr=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(number) for number in answer.split())


def find_uv(python: str | None) -> str:
    """Return uv, installed by pip into a folder of our own when it is not on PATH."""
    program = UV_FOLDER / "bin" / "uv"
    found = shutil.which("uv") or (str(program) if program.exists() else None)
    if found:
        return found
    say("Installing uv into .local/uv")
    for interpreter in filter(None, (sys.executable, python)):
        pip = [interpreter, "-m", "pip"]
        if call(*pip, "--version", quiet=True):
            call(*pip, "install", "-qq", "--target", str(UV_FOLDER), "uv")
        elif call(interpreter, "-m", "venv", "--clear", str(UV_FOLDER), quiet=True):
            call(str(UV_FOLDER / "bin" / "pip"), "install", "-qq", "uv")
        if program.exists():
            return str(program)
    raise Unable(
        "uv is not there and pip could not install it: install uv (https://docs.astral.sh/uv/) "
        "or pip (apt install python3-pip) and try again."
    )


def call(*command: str, quiet: bool = False) -> bool:
    """Run a program in the project's folder; return whether it succeeded.

    uv trusts the certificates that the machine trusts, as pip does, so that it works behind a
    company's own proxy.
    """
    output = subprocess.DEVNULL if quiet else None
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}
    code = subprocess.call(command, cwd=str(ROOT), stdout=output, stderr=output, env=environment)
    return code == 0


def digest(lock_name: str) -> str:
    """Return the hash by which a lock file is remembered."""
    return hashlib.sha256((ROOT / lock_name).read_bytes()).hexdigest()


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
