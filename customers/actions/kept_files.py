"""What the import folder keeps: copies until they are read or given up, error files for a while.

Each file handed in has a folder of its own there: `file/<its name>` and
`errors-<import>.csv` or `.jsonl`, beside it the same as a workbook or Parquet once it was taken.
One that is to be judged is `test/<its name>`: see reports.actions.evaluations.
"""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from customers.actions import work as ledger
from customers.models import Import, Work
from strategy.actions.audit import record
from strategy.language.words import counted

LONGEST_NAME = 200
"""Bytes of a file's name that are kept, its end; file systems take 255."""

ON_ITS_WAY = timedelta(hours=1)
"""For so long after its last byte a copy may not have its import yet."""


def place_for(file_name: str, *, under: str) -> Path:
    """Make a folder for one file, and return where in it its copy goes: `<under>/<its name>`.

    Its rows are people's: nobody else on the machine reads them.
    """
    folder = settings.IMPORT_FOLDER / uuid.uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    name = Path(file_name).name.encode(errors="replace")[-LONGEST_NAME:].decode(errors="ignore")
    copy: Path = folder / under / name
    copy.parent.mkdir(exist_ok=True)  # "/" has no name: it is refused where it is copied
    return copy


def forget_copy(path: Path) -> None:
    """Delete the copy of a file that is in, and its folders where it left no error file."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # the error file stays, and with it the folder
        path.parent.rmdir()
        path.parent.parent.rmdir()


def forget_file(path: Path) -> None:
    """Delete the copy of a file that never came in, and an error file begun for it."""
    for errors in path.parent.parent.glob("errors-*"):
        errors.unlink(missing_ok=True)
    forget_copy(path)


def forget_failed(arguments: dict[str, Any]) -> None:
    """Delete what is kept of a file whose import has failed for good."""
    forget_file(Path(Import.objects.get(pk=arguments["import_id"]).path))


def cancel_forgotten(*, at: datetime) -> int:
    """Cancel imports that nobody has started for `IMPORT_HELD_DAYS`, and forget their copies.

    Each in a transaction of its own; one that is started meanwhile goes on. Return how many.
    """
    due = at - timedelta(days=settings.IMPORT_HELD_DAYS)
    held = Import.objects.filter(work__state=Work.State.HELD, work__created_at__lte=due)
    return sum(_cancel_forgotten(each, at=at) for each in held)


@transaction.atomic
def _cancel_forgotten(file_import: Import, *, at: datetime) -> bool:
    held = Work.objects.select_for_update().filter(pk=file_import.work_id, state=Work.State.HELD)
    if not held.exists():
        return False
    waited = counted(settings.IMPORT_HELD_DAYS, "day")
    ledger.cancel(file_import.work_id, at=at, reason=f"Nobody started it for {waited}.")
    sentence = f"Cancelled the import of {file_import.file_name}: nobody started it for {waited}."
    record(act="import.forget", subject=file_import, sentence=sentence, by=None, at=at)
    transaction.on_commit(partial(forget_file, Path(file_import.path)))
    return True


def tidy(*, at: datetime) -> int:
    """Delete copies that nobody will read and error files past their days; return how many.

    A copy is deleted as its import ends; left here is that of a process that was killed then, or
    while it handed in, and the error file of a load that was killed.
    """
    awaited = Import.objects.filter(work__ended_at=None).values_list("path", flat=True)
    kept = {Path(path) for path in awaited}
    copies = [path for path in _older("*/file/*", at - ON_ITS_WAY) if path not in kept]
    keep = timedelta(days=settings.IMPORT_ERRORS_KEEP_DAYS)
    told = Import.objects.exclude(errors_path="").values_list("errors_path", flat=True)
    named = {Path(path).with_suffix("") for path in told}  # a workbook may be made of them
    begun = {path.parent.parent for path in kept}
    errors = {
        *_older("*/errors-*", at - keep),
        *(
            p
            for p in _older("*/errors-*", at - ON_ITS_WAY)
            if not (p.with_suffix("") in named or p.parent in begun)
        ),
    }
    for path in copies:
        forget_copy(path)
    for path in errors:
        path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()
    return len(copies) + len(errors)


def _older(pattern: str, than: datetime) -> Iterator[Path]:
    for path in settings.IMPORT_FOLDER.glob(pattern):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < than.timestamp():
                yield path
