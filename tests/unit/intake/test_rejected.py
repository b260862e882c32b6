import csv
from pathlib import Path

import pytest

from customers.intake.rejected import ErrorFile, Rejected, first_rejected


def _written(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_error_file_grows_batch_by_batch(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"

    with ErrorFile(path) as errors:
        errors.write([Rejected(2, "at", "25/11", "a moment")])
        errors.write([Rejected(9, "note", "caf\\xe9, naïve\n", "text in UTF-8")])

    assert errors.count == 2
    assert _written(path) == [
        ["row", "column", "value", "expected"],
        ["2", "at", "25/11", "a moment"],
        ["9", "note", "caf\\xe9, naïve\n", "text in UTF-8"],
    ]


def test_no_rejected_rows_make_no_file(tmp_path: Path) -> None:
    with ErrorFile(tmp_path / "errors.csv") as errors:
        errors.write([])

    assert not errors.path.exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_value_is_no_formula(tmp_path: Path, start: str) -> None:
    path = tmp_path / "errors.csv"

    with ErrorFile(path) as errors:
        errors.write([Rejected(1, f"{start}name", f"{start}1+1", "text")])

    assert _written(path)[1] == ["1", f"'{start}name", f"'{start}1+1", "text"]


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"

    with ErrorFile(path) as errors:
        errors.write([Rejected(1, "note", "x" * 300, "text")])

    assert _written(path)[1][2] == "x" * 199 + "…"


def test_the_first_rows_are_read_back_as_they_were_found(tmp_path: Path) -> None:
    rows = [
        Rejected(1, "amount", "-=1", "an amount"),
        Rejected(2, "note", "'tis, two\nlines", "text"),
        Rejected(3, "note", "", "text"),
    ]
    with ErrorFile(tmp_path / "errors.csv") as errors:
        errors.write(rows)

    assert first_rejected(errors.path, 2) == rows[:2]
    assert first_rejected(errors.path, 20) == rows
    assert first_rejected(tmp_path / "gone.csv", 20) == []
