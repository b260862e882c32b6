import pytest

from strategy.language.sources import reliance, source_reliance


@pytest.mark.parametrize(
    ("late", "total", "sentence"),
    [
        ([], 0, "Not known: there is no source yet."),
        ([], 1, "Yes. The one source came as promised."),
        ([], 4, "Yes. All four sources came as promised."),
        (["Tills"], 1, "No. Tills, the one source, has not come as promised."),
        (["A", "B", "C"], 3, "No. None of three sources has come as promised."),
        (
            ["Tills", "Mail"],
            4,
            "Not on everything: two of four sources have not come as promised: Tills and Mail.",
        ),
    ],
)
def test_reliance(late: list[str], total: int, sentence: str) -> None:
    assert reliance(late, total) == sentence


def test_three_of_many_are_named() -> None:
    assert reliance(list("ABCDE"), 12).endswith("as promised: A, B, C and two more.")


def test_no_more_are_late_than_there_are() -> None:
    with pytest.raises(ValueError, match="2 late of 1"):
        reliance(["A", "B"], 1)


@pytest.mark.parametrize(
    ("seen", "is_fresh", "sentence"),
    [
        ("", False, "Not yet: nothing has come. It promises data every 6 hours."),
        (
            "28 Sep, 56 days ago",
            False,
            "No. Nothing has come since 28 Sep, 56 days ago; it promises data every 6 hours.",
        ),
        ("Thu 19 Nov", True, "Yes. Its newest data came Thu 19 Nov, as promised: every 6 hours."),
    ],
)
def test_one_source(seen: str, is_fresh: bool, sentence: str) -> None:
    assert source_reliance(seen, "Every 6 hours", is_fresh=is_fresh) == sentence
