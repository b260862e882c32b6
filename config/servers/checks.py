"""Everything that CI runs, in order, on servers of its own; the first failure ends it."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.servers import embedded, places, postgres, valkey
from config.servers.browser import chromium
from config.servers.faults import Fault
from config.servers.locks import exclusive
from config.servers.processes import ending_on_signals, run_until

APPS = ("config", "strategy", "customers", "campaigns", "reports")


def check_everything(root: Path) -> int:
    """Run all checks; return 0, or the exit code of the first that failed."""
    ending = ending_on_signals()
    embedded.check_room(root)
    began = time.monotonic()
    environment = os.environ | {"CHROMIUM": chromium()}
    with _test_servers(root) as addresses:
        environment |= addresses
        for title, argv in _checks(root).items():
            print(f"\n== {title}", flush=True)
            at = time.monotonic()
            code = run_until(argv, ending, folder=root, environment=environment)
            if ending.is_set():
                return 130
            if code != 0:
                print(f"\n{title}: failed after {time.monotonic() - at:.1f} s", flush=True)
                return code
            print(f"-- {title}: {time.monotonic() - at:.1f} s", flush=True)
    print(f"\nAll checks passed in {time.monotonic() - began:.0f} s", flush=True)
    return 0


def _checks(root: Path) -> dict[str, list[str]]:
    """Return the checks' command lines by title; those of templates only if there are any."""
    programs = root / ".venv" / "bin"
    templates = [str(path) for path in sorted((root / "templates").rglob("*.html"))]
    checks = {
        "Formatting": ["ruff", "format", "--check", "."],
        "Lint": ["ruff", "check", "."],
        "Import contracts": ["lint-imports"],
        "Types": ["mypy", *APPS, "tests"],
        "Template formatting": ["djade", "--check", *templates],
        "Template syntax": ["djangofmt", "check", *templates],
        "Template lint": ["djlint", "--lint", "--quiet", "templates"],
        "Migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        "Tests": ["pytest", "--cov", "--cov-report=term:skip-covered"],
    }
    return {
        title: [str(programs / argv[0]), *argv[1:]]
        for title, argv in checks.items()
        if templates or not title.startswith("Template")
    }


SECRETS = ("SECRET_KEY", "IDENTITY_KEY", "IDENTIFIER_KEYS")
"""What every process of one installation must know alike."""


@contextmanager
def _test_servers(root: Path) -> Iterator[dict[str, str]]:
    """Run servers in a folder that is thrown away; give the settings that lead tests to them.

    Servers that the environment names are used instead.
    """
    named = {name: value for name in SECRETS if (value := os.environ.get(name))}
    settings = {name: secrets.token_urlsafe(48) for name in SECRETS} | named
    with ExitStack() as stack:
        with exclusive(places.local(root) / "tests.lock"):
            _clear_old(root)
            folder = Path(tempfile.mkdtemp(prefix="test-", dir=places.local(root)))
            stack.enter_context(exclusive(folder / "in-use.lock"))
        stack.callback(_throw_away, folder)
        if not os.environ.get("DATABASE_URL"):
            postgres.start(folder, durable=False)
            settings["DATABASE_URL"] = places.database_url(folder)
        if not os.environ.get("CELERY_BROKER_URL"):
            valkey.start(folder)
            settings["CELERY_BROKER_URL"] = places.broker_url(folder)
        settings["IMPORT_FOLDER"] = str(folder / "imports")
        yield settings


def _clear_old(root: Path) -> None:
    """Stop and remove the servers of test runs that were killed."""
    for folder in places.local(root).glob("test-*"):
        try:
            with exclusive(folder / "in-use.lock", seconds=0):
                _throw_away(folder)
        except Fault:
            continue  # that run is still under way


def _throw_away(folder: Path) -> None:
    for server in embedded.ALL:
        server.stop(folder)
    shutil.rmtree(places.run(folder), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
