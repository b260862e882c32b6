"""Rows that could not be taken, and the CSV file that tells their sender why."""

import csv
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TextIO

LONGEST_VALUE = 200
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Rejected(NamedTuple):
    """One row that was not taken, with its first fault.

    `row` counts from 1, the first row after the header (in JSON lines: the line).
    `column` is the column's name in the file, or "3 cells" when the row has the wrong number.
    `value` is the text found there, cut at 200 characters.
    """

    row: int
    column: str
    value: str
    expected: str


def shortened(text: str) -> str:
    """Return the text, cut to 200 characters with an ellipsis as the last one."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def inert(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula.

    >>> inert("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def as_found(text: str) -> str:
    """Return what `inert` was given.

    >>> as_found("'=1+1")
    '=1+1'
    """
    return text[1:] if text.startswith("'") and inert(text[1:]) == text else text


def first_rejected(path: Path, count: int) -> list[Rejected]:
    """Return the first rows of a file that `ErrorFile` wrote; none where it is gone."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = islice(csv.reader(file), 1, count + 1)
            return [Rejected(int(row), *map(as_found, texts)) for row, *texts in lines]
    except FileNotFoundError:
        return []


class ErrorFile:
    """A CSV file of rejected rows, written as they come; not made when there are none.

    Columns: row, column, value, expected. UTF-8 with a byte order mark, so that spreadsheets
    read the letters right.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def write(self, rejected: Iterable[Rejected]) -> None:
        """Append the rows to the file."""
        for row in rejected:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._file).writerow(Rejected._fields)
            csv.writer(self._file).writerow(
                (row.row, inert(row.column), inert(shortened(row.value)), inert(row.expected))
            )
            self.count += 1

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
