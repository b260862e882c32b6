import json
import shutil
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from pytest_django import Settings

from config.management.commands import doctor
from customers.models import Sweep
from tests.factories.customers import ImportFactory, SourceFactory, WorkFactory

pytestmark = pytest.mark.django_db

CHECKS = [
    "database",
    "broker",
    "worker",
    "disk",
    "clocks",
    "freshness",
    "work",
    "webhooks",
    "facts",
]


@pytest.fixture(autouse=True)
def _broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the broker answer, whether one runs here or not."""
    monkeypatch.setattr(doctor, "broker_answers", lambda: "ok")


@pytest.fixture(autouse=True)
def _worker() -> None:
    """Let a worker have swept just now."""
    Sweep.objects.create(swept_at=timezone.now())


def wrong() -> dict[str, str]:
    """Return what is wrong, by check."""
    return {
        finding.check: finding.sentence
        for finding in doctor.examine(timezone.now())
        if not finding.ok
    }


def test_all_is_well() -> None:
    ImportFactory.create(loaded_at=timezone.now())
    out = StringIO()

    call_command("doctor", stdout=out)

    assert [line.split() for line in out.getvalue().splitlines()] == [[c, "ok"] for c in CHECKS]


def test_json_says_the_same_and_a_fault_exits_with_1() -> None:
    Sweep.objects.all().delete()
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json", stdout=out)

    said = json.loads(out.getvalue())
    assert ended.value.code == 1
    assert said["ok"] is False
    assert [one["check"] for one in said["checks"] if not one["ok"]] == ["worker"]
    assert said["checks"][0] == {"check": "database", "ok": True, "sentence": "ok"}


def test_a_dead_database_leaves_the_rest_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "database_answers", lambda: "does not answer")

    found = wrong()

    assert found["database"].startswith("PostgreSQL does not answer: start it with `make up`")
    assert list(found) == ["database", "worker", "clocks", "freshness", "work", "webhooks", "facts"]
    assert found["work"] == "Not known until the database is in order."


def test_an_old_postgresql_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST_POSTGRESQL", 99)

    assert wrong()["database"].endswith("move to 99 or newer.")


def test_migrations_that_are_missing_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one", "two"])

    sentence = "Two migrations not applied: run `.venv/bin/python manage.py migrate`."
    assert wrong()["database"] == sentence


def test_a_silent_broker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "broker_answers", lambda: "does not answer")

    assert wrong()["broker"].startswith("The broker does not answer")


def test_a_worker_that_stopped_is_named() -> None:
    Sweep.objects.update(swept_at=timezone.now() - timedelta(minutes=5))

    assert wrong()["worker"].startswith("The worker has not swept since")


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024  as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))

    assert wrong()["disk"].startswith("Less than 1 GB is free on the disk of ")


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (-90, "The database’s clock is 90 seconds ahead of ours"),
        (90, "The database’s clock is 90 seconds behind ours"),
    ],
)
def test_clocks_that_differ_are_named(
    monkeypatch: pytest.MonkeyPatch, seconds: int, sentence: str
) -> None:
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(seconds=seconds))

    assert doctor.clocks(real()).startswith(sentence)


def test_sources_older_than_promised_are_named() -> None:
    SourceFactory.create(name="Tills")
    noon = timezone.localtime().replace(hour=12)
    ImportFactory.create(source__name="Web shop", loaded_at=noon - timedelta(days=60))
    ImportFactory.create(loaded_at=timezone.now())

    found = wrong()["freshness"]

    assert found.startswith("Late: Tills (nothing yet) and Web shop (nothing since ")
    assert "60 days ago; promised every day). Import newer files (`.venv/bin/python " in found
    assert found.endswith(" or see that their systems still send live events.")


def test_work_that_failed_or_hangs_is_named() -> None:
    now = timezone.now()
    failed = WorkFactory.create(failed=True, ended_at=now, error="The file is torn.")
    WorkFactory.create(failed=True, ended_at=now - timedelta(days=2))
    hanging = WorkFactory.create(running=True, lease_until=now - timedelta(hours=1))
    WorkFactory.create(running=True, lease_until=now)
    WorkFactory.create(created_at=now)

    found = wrong()["work"]

    assert found.startswith(f"Failed: work {failed.pk} (import) since ")
    assert ": The file is torn; mend the cause and do it again. " in found
    assert f"Hanging: work {hanging.pk} (import) since " in found
    assert found.count("(import)") == 2


def test_a_line_names_three_and_counts_the_rest() -> None:
    WorkFactory.create_batch(5, created_at=timezone.now() - timedelta(hours=1))

    assert " and 2 more; see that the worker runs." in wrong()["work"]


def test_a_fault_while_looking_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_now: Any) -> str:
        raise OperationalError("the server went away")

    monkeypatch.setitem(doctor.LOOKS, "freshness", broken)

    assert wrong() == {"freshness": "The database could not say: the server went away"}


def test_a_webhook_of_no_source_is_named(settings: Settings) -> None:
    SourceFactory.create(key="mailing")
    settings.WEBHOOK_SECRETS = {("mailing", "mailgun"): ("s",), ("mialing", "sendgrid"): ("s",)}

    assert wrong()["webhooks"].startswith(
        "WEBHOOK_SECRETS names “mialing”, which is no source’s key"
    )
