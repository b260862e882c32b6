"""The embedded PostgreSQL: made, started and stopped for one checkout.

The programs come as a wheel. The server listens on a unix socket only, in a folder that nobody
else may enter, so that the folder's owner needs no password.
"""

import os
import shlex
import shutil
import signal
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.servers import memory, places
from config.servers.faults import Fault
from config.servers.locks import exclusive
from config.servers.processes import last_lines, wait_for
from config.servers.programs import VERSION, Account, programs, reachable, run, server_account

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than these queries take
    "enable_parallel_hash": "off",  # its shared memory does not fit into a container's 64 MB
    "log_min_duration_statement": "2s",
}

HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
}
"""For a small database that is thrown away after the tests."""

LEAST_BUFFERS, MOST_BUFFERS = 128, 8_192
"""Megabytes. Emptying a table looks through all of them, so more is not always better."""

LEAST_LOG, MOST_LOG = 1_024, 16_384
"""Megabytes of the write-ahead log between two checkpoints."""

NO_SUCH_PROCESS = "99999999"
"""Above the highest process number of any system."""

START_SECONDS = 60
STOP_SECONDS = 30


def folder(root: Path) -> Path:
    """Return the folder of the database's files."""
    return places.local(root) / "postgres"


def log_file(root: Path) -> Path:
    """Return the log that the server and the programs that prepare it write."""
    return places.logs(root) / "postgres.log"


def answers(root: Path) -> bool:
    """Tell whether the server of this checkout accepts connections: one connection is made."""
    try:
        _connect(root, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def start(root: Path, *, durable: bool = True) -> None:
    """Make the database if there is none, and start the server if it does not run.

    Any number of starters at once give one server. A server that was killed recovers what it had
    committed. With `durable=False` a crash of the machine may lose everything.

    Raises:
        Fault: the folder holds something else, or the server does not start.

    """
    with exclusive(places.local(root) / "postgres.lock"):
        if not answers(root):
            free = shutil.disk_usage(root).free
            settings = SETTINGS | sized(memory=memory.size(), disk=free)
            _start(root, settings if durable else settings | HASTY)
        _make_database(root)


def sized(*, memory: int, disk: int) -> dict[str, str]:
    """Return the settings for so many bytes of memory, and of free disk.

    The index of events by record has random places. A quarter of the memory for PostgreSQL's own
    buffers, as its manual advises, holds it while files come in. After each checkpoint every page
    of it is logged whole once, so that a fifth of the free disk may fill before the next one.
    """
    buffers = min(max(memory // 4 >> 20, LEAST_BUFFERS), MOST_BUFFERS)
    log = min(max(disk // 5 >> 20, LEAST_LOG), MOST_LOG)
    return {
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{memory // 2 >> 20}MB",
        "max_wal_size": f"{log}MB",
    }


def stop(root: Path) -> None:
    """Stop the server after the transactions that are under way are rolled back, if it runs.

    Raises:
        Fault: the server still runs after half a minute.

    """
    with exclusive(places.local(root) / "postgres.lock"):
        pid = _server_pid(folder(root))
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        if not wait_for(lambda: _server_pid(folder(root)) is None, seconds=STOP_SECONDS):
            raise Fault(f"PostgreSQL (process {pid}) did not stop in {STOP_SECONDS} seconds.")


def _connect(root: Path, database: str) -> psycopg.Connection:
    host = quote(str(places.postgres_socket_folder(root)))
    address = f"postgresql://{places.ROLE}@/{database}?host={host}"
    return psycopg.connect(address, autocommit=True, connect_timeout=5)


def _make_folder(path: Path, *, owner: Account | None) -> None:
    """Make a folder that only its owner may enter.

    Raises:
        Fault: the folder is there already and somebody else's.

    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner is not None:
        os.chown(path, owner.uid, owner.gid)
    if path.stat().st_uid != (os.geteuid() if owner is None else owner.uid):
        raise Fault(f"{path} belongs to another user: remove it, or run this as that user.")
    path.chmod(0o700)


def _initialise(root: Path, account: Account | None) -> None:
    """Make the database's files beside their place and move them there when they are whole."""
    unfinished = places.local(root) / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    _make_folder(unfinished, owner=account)
    with reachable(account, unfinished) as folders:
        words = f"--username={places.ROLE} --auth=trust --encoding=UTF8 --locale=C"
        words += " --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions"
        argv: list[str | Path] = [
            programs(account) / "initdb",
            "--pgdata",
            folders[0].name,
            *words.split(),
        ]
        if not run(account, argv, folders=folders, log=log_file(root)):
            raise Fault(f"PostgreSQL could not make its files:\n{last_lines(log_file(root))}")
    unfinished.rename(folder(root))


def _check(data: Path) -> None:
    """Refuse files that are not this version's database.

    Raises:
        Fault: with the folder to move away.

    """
    try:
        found = (data / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        raise Fault(f"{data} holds no PostgreSQL database: {_advice(data)}") from None
    major = VERSION.split(".")[0]
    if found != major:
        raise Fault(f"{data} was made by PostgreSQL {found}, this is {major}: {_advice(data)}")


def _advice(data: Path) -> str:
    return f"move it away (mv {shlex.quote(str(data))} {shlex.quote(f'{data}.old')}) and try again."


def _start(root: Path, settings: dict[str, str]) -> None:
    """Make what is missing, start the server and return when it accepts connections.

    After a kill the processes of the old server take a moment to notice. PostgreSQL refuses to
    start beside them, and is asked again.
    """
    account = server_account()
    data = folder(root)
    _make_folder(places.run(root), owner=None)
    _make_folder(places.postgres_socket_folder(root), owner=account)
    if not data.exists():
        _initialise(root, account)
    _check(data)
    deadline = time.monotonic() + START_SECONDS
    while not _started(root, account, settings):
        lines = last_lines(log_file(root))
        if "shared memory block" not in lines or time.monotonic() > deadline:
            raise Fault(
                f"PostgreSQL did not start. The end of {log_file(root)}:\n{lines}\n"
                f"If {data} is broken: {_advice(data)}"
            )
        time.sleep(0.5)


def _started(root: Path, account: Account | None, settings: dict[str, str]) -> bool:
    data = folder(root)
    if _server_pid(data) is not None:  # its starter was killed while it recovered
        return wait_for(lambda: answers(root), seconds=START_SECONDS)
    _disown_pid_files(root)
    with reachable(account, data, places.postgres_socket_folder(root)) as folders:
        files, sockets = (folder.name for folder in folders)
        options = settings | {"unix_socket_directories": f'"{sockets}"'}
        words = shlex.join(f"--{name}={value}" for name, value in options.items())
        argv: list[str | Path] = [programs(account) / "pg_ctl", "start", "--pgdata", files]
        argv += ["--silent", "--wait", f"--timeout={START_SECONDS}", "--options", words]
        done = run(account, argv, folders=folders, log=log_file(root))
    return done and answers(root)


def _server_pid(data: Path) -> int | None:
    """Return the number of the live server of these files.

    The number in the server's file may by now be a dead child's or another program's: what
    counts is that the process works in the folder of these files.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        if Path("/proc/self/cwd").exists():
            return pid if Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve() else None
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, PermissionError, IndexError, ValueError):
        return None
    return pid


def _disown_pid_files(root: Path) -> None:
    """Let a killed server's files name no process, if the number in them was given away since.

    PostgreSQL will not start while any live process of the same user has that number. Only the
    number is changed: by the rest of the file PostgreSQL sees whether old processes still run.
    """
    pid_file = folder(root) / "postmaster.pid"
    if _server_pid(folder(root)) is None and pid_file.exists():
        lines = pid_file.read_text().splitlines(keepends=True)
        pid_file.write_text("".join([f"{NO_SUCH_PROCESS}\n", *lines[1:]]))
        socket = places.postgres_socket_folder(root) / places.POSTGRES_SOCKET
        Path(f"{socket}.lock").unlink(missing_ok=True)


def _make_database(root: Path) -> None:
    with _connect(root, "postgres") as connection:
        name = [places.DATABASE]
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", name).rowcount:
            create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(places.DATABASE))
            connection.execute(create)
