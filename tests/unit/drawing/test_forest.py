from hypothesis import given
from hypothesis import strategies as st

from reports.drawing.forest import Change, axis, bar

CHANGES = st.tuples(st.floats(-2, 2), st.floats(0, 2), st.floats(0, 2)).map(
    lambda parts: Change(parts[0], parts[0] - parts[1], parts[0] + parts[2])
)


def test_the_axis_holds_zero_and_all_usual_changes() -> None:
    shared = axis([Change(0.084, 0.031, 0.139), Change(-0.048, -0.081, -0.014)])

    assert [tick.text for tick in shared.ticks] == ["−5%", "0", "+5%", "+10%"]
    assert next(tick.x for tick in shared.ticks if tick.text == "0") == shared.zero_x
    assert shared.low < -0.081
    assert shared.high > 0.139


def test_small_changes_get_ticks_with_decimals() -> None:
    shared = axis([Change(0.001, -0.001, 0.002)])

    assert shared.high - shared.low > 0.05
    assert [tick.text for tick in shared.ticks] == ["−2%", "−1%", "0", "+1%", "+2%"]


def test_without_changes_there_is_still_a_zero() -> None:
    assert axis([]).zero_x == 50.0


def test_one_wild_interval_is_cut_and_does_not_press_the_others() -> None:
    usual = [Change(0.05, 0.01, 0.1), Change(0.04, 0.01, 0.08), Change(0.06, -0.1, 0.9)]
    shared = axis(usual)

    drawn = bar(shared, usual[2])

    assert shared.high < 0.2
    assert (drawn.is_cut_low, drawn.is_cut_high, drawn.high_x) == (False, True, 100.0)
    assert drawn.x == shared.x(0.06)


def test_a_change_wholly_past_the_axis_is_a_stub_with_an_arrow() -> None:
    shared = axis([Change(0.05, 0.01, 0.1), Change(0.04, 0.01, 0.08), Change(1.2, 0.8, 1.7)])

    drawn = bar(shared, Change(1.2, 0.8, 1.7))

    assert drawn.x is None
    assert (drawn.low_x, drawn.high_x, drawn.is_cut_high) == (94.0, 100.0, True)


@given(st.lists(CHANGES, max_size=12))
def test_nothing_is_drawn_outside(changes: list[Change]) -> None:
    shared = axis(changes)

    assert shared.low < 0 < shared.high
    assert 1 <= len(shared.ticks) <= 8
    for drawn in (bar(shared, change) for change in changes):
        assert 0 <= drawn.low_x <= drawn.high_x <= 100
        assert drawn.x is None or drawn.low_x <= drawn.x <= drawn.high_x
