"""XLSX through a child process with bounded memory and time, as a stream of CSV."""

import subprocess
import sys
import zipfile
from pathlib import Path

from customers.intake import workbook_reader as reader
from customers.intake.streams import UnreadableFile

MEMORY = 320 << 20
"""Address space of the child in bytes: room for 300,000 rows of ten columns. It is what is left of
500 MB beside the worker that reads what the child writes."""
SECONDS = 120
_LARGEST = 4 << 30
_WHY = {
    reader.DAMAGED: "is damaged: it is no whole XLSX workbook; save it again in Excel",
    reader.LOCKED: "is locked with a password; save it without one",
    reader.EMPTY: "has no visible sheet with anything in it; export it again",
}
_TOO_LARGE = (
    "holds more than is taken from a workbook (its first sheet needs more memory or time than is "
    "allowed); save that sheet as CSV"
)


def check_workbook(path: Path, *, largest: int) -> None:
    """Look at the list of parts; raises UnreadableFile for another zip and for a zip bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableFile(f"{path.name} {_WHY[reader.DAMAGED]}.") from None
    if "xl/workbook.xml" not in parts:
        raise UnreadableFile(f"{path.name} is a zip archive; unpack it and send the file in it.")
    if (size := sum(parts.values())) > min(largest, _LARGEST):
        raise UnreadableFile(
            f"{path.name} holds {size:,} bytes when unpacked, more than is taken from a workbook; "
            "save its first sheet as CSV."
        )


class Sheet:
    """The first visible sheet as CSV bytes, read while a child process writes them.

    Raises UnreadableFile at the end where the child could not read the sheet whole.
    """

    def __init__(self, path: Path) -> None:
        program = [sys.executable, "-I", reader.__file__, str(path), str(MEMORY), str(SECONDS)]
        self._name = path.name
        self._child = subprocess.Popen(  # noqa: S603  our own program, and a path we made
            program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end."""
        data = self._child.stdout.read(size) if self._child.stdout else b""
        if not data and (ended := self._child.wait()) != 0:
            raise UnreadableFile(f"{self._name} {_WHY.get(ended, _TOO_LARGE)}.")
        return data

    def close(self) -> None:
        """End the child, finished or not."""
        self._child.kill()
        with self._child:
            pass
