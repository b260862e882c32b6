"""Parquet in bounded memory, its typed columns as canonical text."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customers.intake.batches import Batch
from customers.intake.streams import UnreadableFile

_ROWS = 10_000
"""Rows at once: fewer than of text, since here they are in memory twice, as typed and as text."""
_MOST_CELLS = 5_000_000
_CUT_SHORT = "{} is cut short or damaged: it is no whole Parquet file; copy or export it again."


def parquet_columns(path: Path, *, largest: int) -> tuple[str, ...]:
    """Return the file's columns.

    `largest` bounds its pages in bytes after decompression, by what its footer says of them.
    Raises UnreadableFile where they are larger or the footer cannot be read.
    """
    footer = _footer(path)
    if sum(footer.row_group(n).total_byte_size for n in range(footer.num_row_groups)) > largest:
        raise UnreadableFile(
            f"{path.name} holds more than {largest:,} bytes when unpacked; split it into smaller "
            "files."
        )
    columns: list[str] = footer.schema.to_arrow_schema().names
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise UnreadableFile(f"{path.name} has two columns named {twice!r}; rename one of them.")
    return tuple(columns)


def parquet_rows(path: Path) -> int:
    """Return how many rows the footer counts; raises UnreadableFile where it cannot be read."""
    return int(_footer(path).num_rows)


def _footer(path: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        raise UnreadableFile(_CUT_SHORT.format(path.name)) from None


def parquet_batches(path: Path) -> Iterator[Batch]:
    """Yield the rows as text; raises UnreadableFile where a page of the file is damaged."""
    first = 1
    try:
        with pq.ParquetFile(path) as file:
            at_once = max(1, min(_ROWS, _MOST_CELLS // max(1, file.metadata.num_columns)))
            for group in range(file.num_row_groups):  # each alone: what it took is given back
                for rows in file.iter_batches(at_once, row_groups=[group], use_threads=False):
                    columns = {name: as_text(rows[name]) for name in rows.schema.names}
                    yield Batch(pa.array(range(first, first + len(rows))), pa.table(columns), [])
                    first += len(rows)
    except (pa.ArrowException, OSError):
        raise UnreadableFile(_CUT_SHORT.format(path.name)) from None


def as_text(column: pa.Array) -> pa.StringArray:
    r"""Return the column as text: ISO moments (UTC where zoned), plain decimals, true and false.

    Not-a-number floats are empty; lists and structs become JSON; of bytes those that are no UTF-8
    are shown as \xff. Nanoseconds are cut to microseconds.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.dictionary_decode())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = [None if cell is None else _said(cell) for cell in column.to_pylist()]
        return pa.array(texts, pa.string())
    if pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
        text = moments.cast(pa.timestamp("us")).cast(pa.string())
        return pc.binary_join_element_wise(text, "Z", "") if kind.tz else text
    if pa.types.is_floating(kind):
        return _plain(pc.if_else(pc.is_finite(column), column, None).cast(pa.string()))
    if pa.types.is_decimal(kind):
        return _plain(column.cast(pa.string()))
    return column.cast(pa.string())


def _said(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.decode(errors="backslashreplace")
    return json.dumps(cell, default=str, ensure_ascii=False)


def _plain(numbers: pa.StringArray) -> pa.StringArray:
    """Return the numbers without exponents."""
    if not pc.any(pc.match_substring_regex(numbers, "[eE]")).as_py():
        return numbers
    return pa.array(
        [None if text is None else f"{Decimal(text):f}" for text in numbers.to_pylist()],
        pa.string(),
    )
