"""CSV in bounded memory: header, delimiter, row numbers, and the rows that do not fit."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from customers.intake.batches import BATCH_ROWS, Batch
from customers.intake.rejected import Rejected, shortened
from customers.intake.streams import MARK_PATTERN, TextStream, UnreadableFile, unmarked

DELIMITERS = ",;\t|"
BLOCK = 2 << 20  # the longest row; pyarrow reads up to 32 blocks ahead, so this bounds its memory
_LONGEST_HEADER = 1 << 20
_SAMPLE = 256 << 10
_SAMPLE_LINES = 200
_END = "\ufdef\ufdee"


_COMMA_DECIMAL = re.compile(r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|\d{4,},\d+)")
_POINT_DECIMAL = re.compile(r"[+-]?\d*\.\d+")


class Layout(NamedTuple):
    """How a CSV file is laid out: names in the order of the header, and what parts the cells.

    `decimal` is the mark that most of the first rows' numbers have, "." or ",".
    """

    columns: tuple[str, ...]
    delimiter: str
    decimal: str


def read_layout(stream: TextStream, name: str) -> Layout:
    """Read the header and leave the stream at the first row after it.

    A column without a name is called "column 4" after its place; Excel's line "sep=;" before
    the header is passed over. Raises UnreadableFile for a header that is missing, broken or
    names two columns alike.
    """
    start = stream.peek(_LONGEST_HEADER)
    before = re.match(rb"[\r\n]*(?:sep=.\r?\n)?", start)
    skipped = before.end() if before else 0
    lines = start[skipped:].splitlines(keepends=True)
    quotes = accumulate(line.count(b'"') for line in lines)
    closed = next((at for at, count in enumerate(quotes) if count % 2 == 0), None)
    if closed is None or (closed == len(lines) - 1 and len(start) == _LONGEST_HEADER):
        raise UnreadableFile(
            f"{name} has no end to its header: a quotation mark opened there is never closed, "
            "or the file is not a CSV file; export it again."
        )
    header = b"".join(lines[: closed + 1])
    text = header.decode().rstrip("\r\n")
    stream.read(skipped + len(header))
    if re.search(MARK_PATTERN, text):
        raise UnreadableFile(
            f"{name} has a header in no encoding known here ({shortened(unmarked(text))}); "
            "save the file as CSV UTF-8."
        )
    unquoted = re.sub(r'"[^"]*"', "", text)
    delimiter = max(DELIMITERS, key=unquoted.count)
    try:
        cells = next(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        raise UnreadableFile(
            f"{name} has a column's name of more than {csv.field_size_limit():,} characters: it is "
            "no CSV file; export it again."
        ) from None
    names = _names([cell.strip() for cell in cells], name)
    return Layout(names, delimiter, _decimal(stream.peek(_SAMPLE), delimiter))


def _decimal(sample: bytes, delimiter: str) -> str:
    """Guess the decimal mark; three digits after a comma may be thousands and say nothing."""
    lines = sample.decode("utf-8", "ignore").splitlines()[:_SAMPLE_LINES]
    cells = [cell.strip(' "') for line in lines for cell in line.split(delimiter)]
    if delimiter == ",":
        cells = [cell for line in lines for cell in re.findall(r'"([^"]*)"', line)]
    commas = sum(_COMMA_DECIMAL.fullmatch(cell) is not None for cell in cells)
    points = sum(_POINT_DECIMAL.fullmatch(cell) is not None for cell in cells)
    return "," if commas > points else "."


def _names(cells: list[str], file: str) -> tuple[str, ...]:
    if not any(character.isalpha() for cell in cells for character in cell):
        raise UnreadableFile(
            f"{file} has no header: its first line is {shortened(', '.join(cells))!r}; "
            "put the columns' names there."
        )
    places: dict[str, int] = {}
    for place, cell in enumerate(cells, 1):
        name = cell or f"column {place}"
        if name in places:
            raise UnreadableFile(
                f"{file} has two columns named {name!r} (columns {places[name]} and {place}); "
                "rename one of them."
            )
        places[name] = place
    return tuple(places)


def csv_batches(stream: TextStream, layout: Layout, name: str) -> Iterator[Batch]:
    """Yield the rows after the header; rows without any content are passed over.

    A closing row that no file holds is appended to the stream: where it does not come out as
    a row of its own, a quotation mark was left open, and UnreadableFile names the row.
    """
    cells = len(layout.columns)
    stream.append(f"\n{_END}{layout.delimiter * (cells - 1)}\n".encode())
    faults: deque[Rejected] = deque()
    swallowed: list[int] = []

    def refuse(row: pa_csv.InvalidRow) -> str:
        if _END in row.text:
            swallowed.append(row.number)
        found = f"{row.actual_columns} cell{'s' if row.actual_columns > 1 else ''}"
        expected = f"{cells} cell{'s' if cells > 1 else ''}, as in the header"
        text = unmarked(row.text)
        sent = _split(text, layout)
        faults.append(Rejected(row.number, found, shortened(text), expected, sent))
        return "skip"

    last = 0
    try:
        for chunk in _chunks(stream, layout, refuse):
            numbers, taken = _numbered(last, chunk.num_rows, faults)
            last = int(numbers[-1]) if chunk.num_rows else last
            table = pa.Table.from_batches([chunk])
            ends = [column[-1].as_py() for column in chunk.columns] if chunk.num_rows else []
            if ends and ends[0] == _END:
                yield from _cleaned(
                    table[:-1],
                    numbers[:-1],
                    taken,
                    foreign=stream.encoding if stream.broken else "",
                )
                return
            if any(_END in end for end in ends):
                swallowed.append(last)
                break
            yield from _cleaned(
                table, numbers, taken, foreign=stream.encoding if stream.broken else ""
            )
    except pa.ArrowInvalid:
        raise UnreadableFile(
            f"{name} has more than {BLOCK >> 20} MB in row {last + len(faults) + 1:,}: a quotation "
            "mark opened there is probably never closed; close it, or export the file again."
        ) from None
    raise UnreadableFile(
        f"{name} opens a quotation mark in row {swallowed[0]:,} that is never closed; "
        "close it, or export the file again."
    )


def _split(text: str, layout: Layout) -> dict[str, str | None]:
    """Return a row's cells by column, as far as there are columns; the last takes what is left."""
    try:
        cells = next(csv.reader(StringIO(text, newline=""), delimiter=layout.delimiter), [])
    except csv.Error:
        cells = [text]
    last = len(layout.columns) - 1
    if len(cells) > last:
        cells[last:] = [layout.delimiter.join(cells[last:])]
    return dict(zip(layout.columns, cells, strict=False))


def _chunks(
    stream: TextStream, layout: Layout, refuse: Callable[[pa_csv.InvalidRow], str]
) -> Iterator[pa.RecordBatch]:
    """Yield what pyarrow reads, a block at a time, on this thread so that rows are numbered."""
    yield from pa_csv.open_csv(
        pa.PythonFile(stream, "r"),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=BLOCK, column_names=layout.columns
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=layout.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=refuse,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(layout.columns, pa.string()), check_utf8=False
        ),
    )


def _numbered(
    last: int, count: int, faults: deque[Rejected]
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[Rejected]]:
    """Give numbers to the next `count` good rows after row `last`, leaving out the refused ones."""
    taken: list[Rejected] = []
    end = last + count
    while faults and faults[0].row <= end:
        taken.append(faults.popleft())
        end += 1
    numbers = np.arange(last + 1, end + 1, dtype=np.int64)
    return np.delete(numbers, [fault.row - last - 1 for fault in taken]), taken


def _cleaned(
    table: pa.Table,
    numbers: np.ndarray[Any, np.dtype[np.int64]],
    rejected: list[Rejected],
    *,
    foreign: str,
) -> Iterator[Batch]:
    """Yield batches without the empty rows and without the rows that hold a broken byte.

    `foreign` is the encoding that a byte was not in, empty where there was none such.
    """
    keep = _any(table, lambda column: pc.not_equal(column, ""))
    if foreign:
        marks = _any(table, lambda column: pc.match_substring_regex(column, MARK_PATTERN))
        found = [
            _broken_cell(table, int(row), int(numbers[row]), foreign)
            for row in np.flatnonzero(marks)
        ]
        rejected = sorted(rejected + found)
        keep &= ~marks
    if not keep.all():
        table, numbers = table.filter(pa.array(keep)), numbers[keep]
    for start in range(0, max(len(table), 1), BATCH_ROWS):
        part = slice(start, start + BATCH_ROWS)
        yield Batch(pa.array(numbers[part]), table[part], rejected if start == 0 else [])


def _any(
    table: pa.Table, test: Callable[[pa.ChunkedArray], pa.ChunkedArray]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say for each row whether a cell passes the test; asks no further once all do."""
    found = np.zeros(len(table), dtype=np.bool_)
    for column in table.columns:
        found |= test(column).to_numpy()
        if found.all():
            break
    return found


def _broken_cell(table: pa.Table, at: int, number: int, encoding: str) -> Rejected:
    row = table.slice(at, 1).to_pylist()[0]
    cells: dict[str, str | None] = {name: unmarked(text) for name, text in row.items()}
    column = next(name for name, text in row.items() if cells[name] != text)
    shown = shortened(unmarked(row[column]))
    return Rejected(number, column, shown, f"text in {encoding}", cells)
