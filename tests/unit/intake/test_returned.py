"""Refused rows come back as they were sent, and go in again as they came back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from customers.intake.rejected import OWN, ErrorFile, Rejected
from customers.intake.returned import SUFFIXES, in_own_format

CELLS: list[dict[str, str | None]] = [
    {"name": "=1+1", "reason": "'=x"},
    {"name": "café\n“two”", "reason": None},
    {"name": "+44 20 7946 0018", "reason": "-1"},
]


def refused(folder: Path) -> Path:
    with ErrorFile(folder / "errors-1.csv", ["name", "reason"]) as errors:
        errors.write(
            Rejected(row, "name", cells["name"] or "", "a name", cells)
            for row, cells in enumerate(CELLS, 1)
        )
    return errors.path


@pytest.mark.parametrize("layout", SUFFIXES)
def test_what_came_as_one_comes_back_as_one_and_is_read_as_it_was(
    tmp_path: Path, read_all: Callable[..., Any], layout: str
) -> None:
    errors = refused(tmp_path)

    made = in_own_format(errors, layout, ",")

    assert made.name == f"errors-1{SUFFIXES[layout]}"
    assert sorted(tmp_path.iterdir()) == sorted([errors, made])
    assert [{name: text or None for name, text in row.items()} for row in read_all(made).rows] == (
        CELLS
    )


def test_the_reasons_stand_in_the_last_columns(tmp_path: Path) -> None:
    errors = refused(tmp_path)
    header = ["name", "reason", *OWN[:-1], "reason (Hymnsheet)"]

    parquet = pq.read_table(in_own_format(errors, "parquet", ","))
    sheet = CalamineWorkbook.from_path(in_own_format(errors, "xlsx", ",")).get_sheet_by_index(0)

    assert parquet.column_names == sheet.to_python()[0] == header
    assert parquet.to_pylist()[0] == dict(zip(header, sheet.to_python()[1], strict=True))
    assert parquet["name"].to_pylist() == [row["name"] for row in CELLS]


def test_text_is_what_it_is(tmp_path: Path) -> None:
    errors = refused(tmp_path)

    assert in_own_format(errors, "csv", ",") == errors
