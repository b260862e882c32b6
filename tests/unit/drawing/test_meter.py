"""Blocks against a limit."""

from reports.drawing.meter import meter


def test_three_of_three_fill_the_width_up_to_the_limit() -> None:
    drawn = meter(3, 3)

    assert [x for x, _ in drawn.blocks] == [0.0, 33.33, 66.67]
    assert drawn.limit == 100.0


def test_more_than_the_limit_goes_beyond_its_line() -> None:
    drawn = meter(4, 2)

    assert len(drawn.blocks) == 4
    assert drawn.limit == 50.0


def test_nothing_and_no_limit_can_be_drawn() -> None:
    assert meter(0, 0) == ([], 0.0)
