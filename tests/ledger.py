"""Work of a kind that tests hand in, do and look at, by a clock that is set by hand."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.celery import app
from customers.actions import work as ledger
from customers.models import StaleWeek, Work

AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
LEASE = timedelta(seconds=60)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


def given(**fields: Any) -> int:
    """Hand work in, without a ring unless told; return its id."""
    said: dict[str, Any] = {"kind": "test", "arguments": {}, "at": AT, "ring_now": False}
    return ledger.give(**said | fields)


def rings() -> list[int]:
    """Take every ring from the broker; return what it was for."""
    with app.connection_for_read() as broker, broker.SimpleQueue("celery") as queue:
        return [queue.get_nowait().payload[1]["work_id"] for _ in range(queue.qsize())]


def state(work_id: int) -> tuple[str, int, str]:
    """Return how work stands: its state, tries and error."""
    work = Work.objects.get(pk=work_id)
    return work.state, work.attempts, work.error


def mark_a_week() -> None:
    """Write something that can be seen to stay or to be undone."""
    StaleWeek.objects.create(week_on=AT.date())


def poll(condition: Any, *, seconds: float = 10) -> None:
    """Ask again and again until it is so; fail when it is not in time."""
    gone = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        gone.wait(0.05)
    pytest.fail("It did not come to be in time.")
