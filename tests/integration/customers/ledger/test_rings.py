"""Workers are rung for after commit, and the sweep rings for what nobody heard."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from customers.actions import work as ledger
from customers.models import Sweep, Work
from tests.ledger import AT, LEASE, Clock, given, rings


@pytest.mark.usefixtures("transactional_db", "no_broker", "handler")
def test_a_broker_that_is_away_loses_nothing(clock: Clock) -> None:
    work_id = given(ring_now=True)

    assert Work.objects.get().rung_at is None
    assert ledger.sweep(at=AT) == 1
    assert Work.objects.get().rung_at is None
    assert ledger.run(work_id, clock=clock) is True
    assert ledger.sweep(at=AT) == 0


@pytest.mark.usefixtures("transactional_db", "deaf_broker")
def test_a_ring_comes_after_commit_and_is_noted() -> None:
    with transaction.atomic():
        work_id = given(ring_now=True)
        assert rings() == []

    assert rings() == [work_id]
    assert Work.objects.get().rung_at is not None


@pytest.mark.usefixtures("transactional_db", "deaf_broker")
def test_work_that_is_taken_back_is_never_rung_for() -> None:
    with transaction.atomic():
        given(ring_now=True)
        transaction.set_rollback(True)

    assert not Work.objects.exists()
    assert rings() == []


@pytest.mark.usefixtures("transactional_db", "deaf_broker")
def test_the_sweep_rings_for_what_is_forgotten_and_for_nothing_else() -> None:
    minute = timedelta(minutes=1)
    fields: list[tuple[dict[str, Any], bool]] = [
        ({"rung_at": None}, True),
        ({"rung_at": AT - LEASE - minute}, True),
        ({"rung_at": AT - LEASE + minute}, False),
        ({"state": "running", "lease_until": AT - minute}, True),
        ({"state": "running", "lease_until": AT + minute}, False),
        ({"state": "done", "ended_at": AT}, False),
        ({"state": "failed", "ended_at": AT}, False),
    ]
    made = [Work.objects.create(kind="test", created_at=AT, **one) for one, _ in fields]
    due = {work.pk for work, (_, is_due) in zip(made, fields, strict=True) if is_due}

    assert ledger.sweep(at=AT) == len(due)

    assert set(rings()) == due
    assert Sweep.objects.get().swept_at == AT
