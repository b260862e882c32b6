"""Refused rows as a workbook or as Parquet, where they came as one; made of our CSV of them."""

import csv
from collections.abc import Iterator
from itertools import batched
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from customers.intake.rejected import as_found

SUFFIXES = {"parquet": ".parquet", "xlsx": ".xlsx"}
_ROWS = 10_000


def in_own_format(errors: Path, layout: str, delimiter: str) -> Path:
    """Return the file of refused rows in the layout that they were sent in.

    `errors` is what `rejected.ErrorFile` wrote. A workbook or Parquet is made beside it once, of
    texts only; whoever changes `errors` deletes it.
    """
    suffix = SUFFIXES.get(layout)
    if suffix is None:
        return errors
    made = errors.with_suffix(suffix)
    if not made.exists():
        new = errors.with_suffix(f"{suffix}.new")
        with errors.open(encoding="utf-8-sig", newline="") as file:
            lines = (
                [as_found(cell) for cell in line] for line in csv.reader(file, delimiter=delimiter)
            )
            (_parquet if layout == "parquet" else _workbook)(new, lines)
        new.replace(made)
    return made


def _parquet(path: Path, lines: Iterator[list[str]]) -> None:
    schema = pa.schema([(name, pa.string()) for name in next(lines)])
    with pq.ParquetWriter(path, schema) as file:
        for rows in batched(lines, _ROWS):
            file.write_table(pa.table([list(cells) for cells in zip(*rows, strict=True)], schema))


def _workbook(path: Path, lines: Iterator[list[str]]) -> None:
    """Write texts, none of which is a formula, whatever it begins with."""
    from xlsxwriter import Workbook  # noqa: PLC0415  heavy, for workbooks only

    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                sheet.write_string(row, column, text)
