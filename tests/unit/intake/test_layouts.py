"""Encodings, decimal marks and sizes that real exports have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from customers.intake.encodings import Sniffer
from customers.intake.files import examine

_TEXT = "id;Größe;Preis\r\n1;süß – 5 €;1,50\r\n2;naïve;12,00\r\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16LE"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_is_found_and_told(
    read_all: Callable[..., Any], put: Callable[..., Path], encoding: str, named: str
) -> None:
    path = put(_TEXT.encode(encoding))

    written = examine(path).written
    _, rows, rejected = read_all(path)

    assert (written.encoding, written.delimiter, written.decimal) == (named, ";", ",")
    assert written.columns == ("id", "Größe", "Preis")
    assert rows[0] == {"id": "1", "Größe": "süß – 5 €", "Preis": "1,50"}
    assert rejected == []


def test_utf_16_may_begin_with_its_larger_half(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    path = put(b"\xfe\xff" + "id\tnote\n1\té\n".encode("utf-16-be"))

    assert examine(path).written.encoding == "UTF-16BE"
    assert read_all(path).rows == [{"id": "1", "note": "é"}]


def test_half_a_letter_of_utf_16_costs_its_row(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    lines = "id,note\n1,a\n2,".encode("utf-16") + b"\x00\xd8" + "b\n3,c\n".encode("utf-16-le")

    found = read_all(put(lines))

    assert found.numbers == [1, 3]
    assert [(fault.row, fault.expected) for fault in found.rejected] == [(2, "text in UTF-16LE")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (b"plain", "UTF-8"),
        ("ünïcödé ".encode() * 9 + b"\xe9", "UTF-8"),
        (b"caf\xe9", "Windows-1252"),
        (b"\x80 5 \x93so\x94", "Windows-1252"),
        (b"damage \xff\xe9", "UTF-8"),
        (b"caf\xe9 \x81", "UTF-8"),
        (b"cut in the middle of a letter \xc3", "Windows-1252"),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 10_000])
def test_one_broken_byte_among_good_letters_changes_none(
    text: bytes, encoding: str, step: int
) -> None:
    sniffer = Sniffer(text)
    for start in range(0, len(text), step):
        sniffer.see(text[start : start + step])

    assert sniffer.encoding() == encoding


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("a;b\n1;2,50\n", ","),
        ("a;b\n1;2.50\n", "."),
        ("a;b\n1;1,234\n", "."),
        ("a;b\n1;1234,567\n", ","),
        ('a,b\n1,"2,5"\n2,"3,5"\n', ","),
        ("a,b\n2,5\n", "."),
        ("a;b\n25.11.2026;2,5\n", ","),
    ],
)
def test_the_decimal_mark_is_guessed_from_the_first_rows(
    put: Callable[..., Path], text: str, decimal: str
) -> None:
    assert examine(put(text.encode())).written.decimal == decimal


def test_a_proposed_mapping_reads_the_decimal_mark(take: Callable[..., Any]) -> None:
    taken = take("event;at;amount\norder;2026-11-20;12,50\n")

    assert [str(amount) for amount in taken.column("amount")] == ["12.5000"]


def test_five_thousand_columns(read_all: Callable[..., Any], put: Callable[..., Path]) -> None:
    header = ",".join(f"c{place}" for place in range(5_000))
    row = ",".join(str(place) for place in range(5_000))

    found = read_all(put(f"{header}\n{row}\n{row}\n".encode()))

    assert found.numbers == [1, 2]
    assert found.rows[1]["c4999"] == "4999"


@pytest.mark.parametrize(
    "day",
    [
        "-2026-01-01",
        "0000-00-00",
        "2026-02-30",
        "2026-13-45",
        "1899-12-31",
        "9999-12-31",
        "99999-01-01",
        "-1",
        "1e400",
        "2026-11-25 25:61",
    ],
)
def test_an_absurd_day_costs_its_row(take: Callable[..., Any], day: str) -> None:
    taken = take(f"event,at\norder,{day}\norder,2026-11-20\n")

    assert [(fault.row, fault.value) for fault in taken.rejected] == [(1, day)]
    assert taken.column("row") == [2]
