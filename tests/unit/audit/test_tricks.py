"""Tricks that fake an uplift where nothing was done: each is seeded, and each is caught."""

import numpy as np
import pytest

from reports.audit.windows import LENGTHS, Baseline, all_windows, convenient_window
from reports.audit.winners import Estimate, sum_of_winners
from reports.evidence.alike import shares_by_arm
from reports.evidence.checks import Status
from reports.evidence.sample_ratio import RatioStatus, sample_ratio
from reports.evidence.sequence import half_width
from reports.evidence.verdict import holm
from reports.evidence.welch import Group, welch
from reports.observed.differences import ancova
from reports.observed.low_start import low_start
from reports.observed.units import Side
from tests.factories.daily import lowest_stores, quiet_days

START = 200
Z = 1.959963984540054


def test_the_best_of_all_windows_is_caught_by_the_index() -> None:
    rng = np.random.default_rng(80)
    best, declared, flagged = [], [], 0
    for _ in range(150):
        windows = all_windows(quiet_days(rng, START + 56), START)
        shown = (windows.length <= 28) & (windows.baseline == Baseline.PREVIOUS.value)
        claim = float(windows.uplift[shown].max())
        best.append(claim)
        declared.append(windows.of(0, 28, Baseline.PREVIOUS))
        flagged += convenient_window(windows, claim).check.status is Status.FAIL

    assert min(LENGTHS) == 7
    assert np.median(best) == pytest.approx(0.175, abs=0.04)
    assert abs(np.median(np.array(declared, float))) < 0.03
    assert flagged >= 125


def test_starting_from_the_worst_fifth_of_stores_is_caught() -> None:
    rng = np.random.default_rng(81)
    faked, corrected, flagged = [], [], 0
    for _ in range(100):
        treated, others = lowest_stores(rng)
        faked.append(treated.after.mean() / treated.chosen.mean() - 1)
        found = ancova(treated, others)
        corrected.append(found.effect / found.expected)
        flagged += low_start(treated, others).flagged

    assert np.mean(faked) == pytest.approx(0.11, abs=0.03)
    assert abs(np.mean(corrected)) < 0.01
    assert flagged >= 98


def test_customers_who_hardly_bought_last_time_are_caught() -> None:
    rng = np.random.default_rng(82)
    liking = rng.gamma(1.5, 1.4, 20_000)
    earlier, chosen, after = (rng.poisson(liking).astype(float) for _ in range(3))
    low = chosen <= 1
    treated, others = (Side(chosen[side], after[side], earlier[side]) for side in (low, ~low))

    faked = treated.after.mean() / treated.chosen.mean() - 1

    assert faked > 1
    assert low_start(treated, others).flagged


@pytest.mark.parametrize(("metrics", "faked"), [(5, 0.103), (8, 0.150)])
def test_the_best_of_several_measures_is_caught_by_holm(metrics: int, faked: float) -> None:
    rng = np.random.default_rng(83)
    common = rng.normal(size=(4000, 1))
    z = 0.3**0.5 * common + 0.7**0.5 * rng.normal(size=(4000, metrics))

    best = (z > Z).any(axis=1).mean()
    tests = welch(Group(z, 0.5 * 10**6, 10**6), Group(0.0, 0.5 * 10**6, 10**6))
    one_sided = np.where(tests.effect > 0, tests.p / 2, 1 - tests.p / 2)
    held = np.mean([min(holm(row.tolist())) <= 0.025 for row in one_sided])

    assert best == pytest.approx(faked, abs=0.015)
    assert held <= 0.03


def test_looking_every_day_is_caught_by_the_sequence() -> None:
    rng = np.random.default_rng(84)
    days = np.arange(1, 29)
    n = 400.0 * days
    z = rng.normal(size=(4000, 28)).cumsum(axis=1) / np.sqrt(days)
    bounds = np.array([half_width(1.0, size, n[-1], 0.05) for size in n.tolist()])

    assert (np.abs(z) > Z).any(axis=1).mean() == pytest.approx(0.274, abs=0.02)
    assert (np.abs(z) > bounds).any(axis=1).mean() <= 0.05


def test_adding_up_winners_is_caught_by_the_correction() -> None:
    rng = np.random.default_rng(85)
    claimed = true = corrected = 0.0
    for _ in range(300):
        effects = rng.normal(0.65, 0.65, 40)
        seen = effects + rng.normal(0, 1, 40)
        found = sum_of_winners(
            [Estimate(str(place), float(x), 1.0) for place, x in enumerate(seen)]
        )
        claimed += found.claimed
        corrected += found.corrected
        true += effects[seen > Z].sum()

    assert claimed / true == pytest.approx(2.14, abs=0.1)
    assert corrected / true == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(("n", "by_size"), [(20_000, 0.0), (100_000, 0.44)])
def test_losing_two_percent_of_one_arm_is_caught_by_the_removals(n: int, by_size: float) -> None:
    rng = np.random.default_rng(86)
    seen = 0
    for _ in range(300):
        treated = int(rng.binomial(n, 0.5))
        lost = int(rng.binomial(treated, 0.02))
        sizes = {"treated": treated - lost, "holdout": n - treated}
        seen += sample_ratio(sizes, None).status is RatioStatus.HOLD
        gone = shares_by_arm({"treated": lost}, sizes | {"treated": treated}, "holdout")
        assert gone.status is RatioStatus.HOLD

    assert seen / 300 == pytest.approx(by_size, abs=0.1)
