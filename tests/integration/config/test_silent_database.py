"""A database that accepts connections and never says a word keeps no sender waiting for long."""

import http.client
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config import deadlines
from tests.web import Web, wait_until
from tests.worker import environment


@pytest.fixture
def silent() -> Iterator[int]:
    """Return the port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_silent_database_is_answered_with_503(silent: int, tmp_path: Path) -> None:
    said = os.environ | {
        "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{silent}/nothing",
        "SECRET_KEY": settings.SECRET_KEY,
        "IDENTITY_KEY": settings.IDENTITY_KEY,
        "IDENTIFIER_KEYS": ",".join(settings.IDENTIFIER_KEYS),
    }
    with Web(tmp_path, said) as web:
        begun = time.monotonic()
        sender = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
        sender.request("POST", "/v1/track", b'{"writeKey": "k", "userId": "u", "event": "A"}')
        answer = sender.getresponse()
        sender.close()

    assert answer.status == 503
    assert time.monotonic() - begun < 10


def nobody_is_left() -> bool:
    query = "SELECT 'left', pg_sleep(2)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE query = %s)", [query])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_statement_that_is_not_answered_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch, rf: RequestFactory, tmp_path: Path
) -> None:
    monkeypatch.setattr(deadlines, "LIVE_EVENTS_SECONDS", 0.3)
    connection.ensure_connection()
    address = environment(tmp_path)["DATABASE_URL"]

    def hang(_request: HttpRequest) -> HttpResponse:
        with deadlines.Connection.connect(address) as own:
            try:
                own.execute("SELECT 'left', pg_sleep(2)")
            except psycopg.OperationalError:
                return HttpResponse(status=503 if own.closed else 500)
        return HttpResponse()

    begun = time.monotonic()
    answer = deadlines.live_events_have_a_deadline(hang)(rf.post("/v1/track"))

    assert answer.status_code == 503
    assert time.monotonic() - begun < 1.5
    wait_until(nobody_is_left, 20, "the server has noticed, too")


@pytest.mark.django_db
def test_other_pages_have_no_deadline(rf: RequestFactory, tmp_path: Path) -> None:
    def ask(_request: HttpRequest) -> HttpResponse:
        with deadlines.Connection.connect(environment(tmp_path)["DATABASE_URL"]) as own:
            own.execute("SELECT pg_sleep(0.1)")
        return HttpResponse()

    assert deadlines.live_events_have_a_deadline(ask)(rf.get("/")).status_code == 200
