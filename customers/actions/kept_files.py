"""What the import folder keeps: copies until they are read, error files for a while.

Each file handed in has a folder of its own there: `file/<its name>` and
`errors-<import>.csv` or `.jsonl`.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from customers.models import Import

ON_ITS_WAY = timedelta(hours=1)
"""For so long after its last byte a copy may not have its import yet."""


def forget_copy(path: Path) -> None:
    """Delete the copy of a file, and its folders where nothing else is in them."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # the error file stays, and with it the folder
        path.parent.rmdir()
        path.parent.parent.rmdir()


def forget_failed(arguments: dict[str, Any]) -> None:
    """Delete the copy of a file whose import has failed for good."""
    forget_copy(Path(Import.objects.get(pk=arguments["import_id"]).path))


def tidy(*, at: datetime) -> int:
    """Delete copies that nobody will read and error files past their days; return how many.

    A copy is deleted as its import ends; left here is that of a process that was killed then, or
    while it handed in.
    """
    awaited = Import.objects.filter(work__ended_at=None).values_list("path", flat=True)
    kept = {Path(path) for path in awaited}
    copies = [path for path in _older("*/file/*", at - ON_ITS_WAY) if path not in kept]
    keep = timedelta(days=settings.IMPORT_ERRORS_KEEP_DAYS)
    errors = list(_older("*/errors-*", at - keep))
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
