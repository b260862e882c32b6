"""Taking a person out of the files under the import folder: copies that wait, and error files."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.utils import CursorWrapper

from customers.actions import work as ledger
from customers.actions.kept_files import forget_file
from customers.intake.files import examine, open_batches
from customers.intake.forgetting import Row, Traces, take_out, traces
from customers.intake.returned import SUFFIXES
from customers.intake.sealing import Keys, UnsealableError
from customers.intake.streams import UnreadableFile
from customers.models import Identifier, Import, Record
from customers.queries.keys import identity_keys

TEXT = {"csv", "json"}
_BESIDE = ("born_on", "postcode", "address")

type IsTheirs = Callable[[Row], bool]


def forget_in_files(cursor: CursorWrapper, *, at: datetime) -> dict[str, int]:
    """Take the people of the table `forgotten` out of every kept file; return counts by place.

    Of a text file their rows go. A workbook or a Parquet file that waits cannot be written again,
    so its import is cancelled and the file deleted. Done twice it finds nothing.
    """
    cursor.execute("SELECT record_id FROM forgotten")
    records = list(
        Record.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]).select_related("source")
    )
    by_source: dict[int, Traces] = {}
    rows = files = 0
    for one in Import.objects.select_related("work").iterator():
        copy, errors = Path(one.path), Path(one.errors_path) if one.errors_path else None
        kept = [path for path in (copy, errors) if path and path.is_file()]
        if not kept:
            continue
        if one.source_id not in by_source:
            by_source[one.source_id] = traces_of(records, one.source_id)
        is_theirs = partial(by_source[one.source_id].are_in, columns=one.mapping["columns"])
        if errors in kept:
            rows += _out_of_errors(one, is_theirs)
        if copy in kept and one.written.get("layout") in TEXT:
            encoding = (
                "utf-8-sig" if one.written["encoding"] == "UTF-8" else one.written["encoding"]
            )
            rows += take_out(
                copy,
                is_theirs,
                columns=one.written["columns"],
                encoding=encoding,
                delimiter=one.written["delimiter"],
            )
        elif copy in kept and _is_in(copy, is_theirs):
            ledger.cancel(one.work_id, at=at)
            transaction.on_commit(lambda copy=copy: forget_file(copy))  # type: ignore[misc]  # a default binds the loop’s value
            files += 1
    found = {"rows of kept files": rows, "kept files": files}
    return {place: count for place, count in found.items() if count}


def traces_of(records: list[Record], source_id: int | None = None) -> Traces:
    """Return what these records' person is known by: by external id in one source or in none."""
    keys = Keys(settings.IDENTIFIER_KEYS)
    identifiers = []
    carried = Identifier.objects.filter(record__in=records)
    for one in carried.exclude(sealed=None):
        with suppress(UnsealableError):
            identifiers.append((one.kind, keys.open(one.kind, bytes(one.sealed or b""))))
    said = [record.attributes for record in records]
    return traces(
        external_ids=[one.external_id for one in records if one.source_id == source_id],
        identifiers=identifiers,
        hashes=map(bytes, carried.filter(kind="email").values_list("digest", flat=True)),
        names=[name for one in said for name in _names(one)],
        beside=[str(one.get(name, "")) for one in said for name in _BESIDE],
        keys=identity_keys(),
        region=settings.PHONE_REGION,
    )


def _names(said: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return a record's full names, written in one cell or in two."""
    given, family = said.get("given_name", ""), said.get("family_name", "")
    both = [(given, family), (f"{given} {family}",)] if given and family else []
    return [(said.get("full_name", ""),), *both]


def _out_of_errors(one: Import, is_theirs: IsTheirs) -> int:
    path = Path(one.errors_path)
    delimiter = "" if path.suffix == ".jsonl" else one.written.get("delimiter") or ","
    columns = one.written.get("columns", ())
    count = take_out(path, is_theirs, columns=columns, encoding="utf-8-sig", delimiter=delimiter)
    if count:
        for suffix in SUFFIXES.values():  # made of it, and made again when it is asked for
            path.with_suffix(suffix).unlink(missing_ok=True)
    return count


def _is_in(path: Path, is_theirs: IsTheirs) -> bool:
    with suppress(UnreadableFile):
        for batch in open_batches(examine(path, largest=settings.IMPORT_MAX_BYTES)):
            if any(map(is_theirs, batch.columns.to_pylist())):
                return True
            if any(is_theirs(row.cells) for row in batch.rejected):
                return True
        return False
    return True
