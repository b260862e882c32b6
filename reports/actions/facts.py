"""Keeping the columnar copy of the facts: what is stale is replaced, what nobody reads deleted."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, QuerySet

from customers.actions import work as ledger
from customers.actions.work import WorkRefusedError
from customers.models import BLOCK, Record, StaleWeek
from reports.facts import delta, rows
from reports.facts.columns import EVENTS_BY_WEEK, PEOPLE_BY_BLOCK
from reports.models import FactsVersion
from reports.queries.engine import NO_COPY, NotCopiedError, copied, newest_version
from reports.queries.facts import weeks_of_history

if TYPE_CHECKING:
    import pyarrow as pa

FACTS_LOCK = 7_412_002
"""The advisory lock that lets one refresh, rebuild or vacuum run at a time."""

REBUILD, VACUUM = "rebuild_facts", "vacuum_facts"

READ_WITHIN = timedelta(hours=1)
"""How long a version stays after a newer one came, for whoever reads it."""

NO_COPY_WANTED = "FACTS_ENGINE is postgres, which reads the tables themselves: there is no copy."


class Step(Protocol):
    """Where a piece of work says how far it is."""

    step: str


class Stale(NamedTuple):
    """What changed since it was last looked at.

    Attributes:
        copied: weeks whose events are others than those of the copy.
        counted: weeks to be counted again.
        blocks: blocks of records that are new, gone, or linked with others than before.
        are_gone: whether somebody was erased.

    """

    copied: set[date]
    counted: set[date]
    blocks: set[int]
    are_gone: bool


def take_turn(cursor: CursorWrapper) -> None:
    """Wait until nobody else works on the facts, and keep others away for this transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FACTS_LOCK])


def take_stale(cursor: CursorWrapper) -> Stale:
    """Take the marks of what is stale away, and return what they say. Two statements.

    What they stand for must be read in this transaction, afterwards.
    """
    cursor.execute("DELETE FROM customers_staleweek RETURNING week_on, because")
    weeks = set(cursor.fetchall())
    cursor.execute("DELETE FROM customers_stalepeople RETURNING block, are_gone")
    people = set(cursor.fetchall())
    because = StaleWeek.Because
    return Stale(
        copied={week for week, why in weeks if why != because.LINKS},
        counted={week for week, why in weeks if why != because.AGE},
        blocks={block for block, _ in people},
        are_gone=any(are_gone for _, are_gone in people),
    )


def copy_stale(
    cursor: CursorWrapper, stale: Stale, *, progress: Step, at: datetime, everything: bool
) -> FactsVersion | None:
    """Bring the copy up to date, in the caller's turn; None where no engine reads a copy.

    The stale weeks are replaced in one commit, and so are the stale blocks of people. Where the
    copy is not the one that was read last, or with `everything`, all of it is made again. Once
    somebody was erased no version from before is kept, not even a frozen one.
    """
    if settings.FACTS_ENGINE == "postgres":
        _forget(at=at)
        return None
    newest = newest_version()
    if newest is None or everything:
        newest = _copy_everything(cursor, progress=progress, at=at)
    elif stale.copied or stale.blocks:
        newest = _copy(cursor, sorted(stale.copied), sorted(stale.blocks), progress=progress, at=at)
    if stale.are_gone:
        FactsVersion.objects.exclude(pk=newest.pk).delete()
    if stale.are_gone or _outlived(at).exists():
        ledger.give(kind=VACUUM, arguments={}, at=at, once="all")
    return newest


def rebuild(*, progress: Step, at: datetime, **_later: Any) -> dict[str, Any]:
    """Make the copy from nothing; the work of kind REBUILD. What is stale stays stale.

    Killed and begun again it comes to the same: nothing of it counts before its end.
    """
    if settings.FACTS_ENGINE == "postgres":
        raise WorkRefusedError(NO_COPY_WANTED)
    with transaction.atomic(), connection.cursor() as cursor:
        take_turn(cursor)
        version = _copy_everything(cursor, progress=progress, at=at)
        ledger.give(kind=VACUUM, arguments={}, at=at, once="all")
    return {"version": str(version), "weeks": len(weeks_of_history())}


def vacuum(*, progress: Step, at: datetime, **_later: Any) -> dict[str, Any]:
    """Delete the files that no version needs; the work of kind VACUUM.

    Needed are the newest version, the frozen ones, and those that a newer one followed less than
    READ_WITHIN ago.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        take_turn(cursor)
        progress.step = "Deleting what nobody reads any more"
        _outlived(at).delete()
        kept = FactsVersion.objects.filter(table=delta.table_id(settings.FACTS_PATH))
        files = delta.vacuum(settings.FACTS_PATH, [one.version for one in kept])
    return {"files": files}


@transaction.atomic
def freeze(*, reason: str, at: datetime) -> FactsVersion:
    """Keep the newest version of the copy readable while `reason` names it.

    Raises NotCopiedError. An erasure ends it all the same.
    """
    newest = newest_version()
    if newest is None:
        raise NotCopiedError(NO_COPY)
    if newest.frozen_for and newest.frozen_for != reason:
        newest.pk, newest.at = None, at
    newest.frozen_for = reason
    newest.save()
    return newest


def release(*, reason: str) -> int:
    """Let go of what `reason` froze; return how many versions."""
    return FactsVersion.objects.filter(frozen_for=reason).update(frozen_for="")


def _copy_everything(cursor: CursorWrapper, *, progress: Step, at: datetime) -> FactsVersion:
    last: int | None = Record.objects.aggregate(last=Max("pk"))["last"]
    blocks = range(last // BLOCK + 1) if last is not None else range(0)
    weeks = weeks_of_history()
    root = settings.FACTS_PATH
    delta.replace(root, EVENTS_BY_WEEK, None, _events(cursor, weeks, progress))
    delta.replace(root, PEOPLE_BY_BLOCK, None, _people(cursor, blocks, progress))
    return _written(at)


def _copy(
    cursor: CursorWrapper,
    weeks: list[date],
    blocks: list[int],
    *,
    progress: Step,
    at: datetime,
) -> FactsVersion:
    root = settings.FACTS_PATH
    delta.replace(root, EVENTS_BY_WEEK, weeks, _events(cursor, weeks, progress))
    delta.replace(root, PEOPLE_BY_BLOCK, blocks, _people(cursor, blocks, progress))
    return _written(at)


def _events(cursor: CursorWrapper, weeks: list[date], progress: Step) -> "Iterator[pa.RecordBatch]":
    for place, week in enumerate(weeks, start=1):
        progress.step = f"Copying week {place} of {len(weeks)}"
        query = rows.events_of_week(week, ours=settings.CURRENCY, zone=settings.TIME_ZONE)
        yield from copied(cursor, query, EVENTS_BY_WEEK.columns)


def _people(
    cursor: CursorWrapper, blocks: Iterable[int], progress: Step
) -> "Iterator[pa.RecordBatch]":
    progress.step = "Copying who is whom"
    for block in blocks:
        yield from copied(cursor, rows.people_of(block, size=BLOCK), PEOPLE_BY_BLOCK.columns)


def _written(at: datetime) -> FactsVersion:
    version = delta.latest(settings.FACTS_PATH)
    return FactsVersion.objects.create(at=at, **version._asdict())


def _outlived(at: datetime) -> QuerySet[FactsVersion]:
    """Return the versions that nobody can still be reading."""
    settled = FactsVersion.objects.filter(at__lte=at - READ_WITHIN).last()
    if settled is None:
        return FactsVersion.objects.none()
    return FactsVersion.objects.filter(pk__lt=settled.pk, frozen_for="")


def _forget(*, at: datetime) -> None:
    """Empty a copy that nothing will keep up to date any more."""
    if FactsVersion.objects.exists():
        for part in (EVENTS_BY_WEEK, PEOPLE_BY_BLOCK):
            delta.replace(settings.FACTS_PATH, part, None, [])
        FactsVersion.objects.all().delete()
        ledger.give(kind=VACUUM, arguments={}, at=at, once="all")
