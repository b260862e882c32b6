"""Importing a file: handed in, checked, brought in by COPY, all of it or nothing.

Handing in keeps a copy and writes the work into the ledger; loading reads the copy batch by
batch into a temporary table and lands it, in one transaction that also ends the work. So a load
that is killed at any point has done nothing, and the next attempt does it all.
"""

import shutil
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.kept_files import forget_copy, forget_file, place_for
from customers.actions.kinds import KINDS
from customers.actions.news import News, NotNewsError
from customers.actions.staging import Stage
from customers.actions.work import NotNowError, Progress, WorkRefusedError
from customers.intake.batches import ahead
from customers.intake.columns import apply
from customers.intake.fields import EVENTS, Kind
from customers.intake.files import FileFacts, examine, open_batches
from customers.intake.mapping import Mapping, MappingError, fit
from customers.intake.picking import propose
from customers.intake.presets import preset, recognised
from customers.intake.pseudonyms import named
from customers.intake.rejected import ErrorFile, Rejected
from customers.intake.returned import in_own_format
from customers.intake.spellings import guess
from customers.intake.streams import UnreadableFile
from customers.models import Import, Source, Work
from customers.queries.keys import identity_key
from strategy.actions.audit import record
from strategy.models import Person


class NotHeldError(Exception):
    """The import no longer waits to be started; the message says so in a sentence."""


def hand_in(
    *,
    source: Source,
    path: Path,
    file_name: str,
    mapping: Mapping | None,
    at: datetime,
    by: Person | None,
    ring_now: bool = True,
    held: bool = False,
) -> Import:
    """Keep a copy of a file and write its import into the ledger.

    Without a mapping the header must be one that this source sent before, or a preset's, or
    carry our own names. Raises
    UnreadableFile or MappingError, with one sentence, for a file that cannot be taken; then
    nothing is kept. An import that is `held` waits for somebody to look at it and `start` it, so
    a mapping that was found for it, by common spellings at worst, need not fit yet.
    """
    copy = place_for(file_name, under="file")
    try:
        _copy(path, copy)
        facts = examine(copy, largest=settings.IMPORT_MAX_BYTES)
        kinds = {name: registered.kind for name, registered in KINDS.items()}
        try:
            found = mapping or _found_mapping(source, facts, kinds)
            fit(found, kinds[found.kind], facts.columns, complete=facts.columns_complete)
        except MappingError:
            if mapping is not None or not held:
                raise
            found = guess(facts.columns, kinds, decimal=facts.written.decimal)
        with transaction.atomic():
            file_import = Import(
                source=source,
                file_name=copy.name,
                path=str(copy),
                sha256=facts.sha256,
                size=facts.size,
                written=facts.written._asdict(),
                mapping=found.to_json(),
                mapping_hash=found.sha256(),
                kind=found.kind,
            )
            file_import.pk = _next_import_id()
            file_import.work_id = ledger.give(
                kind="import",
                arguments={"import_id": file_import.pk},
                at=at,
                by=by,
                ring_now=ring_now,
                held=held,
            )
            file_import.save(force_insert=True)
            record(
                act="import.hand_in",
                subject=file_import,
                sentence=f"Handed in {file_import.file_name} from {source}.",
                by=by,
                at=at,
                sha256=facts.sha256,
            )
    except BaseException:
        shutil.rmtree(copy.parent.parent, ignore_errors=True)
        raise
    return file_import


@transaction.atomic
def change_mapping(*, file_import: Import, mapping: Mapping) -> None:
    """Read a held file in another way. Raises NotHeldError."""
    _lock_held(file_import)
    file_import.mapping = mapping.to_json()
    file_import.mapping_hash = mapping.sha256()
    file_import.kind = mapping.kind
    file_import.save()


@transaction.atomic
def start(*, file_import: Import, by: Person, at: datetime) -> None:
    """Let a held import go. Raises NotHeldError, or MappingError where its mapping does not fit."""
    _lock_held(file_import)
    mapping = Mapping.from_json(file_import.mapping)
    columns, layout = file_import.written["columns"], file_import.written["layout"]
    fit(mapping, KINDS[mapping.kind].kind, columns, complete=layout != "json")
    ledger.start(file_import.work_id)
    record(
        act="import.start",
        subject=file_import,
        sentence=f"Started the import of {file_import.file_name}.",
        by=by,
        at=at,
    )


@transaction.atomic
def cancel(*, file_import: Import, by: Person, at: datetime) -> bool:
    """End an import that is not over, and forget its file; return whether it was ended here."""
    if not ledger.cancel(file_import.work_id, at=at):
        return False
    record(
        act="import.cancel",
        subject=file_import,
        sentence=f"Cancelled the import of {file_import.file_name}.",
        by=by,
        at=at,
    )
    transaction.on_commit(partial(forget_file, Path(file_import.path)))
    return True


def _lock_held(file_import: Import) -> None:
    held = Work.objects.select_for_update().filter(pk=file_import.work_id, state=Work.State.HELD)
    if not held.exists():
        raise NotHeldError("This import has been started or cancelled already.")


def load(*, import_id: int, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Bring a handed-in file into the tables; the work of kind "import".

    Files of one source come in one after another, in the order they were handed in where both
    are due. Raises NotNowError while another has its turn.
    """
    file_import = Import.objects.select_related("source").get(pk=import_id)
    at = _take_turn(file_import, at=at)
    if earlier := _same_file(file_import):
        _settle(file_import, _again(earlier), at=at)
    else:
        try:
            facts = examine(Path(file_import.path), largest=settings.IMPORT_MAX_BYTES)
            counts, errors = _bring_in(file_import, facts, progress, at=at)
        except (UnreadableFile, MappingError) as reason:
            raise WorkRefusedError(str(reason)) from None
        _settle(file_import, counts, at=at)
        if errors.count:
            file_import.errors_path = str(errors.path)
        file_import.save()
        if file_import.changed_count:
            ledger.give(kind="refresh", arguments={}, at=at, once="all")
    transaction.on_commit(partial(forget_copy, Path(file_import.path)))
    return {
        "read": file_import.read_count,
        "accepted": file_import.accepted_count,
        "changed": file_import.changed_count,
        "unchanged": file_import.unchanged_count,
        "rejected": file_import.rejected_count,
        "dropped": file_import.dropped_count,
    }


def errors_of(file_import: Import) -> Path | None:
    """Return the file of refused rows, in the format that they were sent in.

    It may hold personal data. None where no row was refused or the file is no longer kept.
    """
    path, written = Path(file_import.errors_path), file_import.written
    if not file_import.errors_path or not path.is_file():
        return None
    return in_own_format(path, written.get("layout", ""), written.get("delimiter") or ",")


@transaction.atomic
def take_errors(*, file_import: Import, by: Person, at: datetime) -> Path | None:
    """Return `errors_of` an import for somebody to take away, and log who took it."""
    path = errors_of(file_import)
    if path is None:
        return None
    record(
        act="import.take_errors",
        subject=file_import,
        sentence=f"Took the refused rows of {file_import.file_name}.",
        by=by,
        at=at,
    )
    return path


def _take_turn(file_import: Import, *, at: datetime) -> datetime:
    """Let nobody else load a file of the source until this transaction ends.

    Return the moment of the turn: `at`, or that of the last turn where it was taken later. Raises
    NotNowError where somebody else has it, or has a file that was handed in earlier.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [1, file_import.source_id])
        (is_free,) = cursor.fetchone()
    of_source = Import.objects.filter(source=file_import.source_id)
    earlier = of_source.filter(
        pk__lt=file_import.pk, work__state=Work.State.RUNNING, work__lease_until__gt=at
    )
    if not is_free or earlier.exists():
        raise NotNowError("Waiting for another file of its source")
    last = of_source.aggregate(last=Max("loaded_at"))["last"]
    return max(at, last) if last else at


def _found_mapping(source: Source, facts: FileFacts, kinds: dict[str, Kind]) -> Mapping:
    """Return what this header was read by before, or its preset, or what carries our own names."""
    before = Import.objects.filter(source=source, loaded_at__isnull=False)
    last = before.filter(written__columns=list(facts.columns)).order_by("-loaded_at").first()
    if last is not None:
        return Mapping.from_json(last.mapping)
    known = recognised(facts.columns)
    if known is not None:
        return preset(known.name, kinds)
    return propose(facts.columns, kinds, decimal=facts.written.decimal)


def _error_file(file_import: Import, facts: FileFacts) -> ErrorFile:
    suffix = "jsonl" if facts.written.layout == "json" else "csv"
    path = Path(file_import.path).parent.parent / f"errors-{file_import.pk}.{suffix}"
    path.unlink(missing_ok=True)
    return ErrorFile(path, facts.columns, facts.written.delimiter or ",")


def _bring_in(
    file_import: Import, facts: FileFacts, progress: Progress, *, at: datetime
) -> tuple[dict[str, int], ErrorFile]:
    """Read, check and land every row; return the counts, and the file of the refused rows.

    Events that are all new take the shorter way; where one is not, they take the other anew.
    """
    if file_import.kind == EVENTS.name:
        with suppress(NotNewsError), transaction.atomic():
            return _land(News, file_import, facts, progress, at=at)
    return _land(Stage, file_import, facts, progress, at=at)


def _land(
    way: type[Stage], file_import: Import, facts: FileFacts, progress: Progress, *, at: datetime
) -> tuple[dict[str, int], ErrorFile]:
    registered = KINDS[file_import.kind]
    kind = registered.kind
    mapping = Mapping.from_json(file_import.mapping)
    read = dropped = 0
    with connection.cursor() as cursor, _error_file(file_import, facts) as errors:
        stage = way(cursor, kind, source_id=file_import.source_id)
        progress.step = "Reading the rows"
        progress.done, progress.total = 0, facts.written.rows
        for count, checked in ahead(
            (
                len(batch.numbers) + len(batch.rejected),
                apply(mapping, kind, batch, file_sha256=facts.sha256, now=timezone.localtime(at)),
            )
            for batch in open_batches(facts)
        ):
            errors.write(stage.remembered(checked.rejected, mapping))
            stage.add(named(checked.rows, identity_key()))
            read += len(checked.rows) + len(checked.rejected) + checked.dropped
            dropped += checked.dropped
            progress.done += count
            progress.check()
        progress.step = "Bringing the rows in"
        landed = stage.land(registered, at=at)
        dropped += stage.forgotten
        errors.write(_with_cells(landed.rejected, facts))
    accepted = read - errors.count - dropped
    counts = {
        "read": read,
        "accepted": accepted,
        "changed": landed.changed,
        "unchanged": accepted - landed.changed,
        "rejected": errors.count,
        "dropped": dropped,
    }
    return counts, errors


def _with_cells(rejected: list[Rejected], facts: FileFacts) -> list[Rejected]:
    """Read the file again for the rows that only the database could judge."""
    if not rejected:
        return []
    rows = {row.row: row for row in rejected}
    wanted = pa.array(rows, pa.int64())
    found: list[Rejected] = []
    for batch in open_batches(facts):
        there = pc.is_in(batch.numbers, value_set=wanted)
        cells = batch.columns.filter(there).to_pylist()
        numbers = batch.numbers.filter(there).to_pylist()
        found += [rows[n]._replace(cells=row) for n, row in zip(numbers, cells, strict=True)]
    return found


def _settle(file_import: Import, counts: dict[str, int], *, at: datetime) -> None:
    for name, count in counts.items():
        setattr(file_import, f"{name}_count", count)
    file_import.loaded_at = at
    file_import.save()


def _same_file(file_import: Import) -> Import | None:
    """Return an import that brought the very same bytes in whole, read in the same way.

    None where the source has said something else since: a nightly export that is again what it
    was two nights ago takes yesterday's word back.
    """
    loaded = Import.objects.filter(
        source=file_import.source_id, kind=file_import.kind, loaded_at__isnull=False
    )
    earlier = (
        loaded.filter(
            sha256=file_import.sha256, mapping_hash=file_import.mapping_hash, rejected_count=0
        )
        .order_by("-loaded_at")
        .first()
    )
    if earlier is None:
        return None
    since = loaded.filter(loaded_at__gte=earlier.loaded_at, changed_count__gt=0)
    return None if since.exclude(pk=earlier.pk).exists() else earlier


def _again(earlier: Import) -> dict[str, int]:
    return {
        "read": earlier.read_count or 0,
        "accepted": earlier.accepted_count or 0,
        "changed": 0,
        "unchanged": earlier.accepted_count or 0,
        "rejected": 0,
        "dropped": earlier.dropped_count or 0,
    }


def _next_import_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('customers_import', 'id'))")
        return int(cursor.fetchone()[0])


def _copy(path: Path, to: Path) -> None:
    try:
        before = path.stat()
        shutil.copyfile(path, to)
        after = path.stat()
    except FileNotFoundError:
        raise UnreadableFile(f"{path.name} is not there; check the path {path}.") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{path.name} is a folder; name one file in it.") from None
    except OSError as error:
        raise UnreadableFile(f"{path.name} could not be copied: {error.strerror}.") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFile(f"{path.name} changed while it was copied; import it once complete.")
