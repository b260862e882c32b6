"""Rows that could not be taken, and the file that gives them back to their sender with the reason.

The file is written like the one that was sent (CSV with the same delimiter, or JSON lines): the
cells of the row as they were, and after them what was wrong. A sender can mend it and send it.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self, TextIO

LONGEST_VALUE = 200
OWN = ("row", "column", "value", "expected", "reason")
"""What stands after the cells of each row that comes back."""
_CLASH = " (Hymnsheet)"
QUOTED_FORMULA = r"^'('*[=+\-@\t\r\n])"
"""What `inert` makes of a text, with the text itself as group 1."""
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


class Rejected(NamedTuple):
    """One row that was not taken, with its first fault.

    `row` counts from 1, the first row after the header (in JSON lines: the line).
    `column` is the column's name in the file, or "3 cells" when the row has the wrong number.
    `value` is the text found there, cut at 200 characters. `cells` is the row as it was sent, by
    column, empty cells as "" or None.
    """

    row: int
    column: str
    value: str
    expected: str
    cells: dict[str, str | None] = {}

    @property
    def reason(self) -> str:
        """What was wrong, in a sentence.

        >>> Rejected(3, "at", "25/11", "a moment such as 2026-11-25").reason
        'at is “25/11”; expected a moment such as 2026-11-25.'
        >>> Rejected(3, "3 cells", "1,2,3", "2 cells, as in the header").reason
        'The row has 3 cells; expected 2 cells, as in the header.'
        """
        if re.fullmatch(r"\d+ cells?", self.column) and self.column not in self.cells:
            return f"The row has {self.column}; expected {self.expected}."
        found = f"“{self.value}”" if self.value else "empty"
        return f"{self.column} is {found}; expected {self.expected}."


def shortened(text: str) -> str:
    """Return the text, cut to 200 characters with an ellipsis as the last one."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def inert(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula.

    >>> inert("=1+1")
    "'=1+1"
    """
    return f"'{text}" if _FORMULA.match(text) else text


def as_found(text: str) -> str:
    """Return what `inert` was given.

    >>> as_found("'=1+1")
    '=1+1'
    """
    return re.sub(QUOTED_FORMULA, r"\1", text)


def own_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of what is added to a file with these columns.

    >>> own_columns(["order_id", "reason"])
    ('row', 'column', 'value', 'expected', 'reason (Hymnsheet)')
    """
    return tuple(f"{name}{_CLASH}" if name in columns else name for name in OWN)


def came_back(columns: Sequence[str]) -> bool:
    """Say whether a file with this header is one of refused rows, sent back.

    >>> came_back(["order_id", "row", "column", "value", "expected", "reason"])
    True
    """
    sent = columns[: -len(OWN)]
    return bool(sent) and tuple(columns[-len(OWN) :]) == own_columns(sent)


def first_rejected(path: Path, count: int, delimiter: str = ",") -> list[Rejected]:
    """Return the first rows of a file that `ErrorFile` wrote; none where it is gone."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix == ".jsonl":
                found = [list(json.loads(line).values()) for line in islice(file, count)]
            else:
                lines = islice(csv.reader(file, delimiter=delimiter), 1, count + 1)
                found = [[as_found(cell) for cell in line] for line in lines]
    except FileNotFoundError:
        return []
    return [Rejected(int(line[-5]), *line[-4:-1]) for line in found]


class ErrorFile:
    """A file of rejected rows, written as they come; not made when there are none.

    With a path that ends in .jsonl, one object a line. Else CSV in UTF-8 with a byte order mark,
    so that spreadsheets read the letters right, and without live formulas. Used in a `with` that
    breaks off, it is deleted: nobody would know of it.
    """

    def __init__(self, path: Path, columns: Sequence[str] = (), delimiter: str = ",") -> None:
        self.path = path
        self.count = 0
        self._columns = columns
        self._delimiter = delimiter
        self._file: TextIO | None = None

    def write(self, rejected: Iterable[Rejected]) -> None:
        """Append the rows to the file."""
        rows = list(rejected)
        if not rows:
            return
        if self.path.suffix == ".jsonl":
            self._write_json(rows)
        else:
            self._write_csv(rows)
        self.count += len(rows)

    def _write_json(self, rows: list[Rejected]) -> None:
        self._file = self._file or self.path.open("w", encoding="utf-8")
        for row in rows:
            names = [name for name, text in row.cells.items() if text is not None]
            names = names[: -len(OWN)] if came_back(names) else names
            told = zip(own_columns(names), _told(row), strict=True)
            cells = {name: row.cells[name] for name in names}
            self._file.write(json.dumps(cells | dict(told), ensure_ascii=False) + "\n")

    def _write_csv(self, rows: list[Rejected]) -> None:
        begun = self._file is not None
        self._file = self._file or self.path.open("w", encoding="utf-8-sig", newline="")
        lines = csv.writer(self._file, delimiter=self._delimiter)
        if not begun:
            lines.writerow(map(inert, (*self._columns, *own_columns(self._columns))))
        for row in rows:
            cells = [row.cells.get(name) or "" for name in self._columns]
            lines.writerow([inert(str(text)) for text in (*cells, *_told(row))])

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_how: object) -> None:
        self.close()
        if kind is not None:
            self.path.unlink(missing_ok=True)


def _told(row: Rejected) -> tuple[int, str, str, str, str]:
    return row.row, row.column, shortened(row.value), row.expected, row.reason
