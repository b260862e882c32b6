"""A file brought in as a worker does it, and the same rows by a bare COPY."""

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from config.bench.meter import Meter
from customers.actions import work as ledger
from customers.actions.imports import hand_in
from customers.intake.mapping import Mapping
from customers.models import Source

CHUNK = 1 << 20


def bring(source: Source, path: Path, mapping: Mapping | None = None) -> Meter:
    """Hand a file in and let the ledger's own code load it; return what loading took.

    Without a mapping its header says what is in it. Raises RuntimeError, with the ledger's
    sentence, where it was not loaded.
    """
    settings.IMPORT_FOLDER = path.parent / "imports"
    file_import = hand_in(
        source=source,
        path=path,
        file_name=path.name,
        mapping=mapping,
        at=timezone.now(),
        by=None,
        ring_now=False,
    )
    with Meter() as meter:
        work = ledger.see_through(file_import.work_id, clock=timezone.now)
    if work.error:
        raise RuntimeError(work.error)
    return meter


def copy_bare(table: str, folder: Path) -> Meter:
    """COPY a table's rows, as binary, into an empty one with the same indexes; return the time."""
    rows = folder / "rows"
    told = f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT (FORMAT binary)"  # noqa: S608  our own table
    with transaction.atomic(), connection.cursor() as cursor:
        with rows.open("wb") as file, cursor.copy(told) as copy:
            for block in copy:
                file.write(block)
        cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING ALL)")
    with (
        Meter() as meter,
        transaction.atomic(),
        connection.cursor() as cursor,
        rows.open("rb") as file,
        cursor.copy("COPY bare FROM STDIN (FORMAT binary)") as copy,
    ):
        while block := file.read(CHUNK):
            copy.write(block)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare")
    rows.unlink()
    return meter
