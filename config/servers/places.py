"""Where a checkout keeps what it makes, and the addresses of its embedded servers.

Settings import this module, so it stays with the standard library and opens nothing.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

DATABASE = "hymnsheet"
ROLE = "hymnsheet"
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"

LONGEST_SOCKET_PATH = 103
"""Bytes that fit into a socket's address on every system (Linux 107, macOS 103)."""


def local(root: Path) -> Path:
    """Return the folder of a checkout that git ignores and `up` may fill."""
    return root / ".local"


def logs(root: Path) -> Path:
    """Return the folder with one log file per process."""
    return local(root) / "logs"


def run(root: Path) -> Path:
    """Return the folder of the sockets: under `.local`, or a short one when the path is long.

    The short folder lies in the system's temporary folder and is keyed by the checkout's path
    and the user, so that two checkouts never share one.
    """
    inside = local(root) / "run"
    longest = max(len(POSTGRES_SOCKET), len(VALKEY_SOCKET)) + len("/postgres/")
    if len(os.fsencode(inside)) + longest <= LONGEST_SOCKET_PATH:
        return inside
    key = hashlib.sha256(os.fsencode(root) + b"\0" + str(os.geteuid()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hymnsheet-{key}"


def postgres_socket_folder(root: Path) -> Path:
    """Return the folder of PostgreSQL's socket; it belongs to the account that runs the server."""
    return run(root) / "postgres"


def valkey_socket(root: Path) -> Path:
    """Return the path of Valkey's socket."""
    return run(root) / VALKEY_SOCKET


def database_url(root: Path) -> str:
    """Return the address of the embedded PostgreSQL, for libpq and for urllib alike."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(postgres_socket_folder(root)))}"


def broker_url(root: Path) -> str:
    """Return the address of the embedded Valkey in Celery's form."""
    return f"redis+socket://{quote(str(valkey_socket(root)))}?virtual_host=0"
