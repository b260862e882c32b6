"""Several at the same work, on connections of their own: one of them does it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from customers.actions import work as ledger
from customers.actions.work import LeaseLostError, Progress, WorkRefusedError
from customers.models import StaleWeek, Work
from tests.ledger import AT, LEASE, Clock, given, mark_a_week, poll, state
from tests.threads import in_thread


@pytest.mark.usefixtures("transactional_db", "no_broker")
@pytest.mark.parametrize("refuses", [False, True])
def test_the_one_who_lost_the_lease_leaves_nothing(
    handler: dict[str, Any], clock: Clock, refuses: bool
) -> None:
    work_id = given()
    mine, theirs = threading.Event(), threading.Event()

    def slow(**_: Any) -> dict[str, Any]:
        if handler["runs"] > 1:
            return {"count": 2}
        mark_a_week()
        mine.set()
        assert theirs.wait(10)
        if refuses:
            raise WorkRefusedError("Too late.")
        return {"count": 1}

    handler["does"] = slow

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_thread, ledger.run, work_id, clock=clock)
        assert mine.wait(10)
        clock.at += 2 * LEASE
        assert ledger.run(work_id, clock=clock) is True
        theirs.set()
        with pytest.raises(LeaseLostError):
            first.result(10)

    assert state(work_id) == ("done", 2, "")
    assert Work.objects.get().outcome == {"count": 2}
    assert not StaleWeek.objects.exists()


@pytest.mark.usefixtures("transactional_db", "no_broker")
@pytest.mark.parametrize("notices", [False, True])
def test_work_that_is_cancelled_while_it_runs_undoes_itself(
    handler: dict[str, Any], clock: Clock, *, notices: bool
) -> None:
    work_id = given()

    def slow(*, progress: Progress, **_: Any) -> dict[str, Any]:
        progress._every = 0.01
        mark_a_week()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(in_thread, ledger.cancel, work_id, at=clock()).result()
        while notices:
            progress.check()
        return {}

    handler["does"] = slow

    assert ledger.run(work_id, clock=clock) is False
    assert Work.objects.get().state == Work.State.CANCELLED
    assert not StaleWeek.objects.exists()


@pytest.mark.usefixtures("transactional_db", "no_broker")
def test_many_at_once_do_it_once(handler: dict[str, Any], clock: Clock) -> None:
    work_id = given()

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(in_thread, ledger.run, work_id, clock=clock) for _ in range(4)]

    assert sorted(run.result() for run in runs) == [False, False, False, True]
    assert handler["runs"] == 1


@pytest.mark.usefixtures("transactional_db", "no_broker")
def test_progress_shows_while_the_work_is_still_one_open_transaction(
    handler: dict[str, Any], clock: Clock
) -> None:
    work_id = given()
    seen = threading.Event()

    def slow(*, progress: Progress, **_: Any) -> dict[str, Any]:
        mark_a_week()
        progress._every = 0.01
        progress.done, progress.total, progress.step = 50, 100, "Half-way"
        clock.at += timedelta(seconds=30)
        assert seen.wait(10)
        return {}

    handler["does"] = slow

    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(in_thread, ledger.run, work_id, clock=clock)
        poll(lambda: Work.objects.get().step == "Half-way")
        work = Work.objects.get()
        assert (work.done_count, work.total_count) == (50, 100)
        assert work.lease_until == AT + timedelta(seconds=30) + LEASE
        assert not StaleWeek.objects.exists()
        seen.set()
        assert run.result(10) is True

    assert StaleWeek.objects.exists()
    assert Work.objects.get().step == ""


@pytest.mark.usefixtures("transactional_db", "no_broker")
def test_a_beat_without_a_database_does_not_lose_the_lease(
    handler: dict[str, Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_id = given()
    beats: list[str] = []
    write = Progress._write

    def fail_first(progress: Progress) -> None:
        beats.append("beat")
        if len(beats) == 1:
            raise OperationalError("the server closed the connection")
        write(progress)

    monkeypatch.setattr(Progress, "_write", fail_first)

    def slow(*, progress: Progress, **_: Any) -> dict[str, Any]:
        progress._every = 0.01
        poll(lambda: len(beats) > 2)
        return {}

    handler["does"] = slow

    assert ledger.run(work_id, clock=clock) is True
    assert state(work_id) == ("done", 1, "")


@pytest.mark.usefixtures("transactional_db", "no_broker")
def test_seeing_through_waits_for_whoever_has_it(handler: dict[str, Any], clock: Clock) -> None:
    work_id = given()
    begun, go = threading.Event(), threading.Event()

    def slow(**_: Any) -> dict[str, Any]:
        begun.set()
        assert go.wait(10)
        return {"by": "worker"}

    handler["does"] = slow

    with ThreadPoolExecutor(2) as pool:
        pool.submit(in_thread, ledger.run, work_id, clock=clock)
        assert begun.wait(10)
        seen = pool.submit(in_thread, ledger.see_through, work_id, clock=clock, pause=0.01)
        go.set()
        assert seen.result(10).outcome == {"by": "worker"}

    assert handler["runs"] == 1
