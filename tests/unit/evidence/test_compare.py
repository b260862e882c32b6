from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
import tea_tasting
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.evidence.compare import NoCovariateError, absolute, compare, cuped
from reports.evidence.intervals import Base, mean_interval
from reports.evidence.sums import NoSpreadError, Sums
from tests.factories.evidence import close, events, spread

MEANS = st.floats(-1e4, 1e4).filter(lambda mean: mean == 0 or abs(mean) > 1e-6)
ARMS = st.builds(spread, st.integers(2, 100_000), MEANS, st.floats(1e-3, 1e4))


def _scipy(treated: Sums, holdout: Sums) -> Any:
    arms = [(arm.mean, arm.variance**0.5, arm.n) for arm in (treated, holdout)]
    return scipy.stats.ttest_ind_from_stats(*arms[0], *arms[1], equal_var=False)


@settings(max_examples=60, deadline=None)
@given(ARMS, ARMS)
def test_the_difference_is_welchs(treated: Sums, holdout: Sums) -> None:
    found = absolute(treated, holdout)

    peer = _scipy(treated, holdout)
    rounding = 1e-12 * (found.high - found.low)
    assert found.effect == pytest.approx(treated.mean - holdout.mean, rel=1e-8, abs=rounding)
    assert found.p == pytest.approx(peer.pvalue, rel=1e-8, abs=1e-200)


def test_the_interval_is_welchs() -> None:
    rng = np.random.default_rng(4)
    y1, y0 = rng.exponential(2.2, 300), rng.exponential(2, 200)

    found = absolute(Sums.from_arrays(y1), Sums.from_arrays(y0))

    peer = scipy.stats.ttest_ind(y1, y0, equal_var=False)
    low, high = peer.confidence_interval()
    assert close(found.low, low)
    assert close(found.high, high)
    assert close(found.p, peer.pvalue)


def test_an_arms_interval_is_students() -> None:
    y = np.random.default_rng(5).exponential(2, 40)

    found = mean_interval(Sums.from_arrays(y))

    low, high = scipy.stats.ttest_1samp(y, 0).confidence_interval()
    assert close(found.low, low)
    assert close(found.high, high)


def test_ratios_agree_with_tea_tasting_on_the_rows() -> None:
    rng = np.random.default_rng(6)
    orders = rng.poisson(2, 3000).astype(float)
    revenue = orders * rng.lognormal(3, 0.6, 3000)
    treated = np.arange(3000) % 2
    table = pa.table({"variant": treated, "orders": orders, "revenue": revenue})

    one, zero = treated == 1, treated == 0
    found = absolute(
        Sums.from_arrays(revenue[one], orders[one]), Sums.from_arrays(revenue[zero], orders[zero])
    )

    experiment = tea_tasting.Experiment(order_value=tea_tasting.RatioOfMeans("revenue", "orders"))
    peer = experiment.analyze(table)["order_value"]
    assert close(found.effect, peer.effect_size)
    assert close(found.low, peer.effect_size_ci_lower)
    assert close(found.high, peer.effect_size_ci_upper)
    assert close(found.p, peer.pvalue)


def test_cuped_agrees_with_tea_tasting_on_the_rows() -> None:
    rng = np.random.default_rng(7)
    before = rng.lognormal(2, 1, 2000)
    spend = 0.7 * before + rng.lognormal(1, 1, 2000)
    treated = np.arange(2000) % 2
    table = pa.table({"variant": treated, "spend": spend, "before": before})

    one, zero = treated == 1, treated == 0
    found = cuped(
        Sums.from_arrays(spend[one], None, before[one]),
        Sums.from_arrays(spend[zero], None, before[zero]),
    )

    experiment = tea_tasting.Experiment(spend=tea_tasting.Mean("spend", "before"))
    peer = experiment.analyze(table)["spend"]
    assert close(found.effect, peer.effect_size)
    assert close(found.low, peer.effect_size_ci_lower)
    assert close(found.high, peer.effect_size_ci_upper)
    assert close(found.p, peer.pvalue)
    explained = np.corrcoef(spend, before)[0, 1] ** 2
    assert found.variance_ratio == pytest.approx(1 - explained, rel=0.02)


def test_cuped_takes_out_a_lucky_draw_of_the_covariate() -> None:
    before = np.tile([0.0, 1.0, 2.0, 3.0], 250)
    noise = np.random.default_rng(8).normal(0, 0.1, 1000)
    spend = 5 * before + noise

    found = cuped(
        Sums.from_arrays(spend[:500] + 5, None, before[:500] + 1),
        Sums.from_arrays(spend[500:], None, before[500:]),
    )

    assert abs(found.effect) < 0.2
    assert found.variance_ratio < 0.1


def test_a_covariate_that_explains_everything_leaves_nothing_to_judge_by() -> None:
    before = np.random.default_rng(15).lognormal(2, 1, 100)
    sums = Sums.from_arrays(0.3 * before, None, before)

    found = compare(arm="treated", treated=sums, holdout_arm="holdout", holdout=sums)

    assert found.absolute is not None
    assert found.cuped is None
    assert found.cuped_reason == "No spread is left to judge chance by."


def test_a_covariate_that_says_nothing_is_no_covariate() -> None:
    flat = Sums.from_arrays(np.arange(10.0), None, np.ones(10))

    with pytest.raises(NoCovariateError, match="same for everybody"):
        cuped(flat, flat)
    with pytest.raises(NoCovariateError, match="brings no covariate"):
        cuped(flat, Sums.from_arrays(np.arange(10.0)))


@pytest.mark.parametrize("mean", [0.0, 1e-17, -1e-17])
def test_a_holdout_mean_next_to_zero_still_has_a_difference(mean: float) -> None:
    found = compare(
        arm="treated",
        treated=spread(100, 0.1, 1),
        holdout_arm="holdout",
        holdout=spread(100, mean, 1),
    )

    peer = _scipy(spread(100, 0.1, 1), spread(100, mean, 1))
    assert found.absolute is not None
    assert close(found.absolute.p, peer.pvalue)
    assert found.relative is None
    assert found.relative_reason


def test_a_zero_holdout_mean_has_no_percentage() -> None:
    found = compare(
        arm="treated", treated=events(100, 5), holdout_arm="holdout", holdout=events(100, 0)
    )

    assert found.absolute is not None
    assert (found.relative, found.low_base, found.base) == (None, None, None)
    assert found.relative_reason == "The holdout's mean is zero, so no percentage of it exists."


@pytest.mark.parametrize(
    ("treated", "holdout", "reason"),
    [
        (events(0, 0), events(9, 3), "An arm has no customers."),
        (events(9, 3), events(0, 0), "An arm has no customers."),
        (events(1, 1), events(9, 3), "An arm has one customer only, so its spread is unknown."),
        (events(9, 9), events(9, 9), "Every customer has the same value"),
        (events(9, 0), events(9, 0), "Every customer has the same value"),
        (Sums(9, float("nan"), 1.0), events(9, 3), "A value is missing or not a finite number."),
    ],
)
def test_no_difference_without_data_never_a_zero(treated: Sums, holdout: Sums, reason: str) -> None:
    found = compare(arm="treated", treated=treated, holdout_arm="holdout", holdout=holdout)

    assert found.absolute is None
    assert found.relative is None
    assert found.absolute_reason.startswith(reason)


def test_a_negative_base_has_a_difference_and_no_percentage() -> None:
    found = compare(
        arm="treated", treated=spread(100, 1, 1), holdout_arm="holdout", holdout=spread(100, -5, 1)
    )

    assert found.absolute is not None
    assert found.relative is None
    assert "below zero" in found.relative_reason


def test_a_low_base_shows_absolute_numbers_only() -> None:
    found = compare(
        arm="treated", treated=events(2000, 20), holdout_arm="holdout", holdout=events(2000, 10)
    )

    assert found.base is Base.ABSOLUTE
    assert found.relative is None
    assert found.relative_reason == "The holdout's mean is too uncertain: absolute numbers only."


def test_extra_reads_widen_interval_and_p_alike() -> None:
    treated, holdout = events(1000, 130), events(1000, 100)

    once = absolute(treated, holdout)
    four = absolute(treated, holdout, extra_reads=4)

    assert close(four.p, 4 * once.p)
    assert four.low < 0 < once.low
    degrees = 1964
    widening = scipy.stats.t.ppf(1 - 0.05 / 8, degrees) / scipy.stats.t.ppf(0.975, degrees)
    assert (four.high - four.low) / (once.high - once.low) == pytest.approx(widening, rel=1e-4)


def test_equal_values_in_an_arm_have_no_interval() -> None:
    with pytest.raises(NoSpreadError):
        mean_interval(events(50, 0))
