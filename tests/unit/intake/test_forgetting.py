"""One person's rows are found in files however they are written, and nobody else's."""

import gzip
from functools import partial
from pathlib import Path

import pytest

from customers.intake.forgetting import Row, Traces, take_out, traces
from customers.intake.identifiers import digest, pseudonym

KEY = b"k"
COLUMNS = {"external_id": ("id",), "loyalty_card": ("card",), "email": ("mail",)}


@pytest.fixture
def ada() -> Traces:
    return traces(
        external_ids=["C1", "5"],
        identifiers=[
            ("email", "Ada.B@gmail.com"),
            ("phone", "020 7946 0018"),
            ("loyalty_card", "LC-77"),
        ],
        hashes=[digest("email", "ada@example.org", b"old")],
        names=[("Ada Byron",), ("Ada", "Byron")],
        beside=["1990-02-03", "YO1 7HH"],
        keys=[KEY, b"old"],
        region="GB",
    )


@pytest.mark.parametrize(
    ("row", "are_hers"),
    [
        ({"id": "c1", "x": "x"}, True),
        ({"id": "C11", "x": "x"}, False),
        ({"id": "5"}, True),
        ({"id": "6", "quantity": "5", "note": "C1"}, False),
        ({"x": "ada.b@gmail.com"}, True),
        ({"x": "adab@gmail.com"}, True),
        ({"x": "nina-ada.b@gmail.com"}, False),
        ({"x": "email is “ada.b@gmail.com”; expected another"}, True),
        ({"x": "Ada <Ada+shop@Example.org>."}, True),
        ({"id": "ADA@example.org"}, True),
        ({"x": "+44 (0)20 7946-0018"}, True),
        ({"x": "'+44 20 7946 0018"}, True),
        ({"x": "7946 0018"}, False),
        ({"card": "lc-77"}, True),
        ({"card": "xlc-77x", "x": "lc-77"}, False),
        ({"n": "Ada Byron", "x": "York"}, False),
        ({"n": "Ada Byron", "x": "YO1 7HH"}, True),
        ({"n": "Ada", "m": "Byron", "x": "1990-02-03"}, True),
        ({"n": "Ada", "m": "Lee", "x": "1990-02-03"}, False),
        ({"n": "Bo", "x": "YO1 7HH"}, False),
        ({"x": None}, False),
        ({}, False),
    ],
)
def test_which_rows_are_hers(ada: Traces, row: Row, are_hers: bool) -> None:
    assert ada.are_in(row, COLUMNS) is are_hers


def test_somebody_named_by_an_address_is_known_by_it() -> None:
    theirs = traces(
        external_ids=[pseudonym("test@test.com", KEY)],
        identifiers=[],
        hashes=[],
        names=[],
        beside=[],
        keys=[KEY],
        region="GB",
    )

    assert theirs.are_in({"id": "Test@test.com"}, COLUMNS)
    assert not theirs.are_in({"mail": "test@test.com"}, COLUMNS)


@pytest.mark.parametrize(
    ("text", "is_she"),
    [
        ("message-adab@gmail.com-1", True),
        ("to:ada@example.org", True),
        ("m-LC77", True),
        ("+44 20 7946 0018/9", True),
        ("m-C1-5", False),
    ],
)
def test_what_mentions_her(ada: Traces, text: str, is_she: bool) -> None:
    assert ada.are_mentioned(text) is is_she


def test_a_csv_file_keeps_all_other_rows_as_they_were(ada: Traces, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfid;note\r\nC1;x\r\nB;"two\nlines; and ""marks"""\r\n')

    hers = partial(ada.are_in, columns=COLUMNS)

    def out() -> int:
        columns = ["id", "note"]
        return take_out(path, hers, columns=columns, encoding="utf-8-sig", delimiter=";")

    assert out() == 1
    assert path.read_bytes() == b'\xef\xbb\xbfid;note\r\nB;"two\nlines; and ""marks"""\r\n'
    assert out() == 0
    assert list(tmp_path.iterdir()) == [path]


def test_json_lines_packed(ada: Traces, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(
        gzip.compress(b'{"id": "B", "n": 5}\n{"who": {"id": 5}, "n": [6]}\nno json C1\n')
    )

    hers = partial(ada.are_in, columns={"external_id": ["who.id"]})

    assert take_out(path, hers, columns=[], encoding="utf-8", delimiter="") == 1
    assert gzip.decompress(path.read_bytes()) == b'{"id": "B", "n": 5}\nno json C1\n'
