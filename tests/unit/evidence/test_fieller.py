import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.evidence.intervals import (
    Base,
    LowBaseError,
    ZeroHoldoutError,
    base,
    low_base,
    relative,
)
from reports.evidence.sums import NegativeBaseError, NoSpreadError, NotComputableError
from tests.factories.evidence import close, events, spread

Z = 1.959963984540054


def test_the_interval_is_fiellers() -> None:
    treated, holdout = spread(900, 2.4, 3.0), spread(400, 2.0, 2.5)
    v1, v0 = 9 / 900, 6.25 / 400
    a, b, c = 4 - Z * Z * v0, 2.0 * 2.4, 2.4**2 - Z * Z * v1
    root = math.sqrt(b * b - a * c)

    found = relative(treated, holdout)

    assert close(found.effect, 0.2)
    assert close(found.low, (b - root) / a - 1)
    assert close(found.high, (b + root) / a - 1)


@given(st.floats(0.5, 2), st.floats(0.1, 3), st.integers(200, 5000), st.integers(200, 5000))
def test_percent_and_difference_never_disagree_about_zero(
    mean: float, deviation: float, n1: int, n0: int
) -> None:
    treated, holdout = spread(n1, mean, deviation), spread(n0, 1.0, deviation)
    z = (treated.mean - 1) / math.sqrt(treated.mean_variance + holdout.mean_variance)

    found = relative(treated, holdout)

    if abs(abs(z) - Z) > 1e-9:
        assert (found.low > 0 or found.high < 0) == (abs(z) > Z)


@pytest.mark.parametrize("truth", [0.0, 0.5, 1.0])
def test_it_covers_the_truth_95_times_in_100_on_a_low_base(truth: float) -> None:
    rng = np.random.default_rng(9)
    runs, n, deviation = 4000, 100, 1.3
    holdouts = rng.normal(1, deviation / n**0.5, runs)
    treateds = rng.normal(1 + truth, deviation / n**0.5, runs)
    covered = 0
    counted = 0
    for m1, m0 in zip(treateds, holdouts, strict=True):
        try:
            found = relative(spread(n, float(m1), deviation), spread(n, float(m0), deviation))
        except NotComputableError:
            continue
        counted += 1
        covered += found.low <= truth <= found.high

    assert counted > 0.99 * runs
    assert 0.94 < covered / counted < 0.96


@pytest.mark.parametrize(
    ("g", "band"),
    [
        (0.0499, Base.FINE),
        (0.05, Base.AMBER),
        (0.1999, Base.AMBER),
        (0.2, Base.ABSOLUTE),
        (0.999, Base.ABSOLUTE),
        (1.0, Base.NONE),
    ],
)
def test_bands_of_the_low_base(g: float, band: Base) -> None:
    assert base(g) is band


def test_the_low_base_figure_is_z2_v_over_n_m2() -> None:
    assert close(low_base(spread(400, 2.0, 2.5)), Z * Z * 6.25 / (400 * 4))


def test_no_percentage_where_none_exists() -> None:
    treated = events(1000, 30)

    with pytest.raises(ZeroHoldoutError):
        relative(treated, events(1000, 0))
    with pytest.raises(NegativeBaseError):
        relative(treated, spread(1000, -1, 1))
    with pytest.raises(LowBaseError, match="absolute numbers only"):
        relative(treated, events(1000, 10))
    with pytest.raises(LowBaseError, match="no percentage exists"):
        relative(treated, events(1000, 2))
    with pytest.raises(NoSpreadError):
        relative(events(1000, 1000), events(1000, 1000))


def test_scale_does_not_matter_however_small_or_large() -> None:
    plain = relative(spread(900, 2.4, 3.0), spread(400, 2.0, 2.5))
    tiny = relative(spread(900, 2.4e-60, 3e-60), spread(400, 2e-60, 2.5e-60))
    large = relative(spread(900, 2.4e50, 3e50), spread(400, 2e50, 2.5e50))

    assert all(map(close, plain, tiny))
    assert all(map(close, plain, large))
