"""A rebuild of the copy that is killed in the middle of writing, and run again."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from customers.models import StaleWeek
from reports.models import FactsVersion
from reports.queries.copy import differences
from reports.queries.engine import newest_version
from tests.factories.customers import RecordFactory
from tests.worker import environment

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = 60_000
FILL = """
    INSERT INTO customers_event (source_id, event_id, record_id, kind, at, channel, initiative, arm,
        order_id, amount, currency, product, category, store, transactional)
    SELECT %s, n, %s, 'order', '2026-01-05'::timestamptz + n * interval '7 minutes', '', '', '', '',
        n / 100.0, '', '', '', '', false
    FROM generate_series(1, %s) AS n
"""


def rebuild(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "facts", "rebuild"],
        cwd=settings.BASE_DIR,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_once(process: subprocess.Popen[bytes], pattern: str) -> None:
    """Kill the process as soon as a file of the copy is there."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if next(Path(settings.FACTS_PATH).rglob(pattern), None):
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    assert process.wait() == -signal.SIGKILL


def test_killed_in_the_middle_and_run_again_it_is_whole(tmp_path: Path) -> None:
    record = RecordFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(FILL, [record.source_id, record.pk, EVENTS])

    for pattern in ("events/**/*.parquet", "events/_delta_log/*.json", "people/**/*.parquet"):
        kill_once(rebuild(tmp_path), pattern)
        assert not FactsVersion.objects.exists()
        assert newest_version() is None
    assert rebuild(tmp_path).wait() == 0

    version = newest_version()
    assert version is not None
    StaleWeek.objects.all().delete()
    assert differences(version) == []
