"""JSON lines in bounded memory: one object a line, nested objects as dotted columns."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

import pyarrow as pa

from customers.intake.batches import BATCH_ROWS, Batch
from customers.intake.rejected import Rejected, shortened
from customers.intake.streams import CHUNK, UnreadableFile, marked, read_line, unmarked

LONGEST_LINE = 8 << 20
_MOST_COLUMNS = 1_000
_MOST_CELLS = 10_000_000
_DEEPEST = 5


def json_columns(file: IO[bytes], name: str) -> tuple[str, ...]:
    """Return the columns of the lines in the first megabyte; later lines may bring more."""
    columns: dict[str, None] = {}
    left = CHUNK
    while left > 0 and (line := read_line(file, name, LONGEST_LINE)):
        left -= len(line)
        row = _row(line)
        columns.update(dict.fromkeys(row) if isinstance(row, dict) else {})
    return tuple(columns)


def json_batches(file: IO[bytes], columns: tuple[str, ...], name: str) -> Iterator[Batch]:
    """Yield the lines as rows of text; a row's number is its line, from 1.

    Raises UnreadableFile for more than 1,000 different columns.
    """
    names = dict.fromkeys(columns)
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    rejected: list[Rejected] = []
    number = 0
    while line := read_line(file, name, LONGEST_LINE):
        number += 1
        row = _row(line)
        if isinstance(row, str):
            shown = shortened(unmarked(marked(line[:1000])).strip())
            rejected.append(Rejected(number, "line", shown, row, {"line": shown}))
        elif row:
            names.update(dict.fromkeys(row))
            rows.append(row)
            numbers.append(number)
        if len(names) > _MOST_COLUMNS:
            raise UnreadableFile(
                f"{name} has more than {_MOST_COLUMNS:,} different columns; "
                "send one row as one flat object with the same names in each."
            )
        if max(len(rows), len(rejected)) >= BATCH_ROWS or len(rows) * len(names) > _MOST_CELLS:
            yield _batch(rows, numbers, rejected, tuple(names))
            rows, numbers, rejected = [], [], []
    yield _batch(rows, numbers, rejected, tuple(names))


def _batch(
    rows: list[dict[str, str]],
    numbers: list[int],
    rejected: list[Rejected],
    names: tuple[str, ...],
) -> Batch:
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    return Batch(pa.array(numbers, pa.int64()), pa.table(columns), rejected)


def _row(line: bytes) -> dict[str, str] | str:
    """Return the line's cells (none for a blank line), or what was expected instead."""
    if len(line) > LONGEST_LINE:
        return f"a line of at most {LONGEST_LINE >> 20} MB"
    try:
        text = line.decode("utf-8-sig").strip()
        found = _NUMBERS_AS_WRITTEN.decode(text) if text else {}
        if not isinstance(found, dict):
            return "one JSON object a line"
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is no text
        cells: dict[str, str] = {}
        _flatten(found, "", 1, cells)
    except UnicodeError:
        return "text in UTF-8"
    except ArithmeticError:
        return "one JSON object a line (it knows no NaN and no Infinity)"
    except (ValueError, RecursionError):
        return "one JSON object a line"
    return cells


def _flatten(found: dict[str, Any], prefix: str, depth: int, cells: dict[str, str]) -> None:
    for key, value in found.items():
        name = prefix + key
        if isinstance(value, str):
            cells[name] = value
        elif isinstance(value, bool):
            cells[name] = "true" if value else "false"
        elif isinstance(value, dict) and depth < _DEEPEST:
            _flatten(value, f"{name}.", depth + 1, cells)
        elif value is not None:
            cells[name] = json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str:
    """Return a JSON number without an exponent, digit for digit."""
    if "e" not in text.lower():
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number:f}" if abs(number.adjusted()) < 30 else text  # noqa: PLR2004 - longest number


def _refuse_constant(text: str) -> NoReturn:
    raise ArithmeticError(f"{text} is not JSON")


_NUMBERS_AS_WRITTEN = json.JSONDecoder(
    parse_int=str, parse_float=_plain, parse_constant=_refuse_constant
)
