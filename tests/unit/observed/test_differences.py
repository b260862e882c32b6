import numpy as np
import pytest
from scipy import stats

from reports.evidence.sums import EmptyArmError, NoSpreadError, NotFiniteError
from reports.observed.differences import NoEarlierPeriodError, ancova, difference_in_differences
from reports.observed.effect import Method
from reports.observed.low_start import low_start
from reports.observed.units import Side
from tests.factories.daily import drawn_stores, lowest_stores
from tests.factories.evidence import close


def test_differences_are_welchs_test_of_the_units_changes() -> None:
    treated, others = lowest_stores(np.random.default_rng(50))

    found = difference_in_differences(treated, others)

    assert treated.earlier is not None
    assert others.earlier is not None
    known = stats.ttest_ind(
        treated.after - treated.earlier, others.after - others.earlier, equal_var=False
    )
    low, high = known.confidence_interval(0.95)
    assert close(found.p, known.pvalue)
    assert close(found.low, low)
    assert close(found.high, high)
    assert found.method is Method.DIFFERENCES
    assert found.units == (40, 160)


def test_ancova_is_the_line_of_the_untreated() -> None:
    treated, others = lowest_stores(np.random.default_rng(51))

    found = ancova(treated, others)

    line = stats.linregress(others.chosen, others.after)
    expected = line.intercept + line.slope * treated.chosen
    assert close(found.expected, float(expected.mean()))
    assert close(found.effect, float((treated.after - expected).mean()))
    assert found.low < found.effect < found.high
    assert found.relative == pytest.approx(found.effect / found.expected)


def test_stores_chosen_at_a_low_rise_by_themselves() -> None:
    """No effect at all: naive and DiD on the chosen period rise, the other two do not."""
    rng = np.random.default_rng(52)
    naive, chosen, earlier, line = [], [], [], []
    flagged = covered = 0
    for _ in range(200):
        treated, others = lowest_stores(rng, share=0.1)
        naive.append(treated.after.mean() / treated.chosen.mean() - 1)
        on_chosen = (treated.after - treated.chosen).mean() - (others.after - others.chosen).mean()
        chosen.append(on_chosen / treated.chosen.mean())
        earlier.append(difference_in_differences(treated, others).effect / 100)
        found = ancova(treated, others)
        line.append(found.effect / 100)
        covered += found.low < 0 < found.high
        flagged += low_start(treated, others).flagged

    assert np.mean(naive) > 0.1
    assert np.mean(chosen) > 0.1
    assert abs(np.mean(earlier)) < 0.005
    assert abs(np.mean(line)) < 0.005
    assert covered >= 182
    assert flagged >= 190


def test_a_real_effect_on_low_stores_is_found() -> None:
    rng = np.random.default_rng(53)
    sides = [lowest_stores(rng, uplift=10.0) for _ in range(50)]

    for method in (ancova, difference_in_differences):
        effects = [method(*pair).effect for pair in sides]
        assert np.mean(effects) == pytest.approx(10, abs=1)


def test_stores_drawn_by_lot_are_seldom_flagged() -> None:
    rng = np.random.default_rng(54)

    flagged = sum(low_start(*drawn_stores(rng)).flagged for _ in range(400))

    assert flagged <= 10


def test_what_was_found_of_the_start_is_said() -> None:
    low = low_start(*lowest_stores(np.random.default_rng(55)))
    drawn = low_start(*drawn_stores(np.random.default_rng(56)))

    assert low.sentence.endswith("chosen at a low, and rise from it by themselves.")
    assert "no sign that they were chosen at a low" in drawn.sentence
    below = Side.of([-2, -3, -1], [1, 2, 3], [-1, -1, -2])
    assert low_start(below, below).sentence.startswith("The treated changed before the start: no")


def test_without_an_earlier_period_there_is_no_baseline() -> None:
    side = Side.of([1, 2, 3], [2, 3, 5])

    with pytest.raises(NoEarlierPeriodError):
        difference_in_differences(side, side)
    with pytest.raises(NoEarlierPeriodError):
        low_start(side, side)


def test_units_that_show_no_chance_are_said() -> None:
    moved = Side.of([1, 2, 3], [2, 3, 4], [0, 1, 2])
    same = Side.of([2, 2, 2], [3, 4, 5])

    with pytest.raises(NoSpreadError):
        difference_in_differences(moved, moved)
    with pytest.raises(NoSpreadError):
        low_start(moved, moved)
    with pytest.raises(NoSpreadError):
        ancova(moved, moved)
    with pytest.raises(EmptyArmError):
        ancova(moved, same)


def test_units_that_do_not_match_are_refused() -> None:
    with pytest.raises(NotFiniteError, match="same units"):
        Side.of([1, 2], [1, 2, 3])
    with pytest.raises(NotFiniteError, match="missing"):
        Side.of([1, 2], [1, float("nan")])
    with pytest.raises(EmptyArmError):
        Side.of([1], [1])
    assert Side.of([1, 2], [3, 5]).sums.mean == 4
    with pytest.raises(NotFiniteError, match="same units"):
        Side.of([1, 2], [3, 5], [1, 2, 3])


def test_an_expected_mean_below_zero_gets_no_percentage() -> None:
    treated = Side.of([-9, -8, -8], [-5, -4, -6], [-9, -8, -7])
    others = Side.of([-9, -8, -7, -6], [-9, -8, -6.5, -6], [-9, -8.2, -7, -6])

    found = difference_in_differences(treated, others)

    assert found.relative is None
    assert "a unit (" in found.sentence
