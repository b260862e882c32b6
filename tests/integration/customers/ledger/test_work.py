"""Work is taken by lease, ends once, and what a try wrote is undone when it does not end well."""

from datetime import timedelta
from typing import Any

import pytest

from customers.actions import work as ledger
from customers.actions.work import LeaseLostError, NotNowError, WorkRefusedError
from customers.models import StaleWeek, Work
from tests.ledger import AT, LEASE, Clock, given, mark_a_week, state


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
