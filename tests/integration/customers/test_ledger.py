"""The ledger: work is taken by lease, ends once, and a lost lease undoes what was written."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from pytest_django import Settings

from config.celery import app
from customers.actions import work as ledger
from customers.actions.work import (
    HANDLERS,
    LeaseLostError,
    NotNowError,
    Progress,
    WorkRefusedError,
)
from customers.models import StaleWeek, Sweep, Work

AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
LEASE = timedelta(seconds=60)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def short_leases(settings: Settings) -> None:
    settings.WORK_LEASE_SECONDS = 60


@pytest.fixture
def handler() -> Iterator[dict[str, Any]]:
    """Let work of kind "test" do what the test puts under "does"."""
    doing: dict[str, Any] = {"does": lambda **_: {"count": 1}, "runs": 0}

    def handle(**arguments: Any) -> dict[str, Any]:
        doing["runs"] += 1
        done: dict[str, Any] = doing["does"](**arguments)
        return done

    HANDLERS["test"] = handle
    yield doing
    del HANDLERS["test"]


def given(**fields: Any) -> int:
    said: dict[str, Any] = {"kind": "test", "arguments": {}, "at": AT, "ring_now": False}
    return ledger.give(**said | fields)


def rings() -> list[int]:
    """Take every ring from the broker; return what it was for."""
    with app.connection_for_read() as broker, broker.SimpleQueue("celery") as queue:
        return [queue.get_nowait().payload[1]["work_id"] for _ in range(queue.qsize())]


def state(work_id: int) -> tuple[str, int, str]:
    work = Work.objects.get(pk=work_id)
    return work.state, work.attempts, work.error


def mark_a_week() -> None:
    """Write something that can be seen to stay or to be undone."""
    StaleWeek.objects.create(week_on=AT.date())


@pytest.mark.django_db
def test_work_is_done_once(handler: dict[str, Any], clock: Clock) -> None:
    handler["does"] = lambda *, number, **_: {"count": number}
    work_id = given(arguments={"number": 7})

    assert [ledger.run(work_id, clock=clock) for _ in range(3)] == [True, False, False]

    work = Work.objects.get(pk=work_id)
    assert (work.state, work.outcome, work.attempts) == ("done", {"count": 7}, 1)
    assert (work.started_at, work.ended_at, work.lease_until) == (AT, AT, None)
    assert handler["runs"] == 1


@pytest.mark.django_db
def test_work_that_runs_is_to_be_had_when_its_lease_is_over() -> None:
    work_id = given()
    first = ledger.take(work_id, at=AT)
    assert first is not None

    assert ledger.take(work_id, at=AT + LEASE) is None
    second = ledger.take(work_id, at=AT + LEASE + timedelta(microseconds=1))

    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    assert Work.objects.get().started_at == AT


@pytest.mark.django_db
def test_work_that_kills_its_worker_is_given_up(clock: Clock) -> None:
    work_id = given()
    taken = []
    for _ in range(7):
        taken.append(ledger.take(work_id, at=clock.at) is not None)
        clock.at += 2 * LEASE

    assert taken == [True] * 5 + [False] * 2
    assert state(work_id) == (
        "failed",
        5,
        "Given up after 5 attempts. The worker’s log says more.",
    )


@pytest.mark.django_db
def test_a_refusal_ends_it_and_undoes_what_was_written(
    handler: dict[str, Any], clock: Clock
) -> None:
    def refuse(**_: Any) -> dict[str, Any]:
        mark_a_week()
        raise WorkRefusedError("The file is empty.")

    handler["does"] = refuse
    work_id = given()

    assert ledger.run(work_id, clock=clock) is True

    assert state(work_id) == ("failed", 1, "The file is empty.")
    assert not StaleWeek.objects.exists()


@pytest.mark.django_db
def test_an_exception_leaves_it_to_a_later_attempt(handler: dict[str, Any], clock: Clock) -> None:
    def break_off(**_: Any) -> dict[str, Any]:
        mark_a_week()
        raise ZeroDivisionError

    handler["does"] = break_off
    work_id = given()
    waits = []
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            ledger.run(work_id, clock=clock)
        lease_until = Work.objects.get(pk=work_id).lease_until
        assert lease_until is not None
        waits.append((lease_until - clock.at).seconds)
        assert ledger.run(work_id, clock=clock) is False
        clock.at = lease_until + timedelta(seconds=1)

    assert waits == [2, 4, 8, 16, 32]
    assert not StaleWeek.objects.exists()
    assert ledger.run(work_id, clock=clock) is False
    *_, error = state(work_id)
    assert error.startswith("Given up after 5 attempts. Attempt 5 broke off: ZeroDivisionError. ")


@pytest.mark.django_db
def test_work_that_has_recovered_shows_no_old_error(handler: dict[str, Any], clock: Clock) -> None:
    good = handler["does"]
    handler["does"] = lambda **_: 1 / 0
    work_id = given()
    with pytest.raises(ZeroDivisionError):
        ledger.run(work_id, clock=clock)

    handler["does"] = good
    clock.at += LEASE
    ledger.run(work_id, clock=clock)

    assert state(work_id) == ("done", 2, "")


@pytest.mark.django_db
def test_once_waits_once(handler: dict[str, Any], clock: Clock) -> None:
    first, again, other = given(once="all"), given(once="all"), given(once="some")
    assert first == again != other

    ledger.run(first, clock=clock)

    assert given(once="all") not in {first, other}
    assert given() != given()
    assert handler["runs"] == 1


@pytest.mark.django_db
def test_whoever_takes_over_undoes_the_first_one_s_writes(
    handler: dict[str, Any], clock: Clock
) -> None:
    work_id = given()

    def overtaken(**_: Any) -> dict[str, Any]:
        mark_a_week()
        clock.at += 2 * LEASE
        assert ledger.take(work_id, at=clock.at) is not None
        return {"count": 1}

    handler["does"] = overtaken

    with pytest.raises(LeaseLostError):
        ledger.run(work_id, clock=clock)

    # Here the other attempt ran inside the first one's transaction and went with it.
    assert not StaleWeek.objects.exists()


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


def in_thread(action: Any, *args: Any, **named: Any) -> Any:
    """Call an action on a connection of this thread's own."""
    try:
        return action(*args, **named)
    finally:
        connection.close()


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


def poll(condition: Any, *, seconds: float = 10) -> None:
    """Ask again and again until it is so; fail when it is not in time."""
    gone = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        gone.wait(0.05)
    pytest.fail("It did not come to be in time.")


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


@pytest.mark.django_db
def test_work_that_must_wait_is_handed_back_and_the_try_does_not_count(
    handler: dict[str, Any], clock: Clock
) -> None:
    good = handler["does"]

    def wait(**_: Any) -> dict[str, Any]:
        mark_a_week()
        raise NotNowError("Waiting for another")

    handler["does"] = wait
    work_id = given()

    for _ in range(7):
        assert ledger.run(work_id, clock=clock) is False
        assert state(work_id) == ("running", 0, "")
        assert Work.objects.get().step == "Waiting for another"
        clock.at += timedelta(seconds=5)

    assert not StaleWeek.objects.exists()
    handler["does"] = good
    assert ledger.run(work_id, clock=clock) is True
    assert state(work_id) == ("done", 1, "")


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
