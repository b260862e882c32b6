"""`doctor`: whether everything that Hymnsheet needs is in order, and if not, what to do."""

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config.health import broker_answers, database_answers, worker_answers
from customers.models import Source
from customers.queries.freshness import SourceAge, source_ages
from customers.queries.work import TroubledWork, failed_work, hanging_work
from reports.queries.copy import differences
from reports.queries.engine import newest_version
from reports.queries.facts import first_event_on
from strategy.language.dates import ago, inside, long_day
from strategy.language.words import counted, join_words

OLDEST_POSTGRESQL = 17
FREE_BYTES = 1024**3
CLOCK_SKEW = timedelta(seconds=5)
FAILED_WITHIN = timedelta(days=1)
WAITS_TOO_LONG = timedelta(minutes=10)
NAMED = 3
"""How many sources or pieces of work one line names."""

MANAGE = ".venv/bin/python manage.py"


class Finding(NamedTuple):
    """One thing looked at: in order, or what is wrong and what to do."""

    check: str
    ok: bool
    sentence: str


type Look = Callable[[datetime], str]
"""Looks at one thing as of now; returns what is wrong and what to do, empty when in order."""


class Command(BaseCommand):
    help = "Check database, broker, worker, disk, clocks and freshness, and say what to do."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = examine(timezone.now())
        is_well = all(finding.ok for finding in findings)
        if options["json"]:
            checks = [finding._asdict() for finding in findings]
            self.stdout.write(json.dumps({"ok": is_well, "checks": checks}))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.check:<11}{finding.sentence}")
        if not is_well:
            raise SystemExit(1)


def examine(now: datetime) -> list[Finding]:
    """Look at everything; what needs the database is not known while that is out of order."""
    findings = [_finding("database", database, now)]
    for check, look in LOOKS.items():
        if look in INSIDE_THE_DATABASE and not findings[0].ok:
            sentence = "Not known until the database is in order."
            findings.append(Finding(check, ok=False, sentence=sentence))
        else:
            findings.append(_finding(check, look, now))
    return findings


def _finding(check: str, look: Look, now: datetime) -> Finding:
    try:
        fault = look(now)
    except DatabaseError as error:
        fault = f"The database could not say: {error}".strip()
    return Finding(check, ok=not fault, sentence=fault or "ok")


def database(_now: datetime) -> str:
    """Look whether PostgreSQL answers, is new enough and has every migration."""
    if database_answers() != "ok":
        return (
            "PostgreSQL does not answer: start it with `make up`, or set DATABASE_URL to a server "
            "that runs."
        )
    if connection.pg_version < OLDEST_POSTGRESQL * 10_000:  # type: ignore[attr-defined]  # PostgreSQL's has it
        found = connection.pg_version // 10_000  # type: ignore[attr-defined]  # PostgreSQL's has it
        return f"PostgreSQL is version {found}: move to {OLDEST_POSTGRESQL} or newer."
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        count = counted(len(missing), "migration", capital=True)
        return f"{count} not applied: run `{MANAGE} migrate`."
    return ""


def clocks(_now: datetime) -> str:
    """Ask for the database's clock between two looks at ours."""
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    after = timezone.now()
    skew = before + (after - before) / 2 - theirs
    if abs(skew) <= CLOCK_SKEW + (after - before) / 2:
        return ""
    side = "behind" if skew > timedelta(0) else "ahead of"
    seconds = counted(round(abs(skew).total_seconds()), "second")
    return f"The database’s clock is {seconds} {side} ours: let both machines keep time by NTP."


def worker(_now: datetime) -> str:
    """Look whether a worker sweeps the ledger."""
    found = worker_answers()
    if found == "ok":
        return ""
    return f"The worker {found}: start it with `make up`, and read its log if it ends again."


def freshness(now: datetime) -> str:
    """Look whether something came from every source within its promise."""
    late = [_late(source) for source in source_ages(now) if not source.is_fresh]
    if not late:
        return ""
    return (
        f"Late: {_few(late)}. Import newer files (`{MANAGE} import SOURCE FILE`), or see that "
        "their systems still send live events."
    )


def troubles(now: datetime) -> str:
    """Look for work that failed within a day, or that nobody has taken for long."""
    local = timezone.localtime(now)
    failed = [_of(work, local) for work in failed_work(now - FAILED_WITHIN)]
    hanging = [_of(work, local) for work in hanging_work(now - WAITS_TOO_LONG)]
    return " ".join(
        [
            *([f"Failed: {_few(failed)}; mend the cause and do it again."] if failed else []),
            *([f"Hanging: {_few(hanging)}; see that the worker runs."] if hanging else []),
        ]
    )


def facts(_now: datetime) -> str:
    """Look whether the columnar copy says what the tables say, week by week."""
    if settings.FACTS_ENGINE == "postgres":
        return ""
    version = newest_version()
    if version is None:
        return "" if first_event_on() is None else f"Not copied yet: run `{MANAGE} facts rebuild`."
    weeks = [long_day(one.week_on) for one in differences(version)]
    if not weeks:
        return ""
    return f"The copy differs in the weeks of {_few(weeks)}: run `{MANAGE} facts rebuild`."


def broker(_now: datetime) -> str:
    """Look whether the broker answers."""
    if broker_answers() == "ok":
        return ""
    return (
        "The broker does not answer: start it with `make up`, or set CELERY_BROKER_URL to one that "
        "runs. Until then work begins late, and none is lost."
    )


def disk(_now: datetime) -> str:
    """Look for room for imports, for what is uploaded, and for our own servers."""
    folders = (settings.IMPORT_FOLDER, settings.LOCAL, Path(tempfile.gettempdir()))
    full = {
        str(folder) for folder in folders if shutil.disk_usage(_existing(folder)).free < FREE_BYTES
    }
    if not full:
        return ""
    return f"Less than 1 GB is free on the disk of {join_words(sorted(full))}: make room."


def webhooks(_now: datetime) -> str:
    """Look whether every webhook that has a secret speaks for a source that is there."""
    named = {source for source, _provider in settings.WEBHOOK_SECRETS}
    known = set(Source.objects.filter(key__in=named).values_list("key", flat=True))
    if named <= known:
        return ""
    missing = [f"“{key}”" for key in sorted(named - known)]
    return (
        f"WEBHOOK_SECRETS names {_few(missing)}, which is no source’s key: mend it there, "
        "or make the source. Until then the platform is answered 404."
    )


LOOKS: dict[str, Look] = {
    "broker": broker,
    "worker": worker,
    "disk": disk,
    "clocks": clocks,
    "freshness": freshness,
    "work": troubles,
    "webhooks": webhooks,
    "facts": facts,
}
INSIDE_THE_DATABASE: set[Look] = {worker, clocks, freshness, troubles, webhooks, facts}


def _late(source: SourceAge) -> str:
    if not source.seen:
        return f"{source.name} (nothing yet)"
    since, promise = inside(source.seen), source.promise.lower()
    return f"{source.name} (nothing since {since}; promised {promise})"


def _of(work: TroubledWork, now: datetime) -> str:
    reason = f": {work.error.rstrip('.')}" if work.error else ""
    return f"work {work.pk} ({work.kind}) since {ago(work.since, now)}{reason}"


def _few(items: list[str]) -> str:
    more = len(items) - NAMED
    shown = items[:NAMED] + ([f"{more} more"] if more > 0 else [])
    return join_words(shown)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())
