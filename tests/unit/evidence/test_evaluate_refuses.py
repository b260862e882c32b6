"""Questions that a file cannot answer, and files that cannot be read: one sentence each."""

from pathlib import Path

import pytest

from tests.trial_files import refused


@pytest.mark.parametrize(
    ("more", "outcome", "words"),
    [
        (
            ["--holdout=nobody"],
            "bought",
            "No row has “nobody” in “arm”; its values are: mail, none.",
        ),
        (["--arm=group"], "bought", "it has: who, arm, bought, spend, before."),
        ([], "profit", "test.csv has no column “profit”"),
        ([], "who", "Row 1 has “c0” in “who”, where a finite number is needed."),
        (["--arm=who"], "bought", "“who” has more than 20 different values"),
        (["--planned-split=none"], "bought", "“none” is no planned share"),
        (["--planned-split=none=-1"], "bought", "“none=-1” is no planned share"),
        (["--planned-split=none=1"], "bought", "The planned split gives no share to mail."),
        (["--planned-split=none=1,mail=1,letter=1"], "bought", "No row is in letter"),
        (["--unit=arm", "--arm=who"], "bought", "more than"),
        (["--segment=region"], "bought", "test.csv has no column “region”"),
        (["--segment=who"], "bought", "“who” has more than 50 different values"),
    ],
)
def test_a_question_that_the_file_cannot_answer(
    file: Path, more: list[str], outcome: str, words: str
) -> None:
    assert words in refused(file, *more, outcome=outcome)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "test.csv is empty"),
        (b"arm,bought\n", "no rows to judge"),
        (b"arm,bought\nnone,1\nnone,0\n", "nobody was treated"),
        (b"arm,bought\nnone,1\nmail,lots\n", "Row 2 has “lots” in “bought”"),
        (b"arm,bought\nnone,1\nmail,\n", "Row 2 has no value in “bought”"),
        (b"arm,bought\nnone,1\n,1\n", "Row 2 has no value in “arm”"),
        (b"arm,bought\nnone,1\nmail,nan\n", "Row 2 has “nan” in “bought”"),
        (b"arm,bought\nnone,1\nmail,-inf\n", "Row 2 has “-inf” in “bought”"),
        (b"arm,bought\nnone,1\nmail,1e300\n", "too large to compute with"),
        (b"arm,bought\nnone,1\nmail,1e308\nmail,1e308\n", "too large to compute with"),
        (b"arm,bought\nnone,1\nmail,1,2\n", "Row 2 cannot be read"),
        (b"\x1f\x8b\x08\x00broken", "test.csv"),
        (b"PAR1broken", "test.csv is cut short or damaged"),
    ],
)
def test_a_broken_file_gets_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "test.csv"
    path.write_bytes(content)

    assert words in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "is not there" in refused(tmp_path / "none.csv")


def test_units_that_are_all_in_both_arms(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text("who,arm,bought\na,none,1\na,mail,1\n")

    assert refused(path, "--unit=who") == "Every “who” in both.csv is in more than one arm."
