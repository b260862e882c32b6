"""An erasure waits for who would write the person back; broken off, it has done nothing."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from campaigns.actions.overlaps import OVERLAPS_LOCK
from campaigns.actions.traits import TRAITS_LOCK
from customers.actions import erasure
from customers.actions import work as ledger
from customers.actions.erasure import ask
from customers.models import Record, Source, Suppression, Work
from tests.canary import PEOPLE, canarys
from tests.factories.customers import SourceFactory
from tests.integration.conftest import NOW, Bring

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lock", "step"),
    [
        pytest.param(TRAITS_LOCK, "Waiting for audiences to be brought up to date", id="columns"),
        pytest.param(OVERLAPS_LOCK, "Waiting for overlaps to be counted", id="sets"),
    ],
)
def test_it_waits_for_who_would_write_them_back(
    shop: Source, bring: Bring, lock: int, step: str
) -> None:
    """Columns and sets are read, changed and written back: blanked between, they would return."""
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    asked = ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW, ring_now=False)
    writer = connection.copy()
    with writer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])

    assert not ledger.run(asked.work_id, clock=lambda: NOW)

    with writer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    writer.close()
    work = Work.objects.get(pk=asked.work_id)
    assert (work.state, work.attempts, work.step) == ("running", 0, step)
    assert Record.objects.count() == 2
    assert ledger.run(asked.work_id, clock=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert Record.objects.count() == 1


def test_it_waits_while_a_file_comes_in(shop: Source, bring: Bring) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    asked = ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW, ring_now=False)
    importer, lock = connection.copy(), [1, SourceFactory.create().pk]
    with importer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock)

    assert not ledger.run(asked.work_id, clock=lambda: NOW)

    work = Work.objects.get(pk=asked.work_id)
    assert (work.state, work.attempts, work.step) == ("running", 0, "Waiting for an import to end")
    assert Record.objects.count() == 2
    with importer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
    importer.close()
    assert ledger.run(asked.work_id, clock=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert Record.objects.count() == 1


def test_broken_off_it_has_done_nothing_and_done_twice_it_is_done_once(
    shop: Source, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    asked = ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW, ring_now=False)

    def killed(_cursor: object, **_said: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "link_unlinked", killed)
        with pytest.raises(ConnectionError):
            ledger.run(asked.work_id, clock=lambda: NOW)
    assert Record.objects.count() == 2
    assert not Suppression.objects.exists()

    later = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert ledger.run(asked.work_id, clock=lambda: later)
    assert Record.objects.count() == 1
    asked.refresh_from_db()
    assert asked.done_at == later
    again = ask(public_id=public_id, confirmation="", by=None, at=later, ring_now=False)
    assert (again.pk, again.done_at) == (asked.pk, later)
