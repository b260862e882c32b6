import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from customers.intake.delimited import BLOCK
from customers.intake.files import examine, open_batches
from customers.intake.rejected import Rejected
from customers.intake.streams import UnreadableFile

_ROWS = b"id,note\n" + b"1,a\n" * 50_000


def test_numbers_hold_after_quoted_newlines_blank_lines_and_refused_rows(
    read_all: Callable[..., Any],
    put: Callable[..., Path],
) -> None:
    path = put(b'id,note\n1,"two\nlines"\n2\n3,c\n\n4,d,e\n7,g\n')

    numbers, rows, rejected = read_all(path)

    assert numbers == [1, 3, 6]
    assert [row["note"] for row in rows] == ["two\nlines", "c", "g"]
    assert rejected == [
        Rejected(2, "1 cell", "2", "2 cells, as in the header"),
        Rejected(5, "3 cells", "4,d,e", "2 cells, as in the header"),
    ]


def test_numbers_hold_over_many_blocks(
    read_all: Callable[..., Any], put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.intake.delimited.BLOCK", 256)
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    lines: list[bytes] = []
    good: list[int] = []
    bad: list[int] = []
    for number in range(1, 2_000):
        kind = chance.choice(["good", "good", "two lines", "short", "long", "broken"])
        (bad if kind in {"short", "long", "broken"} else good).append(number)
        lines.append(
            {
                "good": b"%d,x\n",
                "two lines": b'%d,"x\r\ny"\n',
                "short": b"%d\n",
                "long": b"%d,x,y\n",
                "broken": b"%d,\xff\n",
            }[kind]
            % number
        )

    numbers, rows, rejected = read_all(put(b"id,note\n" + b"".join(lines)))

    assert numbers == good
    assert [int(row["id"]) for row in rows] == good
    assert sorted(fault.row for fault in rejected) == bad


def test_a_broken_byte_costs_its_own_row_only(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    numbers, rows, rejected = read_all(put(b"id,note\n1,caf\xc3\xa9\n2,caf\xe9\n3\xff\n4,d\n"))

    assert numbers == [1, 4]
    assert rows[0]["note"] == "café"
    assert rejected == [
        Rejected(2, "note", "caf\\xe9", "text in UTF-8"),
        Rejected(3, "1 cell", "3\\xff", "2 cells, as in the header"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n", b"sep=;\r\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_delimiter_byte_order_mark_and_gzip_are_recognised(
    read_all: Callable[..., Any],
    put: Callable[..., Path],
    delimiter: str,
    start: bytes,
    pack: Callable[[bytes], bytes],
) -> None:
    text = f'id{delimiter}"note{delimiter}, x"\r\n1{delimiter}"a{delimiter}b"\r\n'

    _, rows, rejected = read_all(put(pack(start + text.encode()), "export"))

    assert rows == [{"id": "1", f"note{delimiter}, x": f"a{delimiter}b"}]
    assert rejected == []


def test_line_ends_may_be_mixed(read_all: Callable[..., Any], put: Callable[..., Path]) -> None:
    numbers, rows, _ = read_all(put(b"id,note\r\n1,a\n2,b\r3,c\r\n4,d"))

    assert numbers == [1, 2, 3, 4]
    assert [row["note"] for row in rows] == ["a", "b", "c", "d"]


def test_a_header_alone_is_a_file_of_no_rows(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    assert read_all(put(b"id,note")) == ([], [], [])


def test_a_column_without_a_name_is_called_by_its_place(put: Callable[..., Path]) -> None:
    assert examine(put(b"id,note,\n1,a,\n")).columns == ("id", "note", "column 3")


def test_batches_are_bounded(read_all: Callable[..., Any], put: Callable[..., Path]) -> None:
    path = put(b"id\n" + b"".join(b"%d\n" % number for number in range(120_000)))

    assert [len(batch.numbers) for batch in open_batches(examine(path))][:2] == [50_000, 50_000]
    assert read_all(path)[0] == list(range(1, 120_001))


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "a.csv is empty; export it again."),
        ("a.csv", b" \r\n\n", "a.csv is empty; export it again."),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "a.csv.gz is empty; export it again."),
        (
            "a.csv",
            b"1,2\n3,4\n",
            "a.csv has no header: its first line is '1, 2'; put the columns' names there.",
        ),
        (
            "a.csv",
            b"id,note,id\n1,2,3\n",
            "a.csv has two columns named 'id' (columns 1 and 3); rename one of them.",
        ),
        (
            "a.csv",
            b"id,caf\xff\n1,2\n",
            (
                "a.csv has a header in no encoding known here (id,caf\\xff); save the file as CSV "
                "UTF-8."
            ),
        ),
        (
            "a.csv",
            b'id,"note\n1,2\n',
            (
                "a.csv has no end to its header: a quotation mark opened there is never closed, or "
                "the file is not a CSV file; export it again."
            ),
        ),
        (
            "a.csv",
            b'id,note\n1,a\n2,"b\n3,c\n',
            (
                "a.csv opens a quotation mark in row 2 that is never closed; close it, or export "
                "the file again."
            ),
        ),
        (
            "a.csv",
            b'id,note\n1,a\n2,b,"c\n3,d\n',
            (
                "a.csv opens a quotation mark in row 2 that is never closed; close it, or export "
                "the file again."
            ),
        ),
        (
            "a.csv",
            b"id,note\n1,a\x00b\n",
            (
                "a.csv holds a NUL byte (at byte 12): it is damaged or written in UTF-16; save it "
                "as UTF-8."
            ),
        ),
        (
            "a.jsonl",
            '{"id": 1}\n'.encode("utf-16"),
            "a.jsonl is JSON written in UTF-16; save it as UTF-8.",
        ),
        (
            "a.csv",
            b"id,note\n1," + b"x" * (10 << 20) + b"\n",
            (
                "a.csv has more than 2 MB in row 1: a quotation mark opened there is probably "
                "never closed; close it, or export the file again."
            ),
        ),
        (
            "a.csv",
            "id,note\n1,a\n".encode("utf-16-le"),
            "a.csv is written in UTF-16; save it as UTF-8.",
        ),
        (
            "a.csv.gz",
            gzip.compress(_ROWS, mtime=0)[:-9],
            "a.csv.gz is cut short: its gzip data end in the middle; copy or export it again.",
        ),
        (
            "a.csv.gz",
            gzip.compress(_ROWS, mtime=0)[:10] + b"\xff" * 50,
            "a.csv.gz is damaged: its gzip data cannot be unpacked; copy or export it again.",
        ),
        (
            "a.parquet",
            b"PAR1 and no more",
            (
                "a.parquet is cut short or damaged: it is no whole Parquet file; copy or export it "
                "again."
            ),
        ),
        (
            "a.gz",
            gzip.compress(b"PAR1 and no more", mtime=0),
            "a.gz is Parquet packed with gzip; unpack it first.",
        ),
        (
            "a.xlsx",
            b"PK\x03\x04 and so on",
            "a.xlsx is damaged: it is no whole XLSX workbook; save it again in Excel.",
        ),
        (
            "a.csv",
            b"<!doctype html><p>Sign in",
            "a.csv is a web page or XML; export the data as CSV.",
        ),
        (
            "a.bin",
            b"\x01\x02\x03\x04",
            "a.bin is in a format that is not known here; send CSV, JSON lines, Parquet or XLSX.",
        ),
        (
            "a.json",
            b'[{"id": 1}]',
            "a.json is one JSON array; write one object a line instead.",
        ),
    ],
)
def test_an_unreadable_file_is_answered_with_one_sentence(
    read_all: Callable[..., Any], put: Callable[..., Path], name: str, data: bytes, sentence: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_all(put(data, name))

    assert str(refused.value) == sentence


def test_a_cell_without_an_end_is_named_by_its_row(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    path = put(b'id,note\n1,a\n2,"' + b"x,y\n" * BLOCK)

    with pytest.raises(UnreadableFile) as refused:
        read_all(path)

    assert str(refused.value) == (
        "file.csv has more than 2 MB in row 2: a quotation mark opened there is probably never "
        "closed; close it, or export the file again."
    )


def test_a_line_without_an_end_is_no_header(put: Callable[..., Path]) -> None:
    with pytest.raises(UnreadableFile, match=r"^file\.csv has no end to its header"):
        examine(put(b"x" * (2 << 20)))
    with pytest.raises(UnreadableFile, match="a column's name of more than 131,072 characters"):
        examine(put(b"id" * 100_000 + b"\n1\n"))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.csv is not there; check the path .*a\.csv\.$"):
        examine(tmp_path / "a.csv")
    with pytest.raises(UnreadableFile, match="is a folder; name one file in it"):
        examine(tmp_path)


def test_a_gzip_bomb_stops_at_the_bound(put: Callable[..., Path]) -> None:
    path = put(gzip.compress(b"id\n" + b"1\n" * 5_000_000), "a.csv.gz")

    with pytest.raises(UnreadableFile) as refused:
        examine(path, largest=1 << 20)

    assert str(refused.value) == (
        "a.csv.gz holds more than 1,048,576 bytes when unpacked; split it into smaller files."
    )


def test_a_file_that_changes_while_it_is_read_is_refused(put: Callable[..., Path]) -> None:
    path = put(b"id\n1\n")
    facts = examine(path)
    os.utime(path, (1, 1))

    with pytest.raises(UnreadableFile, match=r"^file\.csv changed while it was read"):
        list(open_batches(facts))
