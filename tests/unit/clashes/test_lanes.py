"""Bars of the calendar that clash with many others stay short."""

from datetime import date, timedelta

from campaigns.calendar.lanes import Mark, lanes
from campaigns.clashes.rules import clashes
from tests.factories.clashes import GAP, side

MONDAY = date(2026, 11, 23)


def test_three_clashes_are_named_and_days_that_touch_are_one_mark() -> None:
    one = side(1, "2026-11-23", "2026-12-07")
    others = [side(pk, "2026-11-30", f"2026-12-0{pk}") for pk in range(2, 7)]
    found = clashes([one, *others], {(1, other.pk): 10 - other.pk for other in others}, gap=GAP)
    weeks = [MONDAY, MONDAY + timedelta(days=7)]

    ((bar,),) = (lane.bars for lane in lanes([one], found, [("marketing", "Marketing")], weeks))

    assert bar.marks == [Mark(50.0, 42.86)]
    assert bar.clashes.startswith("Clashes with Number 2, ")
    assert bar.clashes.endswith(" and 2 more")
