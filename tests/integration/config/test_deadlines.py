"""Pages wait neither for a long query nor for a lock; work outside the web does."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from config.deadlines import Deadlines
from tests.worker import environment

SHOW = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
    print(*cursor.fetchone())
"""


@pytest.mark.django_db
@pytest.mark.parametrize(("entry", "times"), [("import config.wsgi", "10s 2s"), ("", "0 0")])
def test_the_web_alone_has_deadlines(tmp_path: Path, entry: str, times: str) -> None:
    asked = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", entry + SHOW],
        cwd=settings.BASE_DIR,
        env=environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout.strip() == times


@pytest.mark.django_db
def test_a_query_that_takes_too_long_is_answered_with_a_sentence() -> None:
    request = RequestFactory().get("/")
    pages = Deadlines(lambda _request: HttpResponse())

    with (
        connection.cursor() as cursor,
        pytest.raises(OperationalError) as late,
        transaction.atomic(),
    ):
        cursor.execute("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(5)")
    page = pages.process_exception(request, late.value)

    assert page is not None
    assert page.status_code == 503
    assert b"The database is busy" in page.content
    assert pages.process_exception(request, OperationalError("gone")) is None
