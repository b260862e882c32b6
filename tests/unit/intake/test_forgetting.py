"""One person's rows are found in files however they are written, and nobody else's."""

import gzip
from pathlib import Path

import pytest

from customers.intake.forgetting import Traces, take_out, traces


@pytest.fixture
def ada() -> Traces:
    return traces(
        ["C1"],
        [("email", "Ada.B@gmail.com"), ("phone", "020 7946 0018"), ("loyalty_card", "LC-77")],
        ["Ada Byron", "Ada"],
        ["1990-02-03", "YO1 7HH"],
        "GB",
    )


@pytest.mark.parametrize(
    ("cells", "are_hers"),
    [
        (["c1", "x"], True),
        (["C11", "x"], False),
        (["", "ada.b@gmail.com"], True),
        (["adab@gmail.com"], True),
        (["email is “ada.b@gmail.com”; expected another"], True),
        (["+44 (0)20 7946-0018"], True),
        (["7946 0018"], False),
        (["lc-77"], True),
        (["xlc-77x"], False),
        (["Ada Byron", "York"], False),
        (["Ada Byron", "YO1 7HH"], True),
        (["Bo", "YO1 7HH"], False),
        ([], False),
    ],
)
def test_which_rows_are_hers(ada: Traces, cells: list[str], are_hers: bool) -> None:
    assert ada.are_in(cells) is are_hers


def test_a_csv_file_keeps_all_other_rows_as_they_were(ada: Traces, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfid;note\r\nC1;x\r\nB;"two\nlines; and ""marks"""\r\n')

    assert take_out(path, ada.are_in, encoding="utf-8-sig", delimiter=";") == 1
    assert path.read_bytes() == b'\xef\xbb\xbfid;note\r\nB;"two\nlines; and ""marks"""\r\n'
    assert take_out(path, ada.are_in, encoding="utf-8-sig", delimiter=";") == 0
    assert list(tmp_path.iterdir()) == [path]


def test_json_lines_packed(ada: Traces, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "B"}\n{"who": {"ids": ["C1"]}}\nno json C1\n'))

    assert take_out(path, ada.are_in, encoding="utf-8", delimiter="") == 1
    assert gzip.decompress(path.read_bytes()) == b'{"id": "B"}\nno json C1\n'
