"""Readiness: green when everything answers, and what does not is named within ten seconds."""

import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import health
from customers.actions import work as ledger
from customers.models import Sweep, Work
from tests.factories.customers import SourceFactory
from tests.worker import environment


@pytest.mark.django_db
def test_alive_touches_nothing(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok\n", 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("deaf_broker")
def test_ready_when_all_three_answer(client: Client) -> None:
    ledger.sweep(at=timezone.now())

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "worker": "ok", "freshness": "ok"}
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.usefixtures("deaf_broker")
def test_a_worker_that_is_quiet_is_named(client: Client) -> None:
    assert client.get("/readyz").json()["worker"] == "has not swept yet"
    quiet = timezone.now() - health.QUIET - timedelta(seconds=1)
    ledger.sweep(at=quiet)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    since = quiet.isoformat(timespec="seconds")
    assert answer.json()["worker"] == f"has not swept since {since}"


@pytest.mark.django_db
@pytest.mark.usefixtures("no_broker")
def test_a_broker_that_is_away_is_named(client: Client) -> None:
    Sweep.objects.create(swept_at=timezone.now())
    begun = time.monotonic()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "database": "ok",
        "broker": "does not answer",
        "worker": "ok",
        "freshness": "ok",
    }
    assert time.monotonic() - begun < 5


@pytest.mark.django_db
@pytest.mark.usefixtures("deaf_broker")
def test_a_late_source_is_told_and_makes_nothing_less_ready(client: Client) -> None:
    ledger.sweep(at=timezone.now())
    SourceFactory.create()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["freshness"]) == (200, "one source late")


@pytest.mark.django_db
@pytest.mark.usefixtures("deaf_broker")
@pytest.mark.parametrize(("running", "found"), [(False, "takes no work"), (True, "ok")])
def test_work_that_nobody_takes_has_no_worker_unless_another_is_busy(
    client: Client, running: bool, found: str
) -> None:
    now = timezone.now()
    ledger.sweep(at=now)
    Work.objects.create(kind="test", created_at=now - health.STUCK - timedelta(seconds=1))
    if running:
        fields = {"kind": "test", "state": "running", "created_at": now - timedelta(hours=1)}
        Work.objects.create(**fields, lease_until=now + timedelta(seconds=30))

    assert client.get("/readyz").json()["worker"] == found


ASK = """
import json, time, django
django.setup()
from django.test import RequestFactory
from config.health import readyz
begun = time.monotonic()
answer = readyz(RequestFactory().get("/readyz"))
print(json.dumps([answer.status_code, json.loads(answer.content), time.monotonic() - begun]))
"""


@pytest.mark.django_db
def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": f"postgresql://x@/x?host={tmp_path}"}

    asked = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=settings.BASE_DIR,
        env=environment(tmp_path) | nowhere | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    status, parts, seconds = json.loads(asked.stdout)
    assert status == 503
    assert seconds < 10
    assert parts == {
        "database": "does not answer",
        "broker": "does not answer",
        "worker": "not known",
        "freshness": "not known",
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("deaf_broker")
def test_a_database_without_our_tables_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE customers_sweep")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "not known: the database is not ready"
