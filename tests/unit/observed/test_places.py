"""Chosen places beside the others, day by day."""

import numpy as np
import pytest

from reports.evidence.sums import NotComputableError
from reports.observed.effect import Method
from reports.observed.places import Days, Seen, look
from tests.factories.daily import quiet_days

PLACES = [f"store {at}" for at in range(20)]
LENGTH, START = 28, 200
CHOSEN = PLACES[:6]


def shops(*, uplift: float = 0.0, closed: tuple[int, ...] = ()) -> dict[str, Days]:
    """Let twenty stores sell for 228 days, six of them more in the last 28."""
    rng = np.random.default_rng(7)
    town = quiet_days(rng, START + LENGTH, level=1000.0)
    found = {}
    for name in PLACES:
        sold = town * rng.normal(1, 0.02, len(town)) * rng.uniform(0.8, 1.2)
        if name in CHOSEN:
            sold[START:] *= 1 + uplift
        sold[list(closed)] = 0.0
        found[name] = Days(sold, sold / 20)
    return found


def seen(days: dict[str, Days], *, is_ratio: bool = False) -> Seen:
    return look(days, CHOSEN, start=START, length=LENGTH, is_ratio=is_ratio)


def test_what_was_done_shows_in_every_comparison() -> None:
    found = seen(shops(uplift=0.1))

    assert [effect.method for effect in found.effects] == [
        Method.DIFFERENCES,
        Method.ANCOVA,
        Method.MATCHED,
    ]
    for effect in found.effects:
        assert effect.relative == pytest.approx(0.1, abs=0.04)
        assert effect.low > 0
    assert found.placebo is not None
    assert found.placebo.relative == pytest.approx(0.1, abs=0.02)
    assert (found.treated, found.others, found.missing) == (6, 14, {})


def test_where_nothing_was_done_nothing_shows() -> None:
    found = seen(shops())

    assert all(effect.low < 0 < effect.high for effect in found.effects)
    assert found.start is not None
    assert not found.start.flagged


def test_days_on_which_everybody_is_closed_are_no_days() -> None:
    found = seen(shops(uplift=0.1, closed=(100, 150, START + 3)))

    assert found.placebo is not None
    assert found.placebo.relative == pytest.approx(0.1, abs=0.02)


def test_a_ratio_is_divided_in_each_period() -> None:
    """What is sold and what it is divided by rise together, so that their ratio does not."""
    found = seen(shops(uplift=0.1), is_ratio=True)

    assert found.effects == ()
    assert found.missing[Method.DIFFERENCES].startswith("All units changed by the same amount")


def test_a_place_without_days_is_named() -> None:
    days = shops()
    days[CHOSEN[0]].y[START - LENGTH : START] = 0.0
    days[CHOSEN[0]].d[START - LENGTH : START] = 0.0

    with pytest.raises(NotComputableError, match="Nothing is known of store 0 in the window"):
        seen(days)


def test_without_a_baseline_nothing_is_compared() -> None:
    with pytest.raises(NotComputableError, match="or in as many before those"):
        look(shops(), CHOSEN, start=LENGTH, length=LENGTH, is_ratio=False)


def test_an_other_place_that_opened_since_is_left_out() -> None:
    days = shops()
    days[PLACES[-1]].y[:START] = 0.0
    days[PLACES[-1]].d[:START] = 0.0

    assert seen(days).others == 13


def test_what_days_do_not_add_up_to_is_compared_by_its_periods() -> None:
    """As people are, who come on many days and count once."""
    days = shops(uplift=0.1)
    firsts = (START - 2 * LENGTH, START - LENGTH, START)
    of_periods = {
        name: Days(*(np.array([part[at : at + LENGTH].sum() / 3 for at in firsts]) for part in of))
        for name, of in days.items()
    }

    def by_periods(days: dict[str, Days]) -> Seen:
        return look(days, CHOSEN, start=START, length=LENGTH, is_ratio=False, periods=of_periods)

    by_days, found = seen(days), by_periods(days)
    assert [one.effect for one in found.effects] == pytest.approx(
        [one.effect / 3 for one in by_days.effects[:2]]
    )
    assert set(found.missing) == {Method.MATCHED}
    assert found.placebo == by_days.placebo
    assert set(by_periods({}).missing) == {Method.MATCHED, "placebo in time"}
