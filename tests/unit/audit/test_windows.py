import time

import numpy as np
import pytest
from scipy import stats

from reports.audit.finding import Curve
from reports.audit.windows import (
    Baseline,
    NoWindowError,
    all_windows,
    convenient_window,
    holdout_windows,
)
from reports.evidence.checks import Status
from reports.evidence.plan import Direction
from reports.evidence.sums import NotFiniteError
from tests.factories.daily import quiet_days
from tests.factories.evidence import close

START = 400


def test_each_window_is_the_test_of_its_days() -> None:
    daily = quiet_days(np.random.default_rng(30), START + 91)

    found = all_windows(daily, START)

    for place in np.random.default_rng(31).integers(0, len(found.uplift), 60):
        start, length = int(found.start[place]), int(found.length[place])
        first, days = {
            Baseline.PREVIOUS: (START - length, length),
            Baseline.MONTH: (START - 28, 28),
            Baseline.QUARTER: (START - 91, 91),
            Baseline.YEAR: (START + start - 364, length),
        }[Baseline(str(found.baseline[place]))]
        window = daily[START + start : START + start + length]
        base = daily[first : first + days]
        assert close(1 + found.uplift[place], window.mean() / base.mean())
        assert close(found.p[place], stats.ttest_ind(window, base, equal_var=False).pvalue)


def test_every_window_that_fits_is_there() -> None:
    daily = quiet_days(np.random.default_rng(32), START + 91)

    found = all_windows(daily, START)

    assert len(found.uplift) == 4 * sum(max(0, 91 - start - 6) for start in range(0, 85, 7))
    assert (found.start + found.length).max() == 91
    assert found.of(28, 28, Baseline.MONTH) is not None
    assert found.of(28, 64, Baseline.MONTH) is None


def test_windows_without_a_baseline_are_left_out() -> None:
    daily = quiet_days(np.random.default_rng(33), 40 + 30)

    found = all_windows(daily, 40)

    assert set(found.baseline) == {Baseline.PREVIOUS.value, Baseline.MONTH.value}


def test_two_thousand_windows_take_less_than_a_second() -> None:
    daily = quiet_days(np.random.default_rng(34), START + 200)
    all_windows(daily, START)

    before = time.process_time()
    found = all_windows(daily, START)

    assert len(found.uplift) > 2000
    assert time.process_time() - before < 1


def test_a_convenient_window_is_placed_among_all() -> None:
    windows = all_windows(quiet_days(np.random.default_rng(35), START + 91), START)
    best = float(windows.uplift.max())

    flagged, fine = (convenient_window(windows, claim) for claim in (best, windows.median))

    assert (flagged.check.status, flagged.best_grade) == (Status.FAIL, "E")
    assert flagged.check.sentence.endswith("The window was a convenient one.")
    assert (fine.check.status, fine.best_grade) == (Status.OK, "A")
    assert isinstance(flagged.picture, Curve)
    assert flagged.picture.level == windows.median
    assert flagged.picture.marked == (windows.convenience(best), best)
    assert sorted(flagged.picture.y) == list(flagged.picture.y)


def test_where_less_is_better_the_largest_fall_is_the_convenient_one() -> None:
    windows = all_windows(quiet_days(np.random.default_rng(35), START + 91), START)
    rise, fall = float(windows.uplift.max()), float(windows.uplift.min())

    flagged, fine = (convenient_window(windows, claim, Direction.FEWER) for claim in (fall, rise))

    assert (flagged.check.status, fine.check.status) == (Status.FAIL, Status.OK)
    assert " is less than 100% of " in flagged.check.sentence
    assert isinstance(flagged.picture, Curve)
    assert flagged.picture.x_name == "Share of windows with more"
    assert flagged.picture.y == tuple(sorted(flagged.picture.y, reverse=True))
    x, y = flagged.picture.marked or (0.0, 0.0)
    assert (x, y) == pytest.approx((1 - 1 / len(windows.uplift), fall))


def test_turning_signs_turns_the_index() -> None:
    windows = all_windows(quiet_days(np.random.default_rng(36), START + 91), START)
    turned = windows._replace(uplift=-windows.uplift)

    for claim in (-0.2, -0.05, 0.0, 0.05, 0.2):
        assert windows.convenience(claim, Direction.FEWER) == turned.convenience(-claim)


def test_the_index_flags_the_best_of_several_windows() -> None:
    rng = np.random.default_rng(36)
    flags = {1: 0, 5: 0, 20: 0}
    for _ in range(150):
        windows = all_windows(quiet_days(rng, START + 91), START)
        for tried in flags:
            claim = rng.choice(windows.uplift, tried).max()
            flags[tried] += windows.convenience(claim) >= 0.9

    shares = {tried: count / 150 for tried, count in flags.items()}
    assert shares[1] == pytest.approx(0.10, abs=0.06)
    assert shares[5] == pytest.approx(0.41, abs=0.10)
    assert shares[20] == pytest.approx(0.88, abs=0.08)


def test_windows_against_a_holdout_are_paired_by_day() -> None:
    rng = np.random.default_rng(37)
    days = quiet_days(rng, 120, 2.0)
    treated, holdout = days * rng.normal(1.05, 0.02, 120), days * rng.normal(1, 0.02, 120)

    found = holdout_windows(treated, holdout, 10)

    for place in (0, 50, len(found.uplift) - 1):
        first = 10 + int(found.start[place])
        of = slice(first, first + int(found.length[place]))
        assert close(1 + found.uplift[place], treated[of].mean() / holdout[of].mean())
        assert close(found.p[place], stats.ttest_rel(treated[of], holdout[of]).pvalue)
    assert found.of(0, 91, Baseline.HOLDOUT) == pytest.approx(0.05, abs=0.01)


def test_days_that_allow_no_window_are_said() -> None:
    days = np.ones(40)

    with pytest.raises(NoWindowError, match="Fewer than seven days"):
        all_windows(days, 36)
    with pytest.raises(NoWindowError, match="Nothing is known of the days before"):
        all_windows(np.concatenate([np.zeros(20), np.ones(20)]), 20)
    with pytest.raises(NoWindowError, match="The holdout has nothing"):
        holdout_windows(days, np.zeros(40), 10)
    with pytest.raises(NotFiniteError, match="do not match"):
        holdout_windows(days, np.ones(39), 10)
    with pytest.raises(NotFiniteError, match="A day is missing"):
        all_windows(np.append(days, np.nan), 10)
    assert np.isnan(all_windows(days, 20).p).all()
