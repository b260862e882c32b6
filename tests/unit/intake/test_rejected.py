import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from customers.intake.columns import apply
from customers.intake.fields import EVENTS
from customers.intake.files import examine, open_batches
from customers.intake.mapping import parse
from customers.intake.rejected import ErrorFile, Rejected, first_rejected

from .conftest import NOW


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
        ["row", "column", "value", "expected", "reason"],
        ["2", "at", "25/11", "a moment", "at is “25/11”; expected a moment."],
        [
            "9",
            "note",
            "caf\\xe9, naïve\n",
            "text in UTF-8",
            "note is “caf\\xe9, naïve\n”; expected text in UTF-8.",
        ],
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

    assert _written(path)[1][:4] == ["1", f"'{start}name", f"'{start}1+1", "text"]


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


def test_a_row_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    sent: dict[str, str | None] = {"id": "1", "total": "-1", "note": "'=a;b", "x": None}
    rejected = Rejected(4, "total", "-1", "an amount", sent)

    with ErrorFile(tmp_path / "errors.csv", ["id", "total", "note", "x"], ";") as errors:
        errors.write([rejected])

    header, row = errors.path.read_text(encoding="utf-8-sig").splitlines()
    assert header == "id;total;note;x;row;column;value;expected;reason"
    assert row.startswith("1;'-1;\"''=a;b\";;4;total;'-1;an amount;\"total is “-1”;")
    assert first_rejected(errors.path, 9, ";") == [rejected._replace(cells={})]


def test_json_lines_come_back_as_json_lines(tmp_path: Path) -> None:
    sent: dict[str, str | None] = {"user.id": "1", "reason": "too small", "value": None}
    rejected = Rejected(4, "at", "x", "a moment", sent)

    with ErrorFile(tmp_path / "errors.jsonl") as errors:
        errors.write([rejected])

    assert json.loads(errors.path.read_text()) == {
        "user.id": "1",
        "reason": "too small",
        "row": 4,
        "column": "at",
        "value": "x",
        "expected": "a moment",
        "reason (Hymnsheet)": "at is “x”; expected a moment.",
    }
    assert first_rejected(errors.path, 9) == [rejected._replace(cells={})]


_ROUND = """
kind = "events"
[columns]
at = "at"
amount = "total"
product = "note"
[constants]
event = "order"
"""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_mended_error_file_is_the_file_that_was_sent(
    tmp_path: Path, take: Callable[..., Any], take_file: Callable[..., Any], delimiter: str
) -> None:
    text = "at|total|note|reason\n2026-11-20|-1|=cmd()|'=why\n2026-11-20|x|caf\xe9 \xff|\n2026|5\n"
    path = tmp_path / "sent.csv"
    path.write_bytes(text.replace("|", delimiter).encode("latin-1"))
    facts = examine(path)
    mapping = parse(_ROUND, {"events": EVENTS})
    with ErrorFile(tmp_path / "errors.csv", facts.columns, delimiter) as errors:
        for batch in open_batches(facts):
            errors.write(apply(mapping, EVENTS, batch, file_sha256="", now=NOW).rejected)

    again = take_file(errors.path, _ROUND)
    taken = take(errors.path.read_text().replace("'-1", "1"), _ROUND)

    assert examine(errors.path).columns == ("at", "total", "note", "reason")
    assert [fault.column for fault in again.rejected] == ["total", "total", "at"]
    assert taken.column("product") == ["=cmd()"]


def test_refused_json_lines_can_be_sent_again(
    tmp_path: Path, take_file: Callable[..., Any]
) -> None:
    path = tmp_path / "sent.jsonl"
    path.write_text('{"at": "2026-11-20", "total": "x", "note": "a"}\n{"at": NaN}\n')
    facts = examine(path)
    mapping = parse(_ROUND, {"events": EVENTS})
    with ErrorFile(tmp_path / "errors.jsonl") as errors:
        for batch in open_batches(facts):
            errors.write(apply(mapping, EVENTS, batch, file_sha256="", now=NOW).rejected)
    errors.path.write_text(errors.path.read_text().replace('"total": "x"', '"total": "3"'))

    taken = take_file(errors.path, _ROUND)

    assert errors.count == 2
    assert taken.column("product") == ["a"]
