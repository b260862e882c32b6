"""What an audit found is drawn with its values written as what they are."""

import numpy as np
import pytest

from reports.audit.finding import Bars, Curve
from reports.audit.windows import all_windows, convenient_window
from reports.charts.audit import picture_chart
from reports.evidence.plan import Direction
from tests.factories.daily import quiet_days

START = 400


@pytest.mark.parametrize("better", list(Direction))
def test_all_windows_are_drawn_with_the_claim_marked(better: Direction) -> None:
    windows = all_windows(quiet_days(np.random.default_rng(37), START + 91), START)
    claim = better.sign * 0.1
    found = convenient_window(windows, claim, better)
    assert isinstance(found.picture, Curve)

    chart = picture_chart("windows", found.check.title, found.check.sentence, found.picture)

    curve, marked = chart.figure["data"]
    assert (curve["x"], curve["y"]) == (found.picture.x, found.picture.y)
    assert (marked["x"], marked["y"]) == ([windows.convenience(claim, better)], [claim])
    assert [line["y0"] for line in chart.figure["layout"]["shapes"]] == [windows.median]
    assert chart.head == (
        f"Share of windows with {('less', 'more')[better is Direction.FEWER]}",
        "Uplift",
    )
    assert [row[0] for row in chart.rows[:3]] == ["0.0%", "10.0%", "20.0%"]
    assert all(cell.endswith("%") for row in chart.rows for cell in row)


@pytest.mark.parametrize(
    ("name", "written"),
    [("Share lost", "4.0%"), ("Change before the start", "+4.0%"), ("Mean", "0.040")],
)
def test_bars_are_written_as_what_they_are(name: str, written: str) -> None:
    chart = picture_chart("bars", "Losses", "Some were lost.", Bars(("treated",), (0.04,), name))

    assert chart.rows == [("Treated", written)]
    assert chart.figure["data"][0]["y"] == (0.04,)


def test_intervals_of_bars_are_lengths_from_their_ends() -> None:
    bars = Bars(("As it is", "Capped"), (3.0, 2.0), "Difference", (1.0, 1.5), (6.0, 2.5))

    chart = picture_chart("bars", "Large values", "A few count for much.", bars)

    assert chart.figure["data"][0]["error_y"]["array"] == [3.0, 0.5]
    assert chart.figure["data"][0]["error_y"]["arrayminus"] == [2.0, 0.5]
    assert chart.rows[0] == ("As it is", "3", "1 to 6")
