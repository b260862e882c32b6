"""Giving, taking and finishing background work by the ledger.

Whoever runs a piece of work holds a lease on its row and renews it while alive. Everything that
the work writes and the row's own end are one transaction, so that a process killed at any point
leaves either all of it or nothing, and the sweeper hands the row to another.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from errno import ENOSPC
from functools import partial
from typing import Any, NamedTuple, Self

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from psycopg.errors import DiskFull

from customers.models import Sweep, Work
from strategy.models import Person

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
HANDED_BACK = timedelta(seconds=4)
"""How long work rests that could not begin; the sweep rings for it afterwards."""

Clock = Callable[[], datetime]


class WorkRefusedError(Exception):
    """The work cannot be done, now or later; the message is a sentence for whoever asked."""


class NotNowError(Exception):
    """Somebody else has what the work needs; it is handed back, and the try does not count.

    The message says in a few words what it waits for.
    """


class NotDoneError(Exception):
    """The work ended otherwise than done; the message is a sentence for whoever waits."""


class BrokeOffError(NotDoneError):
    """The work broke off here and is not over: a worker begins it again."""


class LeaseLostError(Exception):
    """Somebody else took the work over; what was written here is undone."""


class Lease(NamedTuple):
    """The right to run one attempt at one piece of work."""

    work_id: int
    attempt: int
    kind: str
    arguments: dict[str, Any]


type Handler = Callable[..., dict[str, Any]]
"""Does one kind of work inside a transaction and returns its outcome as plain JSON.

Called with `progress` (Progress), `at` (datetime) and the work's arguments by name; raises
WorkRefusedError with a sentence where the work can never be done, NotNowError where somebody else
must be done first.
"""

type Afterwards = Callable[[dict[str, Any]], None]
"""Tidies up, with the work's arguments, once the work has failed for good and that is written."""

HANDLERS: dict[str, Handler] = {}
AFTERWARDS: dict[str, Afterwards] = {}


def register(kind: str, handler: Handler, failed: Afterwards | None = None) -> None:
    """Say who does a kind of work, and who tidies up; called once, when an app is ready."""
    HANDLERS[kind] = handler
    if failed is not None:
        AFTERWARDS[kind] = failed


def give(
    *,
    kind: str,
    arguments: dict[str, Any],
    at: datetime,
    by: Person | None = None,
    once: str | None = None,
    ring_now: bool = True,
    held: bool = False,
) -> int:
    """Write work into the ledger, ring for it after commit, and return its id.

    Work that is `held` waits for `start`. With `once`, work of this kind and text that still waits
    is not written again. It is locked until this transaction ends, so that it cannot start before
    it could see what is new.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_work (kind, arguments, once, state, attempts, done_count, step,
                                        outcome, error, created_at, created_by_id)
            VALUES (%s, %s, %s, %s, 0, 0, '', '{}', '', %s, %s)
            ON CONFLICT (kind, once) WHERE state = 'waiting' DO UPDATE SET kind = excluded.kind
            RETURNING id
            """,
            [kind, json.dumps(arguments), once, _first_state(held=held), at, by.pk if by else None],
        )
        work_id: int = cursor.fetchone()[0]
        if ring_now and not held:
            transaction.on_commit(lambda: ring(work_id))
    return work_id


def start(work_id: int) -> bool:
    """Let held work go, and ring for it after commit; return whether it was held."""
    held = Work.objects.filter(pk=work_id, state=Work.State.HELD)
    started = held.update(state=Work.State.WAITING) == 1
    if started:
        transaction.on_commit(lambda: ring(work_id))
    return started


def cancel(work_id: int, *, at: datetime, reason: str = "") -> bool:
    """End work that is not over; return whether it was ended here. `reason` is for its page.

    Whoever runs it notices within a second or at its end, and undoes what it wrote: the row's
    end and the work are one transaction, and that end is now taken.
    """
    with transaction.atomic():
        work = Work.objects.select_for_update().get(pk=work_id)
        if work.is_over:
            return False
        end(work, state=Work.State.CANCELLED, at=at, error=reason)
    return True


def ring(work_id: int) -> None:
    """Tell the broker that work waits. Where it does not answer, the sweeper rings later."""
    try:
        current_app.send_task("customers.work", kwargs={"work_id": work_id}, retry=False)
    except (OperationalError, OSError):
        log.warning("The broker does not answer; work %s waits for the sweeper.", work_id)
        return
    Work.objects.filter(pk=work_id).update(rung_at=Now())


def sweep(*, at: datetime) -> int:
    """Ring for work nobody was told of and for leases that ran out; return how many."""
    Sweep.objects.update_or_create(pk=1, defaults={"swept_at": at})
    late = at - timedelta(seconds=settings.WORK_LEASE_SECONDS)
    due = Work.objects.order_by("pk").filter(
        Q(state=Work.State.WAITING) & (Q(rung_at=None) | Q(rung_at__lt=late))
        | Q(state=Work.State.RUNNING, lease_until__lt=at)
    )
    work_ids = list(due.values_list("pk", flat=True))
    for work_id in work_ids:
        ring(work_id)
    return len(work_ids)


def take(work_id: int, *, at: datetime) -> Lease | None:
    """Take a piece of work that waits or whose lease ran out; None when it is not to be had."""
    ready = Work.objects.filter(pk=work_id).filter(
        Q(state=Work.State.WAITING) | Q(state=Work.State.RUNNING, lease_until__lt=at)
    )
    with transaction.atomic():
        work = ready.select_for_update().first()
        if work is None:
            return None
        if work.attempts >= MAX_ATTEMPTS:
            end(work, state=Work.State.FAILED, at=at, error=_gave_up(work))
            return None
        work.state = Work.State.RUNNING
        work.attempts += 1
        work.lease_until = at + timedelta(seconds=settings.WORK_LEASE_SECONDS)
        work.started_at = work.started_at or at
        work.save()
    return Lease(work.pk, work.attempts, work.kind, work.arguments)


def run(work_id: int, *, clock: Clock) -> bool:
    """Do a piece of work if it is to be had; return whether it was done here.

    A refusal ends it as failed with its sentence. Work that must wait for other work is handed
    back, so that nobody waits for it here. Any other exception leaves it to its lease, lengthened
    a little with every attempt, and is raised for the log.
    """
    lease = take(work_id, at=clock())
    if lease is None:
        return False
    try:
        with Progress(lease, clock) as progress, transaction.atomic():
            outcome = HANDLERS[lease.kind](progress=progress, at=clock(), **lease.arguments)
            progress.close()
            end(_held(lease), state=Work.State.DONE, at=clock(), outcome=outcome)
    except WorkRefusedError as refusal:
        with transaction.atomic():
            end(_held(lease), state=Work.State.FAILED, at=clock(), error=str(refusal))
    except NotNowError as reason:
        _still_ours(lease).update(
            attempts=F("attempts") - 1, lease_until=clock() + HANDED_BACK, step=str(reason)
        )
        return False
    except Exception as error:
        if Work.objects.filter(pk=work_id, state=Work.State.CANCELLED).exists():
            log.info("Work %s was cancelled; nothing of it is kept.", work_id)
            return False
        _still_ours(lease).update(
            lease_until=clock() + timedelta(seconds=2**lease.attempt),
            error=f"Attempt {lease.attempt} broke off: {_cause(error)}.",
        )
        raise
    return True


def see_through(work_id: int, *, clock: Clock, pause: float = 0.2) -> Work:
    """Do a piece of work here, or wait for whoever has it, and return it when it is over.

    A worker may have found it first. Looks again every `pause` seconds.
    """
    while not run(work_id, clock=clock):
        work = Work.objects.get(pk=work_id)
        if work.is_over:
            return work
        time.sleep(pause)
    return Work.objects.get(pk=work_id)


def do_now(work_id: int, *, clock: Clock) -> Work:
    """Do a piece of work as `see_through` does, for a command, and return it once it is done.

    Raises NotDoneError where it failed or was cancelled, and BrokeOffError where the disk or the
    database gave out.
    """
    try:
        work = see_through(work_id, clock=clock)
    except (OSError, DatabaseError) as error:
        cause = f"It broke off: {_cause(error)}. A worker begins it again."
        raise BrokeOffError(cause) from error
    if work.state != Work.State.DONE:
        raise NotDoneError(work.error or "It was cancelled.")
    return work


def end(
    work: Work,
    *,
    state: Work.State,
    at: datetime,
    outcome: dict[str, Any] | None = None,
    error: str = "",
) -> None:
    """Close a row of the ledger; where it failed, its kind tidies up after commit."""
    work.state = state
    work.lease_until = None
    work.ended_at = at
    work.outcome = outcome or {}
    work.error = error
    work.step = ""
    work.save()
    if state == Work.State.FAILED and (tidy := AFTERWARDS.get(work.kind)):
        transaction.on_commit(partial(tidy, work.arguments))


def _still_ours(lease: Lease) -> QuerySet[Work]:
    """Return the row if the lease is still ours, else nothing."""
    return Work.objects.filter(pk=lease.work_id, attempts=lease.attempt, state=Work.State.RUNNING)


def _held(lease: Lease) -> Work:
    """Lock and return the row if the lease is still ours. Raises LeaseLostError."""
    work = Work.objects.select_for_update().get(pk=lease.work_id)
    if work.state != Work.State.RUNNING or work.attempts != lease.attempt:
        raise LeaseLostError(f"Work {lease.work_id} was taken over.")
    return work


def _first_state(*, held: bool) -> Work.State:
    return Work.State.HELD if held else Work.State.WAITING


def _cause(error: Exception) -> str:
    """Return in words what somebody can mend at once; of anything else its kind, for the log."""
    if DiskFull in {type(error), type(error.__cause__)}:
        return "the database’s disk is full; make room there"
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return "the disk of IMPORT_FOLDER is full; make room there"
    if isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) is None:
        return "the database does not answer"
    return type(error).__name__


def _gave_up(work: Work) -> str:
    last = f" {work.error}" if work.error else ""
    return f"Given up after {work.attempts} attempts.{last} The worker’s log says more."


class Progress:
    """Renews a lease and shows how far the work is, from a thread with its own connection.

    The work itself runs in one long transaction, which nobody could look into; so what a reader
    sees of it while it runs is written beside it, once a second.
    """

    def __init__(self, lease: Lease, clock: Clock, *, every: float = 1.0) -> None:
        self.done = 0
        self.total: int | None = None
        self.step = ""
        self._lost = False
        self._lease = lease
        self._clock = clock
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_how: object) -> None:
        self.close()

    def check(self) -> None:
        """Raise LeaseLostError once somebody has cancelled the work or taken it over."""
        if self._lost:
            raise LeaseLostError(f"Work {self._lease.work_id} is no longer ours.")

    def close(self) -> None:
        """Stop beating; the last state is in the ledger unless the work broke off."""
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(self._every):
                self._try_to_write()
        finally:
            connection.close()

    def _try_to_write(self) -> None:
        """Write, or leave it to the next beat: a moment without a database loses no lease."""
        try:
            self._write()
        except DatabaseError:
            log.warning("The lease of work %s could not be renewed.", self._lease.work_id)
            connection.close()

    def _write(self) -> None:
        kept = _still_ours(self._lease).update(
            done_count=self.done,
            total_count=self.total if self.total is not None else F("total_count"),
            step=self.step,
            lease_until=self._clock() + timedelta(seconds=settings.WORK_LEASE_SECONDS),
        )
        self._lost = not kept and Work.objects.filter(pk=self._lease.work_id).exists()
