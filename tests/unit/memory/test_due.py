"""What is bought again and again."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from customers.memory.due import Rhythm, rhythm

START = date(2025, 1, 6)
EVEN = st.integers(20, 200).flatmap(
    lambda every: st.lists(
        st.integers(every - every // 10, every + every // 10), min_size=3, max_size=12
    )
)
"""Intervals of days that differ by a tenth at the most."""


def days(*gaps: int) -> list[date]:
    bought = [START]
    for gap in gaps:
        bought.append(bought[-1] + timedelta(days=gap))
    return bought


def test_four_purchases_at_even_distance_are_a_rhythm() -> None:
    assert rhythm(days(182, 180, 184)) == Rhythm(182, 4, START + timedelta(days=546))


def test_three_purchases_are_none() -> None:
    assert rhythm(days(182, 182)) is None


def test_several_on_one_day_are_one_purchase() -> None:
    assert rhythm([*days(182, 182), START, START]) is None


def test_purchases_at_any_odd_time_are_none() -> None:
    assert rhythm(days(20, 200, 90, 5)) is None


def test_one_long_pause_among_even_intervals_is_no_rhythm() -> None:
    assert rhythm(days(30, 30, 30, 300)) is None


def test_one_late_purchase_does_not_upset_it() -> None:
    found = rhythm(days(30, 30, 42, 30, 30))

    assert found is not None
    assert found.every_days == 30


def test_every_other_day_is_no_rhythm_of_needing_it_again() -> None:
    assert rhythm(days(2, 2, 2, 2)) is None


def test_it_is_due_from_a_little_early_until_half_an_interval_late() -> None:
    every = Rhythm(40, 5, date(2026, 10, 1))

    assert every.due_on == date(2026, 11, 10)
    assert not every.is_due(date(2026, 10, 30))
    assert every.is_due(date(2026, 10, 31))
    assert every.is_due(date(2026, 11, 29))
    assert not every.is_due(date(2026, 11, 30))


@given(EVEN, st.integers(2, 5))
def test_slower_by_a_factor_is_slower_by_that_factor(gaps: list[int], factor: int) -> None:
    found = rhythm(days(*gaps))
    slower = rhythm(days(*(gap * factor for gap in gaps)))

    assert found is not None
    assert slower is not None
    assert abs(slower.every_days - factor * found.every_days) <= factor
