import hashlib
import os
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config import environment
from config.servers.steps import step
from customers.models import Sweep

INTERRUPTED = 130
"""The exit code of a command that was told to end."""


class Command(BaseCommand):
    help = "Bring the database, the static files and the demo to what this version expects."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            prepare()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None


def prepare() -> None:
    """Do what is not done yet; the demo only where `DEMO=0` does not forbid it."""
    with step("Bringing the database up to date"):
        call_command("migrate", interactive=False, verbosity=0)
    Sweep.objects.all().delete()  # no worker lives yet, whatever an earlier run wrote
    if not settings.DEBUG:
        collect_static()
    if environment.flag("DEMO", default=True):
        call_command("demo", once=True)


def collect_static() -> None:
    """Collect the static files, unless they are the ones that were collected last."""
    stamp = settings.LOCAL / "static-collected"
    signature = static_signature()
    if stamp.exists() and stamp.read_text() == signature and settings.STATIC_ROOT.exists():
        return
    with step("Collecting static files"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(signature)


def static_signature() -> str:
    """Return a hash over the paths, sizes and times of all static files and how they are kept."""
    parts = [repr(settings.STORAGES)]
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))  # noqa: PTH116 - a storage names files by text
            parts.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
