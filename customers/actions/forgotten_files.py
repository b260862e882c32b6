"""Taking a person out of the files under the import folder: copies that wait, and error files."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.backends.utils import CursorWrapper

from customers.actions import work as ledger
from customers.actions.kept_files import forget_copy
from customers.intake.files import examine, open_batches
from customers.intake.forgetting import Traces, take_out, traces
from customers.intake.sealing import Keys, UnsealableError
from customers.intake.streams import UnreadableFile
from customers.models import Identifier, Import, Record

TEXT = {"csv", "json"}
_NAMES = ("full_name", "given_name", "family_name")
_BESIDE = ("born_on", "postcode", "address")


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
            by_source[one.source_id] = _traces(records, one.source_id)
        theirs = by_source[one.source_id]
        if errors in kept:
            rows += _out_of_errors(one, theirs)
        if copy in kept and one.written.get("layout") in TEXT:
            encoding = (
                "utf-8-sig" if one.written["encoding"] == "UTF-8" else one.written["encoding"]
            )
            delimiter = one.written["delimiter"]
            rows += take_out(copy, theirs.are_in, encoding=encoding, delimiter=delimiter)
        elif copy in kept and _is_in(copy, theirs):
            ledger.cancel(one.work_id, at=at)
            transaction.on_commit(lambda copy=copy: forget_copy(copy))  # type: ignore[misc]
            files += 1
    found = {"rows of kept files": rows, "kept files": files}
    return {place: count for place, count in found.items() if count}


def _out_of_errors(one: Import, theirs: Traces) -> int:
    path = Path(one.errors_path)
    delimiter = "" if path.suffix == ".jsonl" else one.written.get("delimiter") or ","
    return take_out(path, theirs.are_in, encoding="utf-8-sig", delimiter=delimiter)


def _is_in(path: Path, theirs: Traces) -> bool:
    with suppress(UnreadableFile):
        for batch in open_batches(examine(path, largest=settings.IMPORT_MAX_BYTES)):
            if any(theirs.are_in(filter(None, row.values())) for row in batch.columns.to_pylist()):
                return True
            if any(theirs.are_in(filter(None, row.cells.values())) for row in batch.rejected):
                return True
        return False
    return True


def _traces(records: list[Record], source_id: int) -> Traces:
    keys = Keys(settings.IDENTIFIER_KEYS)
    identifiers = []
    for one in Identifier.objects.filter(record__in=records).exclude(sealed=None):
        with suppress(UnsealableError):
            identifiers.append((one.kind, keys.open(one.kind, bytes(one.sealed or b""))))
    said = [record.attributes for record in records]
    names = [one.get(name, "") for one in said for name in _NAMES]
    names += [f"{one.get('given_name', '')} {one.get('family_name', '')}" for one in said]
    return traces(
        [record.external_id for record in records if record.source_id == source_id],
        identifiers,
        names,
        [str(one.get(name, "")) for one in said for name in _BESIDE],
        settings.PHONE_REGION,
    )
