import pytest

from reports.drawing.bullet import bullet


def test_the_bar_runs_from_the_baseline_to_the_value() -> None:
    drawn = bullet(baseline=31, commit=34, target=36, expected=35, value=33.5)

    assert (drawn.start_x, drawn.width) == (8.0, 42.0)
    assert (drawn.baseline_x, drawn.commit_x, drawn.due_x, drawn.target_x) == (8, 58.4, 75.2, 92)
    assert (drawn.is_back, drawn.beyond, drawn.track_width) == (False, "", 84.0)


def test_fewer_is_better_draws_the_same_way() -> None:
    more = bullet(baseline=2, commit=4, target=6, expected=5, value=4)
    fewer = bullet(baseline=6, commit=4, target=2, expected=3, value=4)

    assert more == fewer


def test_a_value_worse_than_the_baseline_runs_back_from_it() -> None:
    drawn = bullet(baseline=10, commit=15, target=20, expected=15, value=9.5)

    assert (drawn.start_x, drawn.width) == (3.8, 4.2)
    assert (drawn.is_back, drawn.beyond) == (True, "")


@pytest.mark.parametrize(
    ("value", "start", "width", "side", "arrow_x"),
    [(2.0, 0.0, 8.0, "low", 0.0), (40.0, 8.0, 92.0, "high", 100.0)],
)
def test_a_value_far_outside_is_cut_and_an_arrow_says_so(
    value: float, start: float, width: float, side: str, arrow_x: float
) -> None:
    drawn = bullet(baseline=10, commit=15, target=20, expected=15, value=value)

    assert (drawn.start_x, drawn.width) == (start, width)
    assert (drawn.beyond, drawn.beyond_x) == (side, arrow_x)


def test_a_value_a_little_past_the_target_is_drawn_there() -> None:
    drawn = bullet(baseline=10, commit=15, target=20, expected=15, value=20.5)

    assert (drawn.width, drawn.beyond) == (88.2, "")


def test_what_is_not_measured_has_no_bar() -> None:
    drawn = bullet(baseline=10, commit=15, target=20, expected=15, value=None)

    assert (drawn.start_x, drawn.width, drawn.is_back) == (None, None, False)


def test_a_goal_goes_somewhere() -> None:
    with pytest.raises(ValueError, match="another value"):
        bullet(baseline=10, commit=10, target=10, expected=10, value=10)
