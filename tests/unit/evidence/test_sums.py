from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reports.evidence.sums import (
    EmptyArmError,
    NoDenominatorError,
    NotFiniteError,
    OneCustomerError,
    Sums,
)
from tests.factories.evidence import close

VALUES = st.floats(-1e6, 1e6, allow_subnormal=False)


def test_mean_and_variance_are_those_of_numpy() -> None:
    y = np.random.default_rng(1).lognormal(3, 1.5, 1000)

    sums = Sums.from_arrays(y)

    assert close(sums.mean, float(y.mean()))
    assert close(sums.variance, float(y.var(ddof=1)))


def test_raw_powers_and_values_agree() -> None:
    rng = np.random.default_rng(2)
    y, d, x = rng.poisson(2, 500), rng.poisson(3, 500), rng.poisson(9, 500)

    from_powers = Sums.from_powers(
        500,
        int(y.sum()),
        int(y @ y),
        d=int(d.sum()),
        d2=int(d @ d),
        yd=int(y @ d),
        x=int(x.sum()),
        x2=int(x @ x),
        yx=int(y @ x),
        dx=int(d @ x),
    )

    from_values = Sums.from_arrays(y, d, x)
    assert all(
        close(float(left or 0), float(right or 0))
        for left, right in zip(from_powers, from_values, strict=True)
    )


def test_decimals_lose_nothing_where_doubles_would() -> None:
    pennies = [Decimal("1000000000.01"), Decimal("1000000000.02"), Decimal("1000000000.03")]

    sums = Sums.from_powers(3, sum(pennies), sum(p * p for p in pennies))

    assert close(sums.variance, 0.0001)


def test_a_ratio_has_the_variance_of_its_linearised_values() -> None:
    rng = np.random.default_rng(3)
    d = rng.poisson(3, 800).astype(float)
    y = d * rng.lognormal(3, 0.5, 800)
    ratio = y.sum() / d.sum()

    sums = Sums.from_arrays(y, d)

    assert close(sums.mean, float(ratio))
    assert close(sums.variance, float(((y - ratio * d) / d.mean()).var(ddof=1)))


@given(arrays(float, st.integers(0, 30), elements=VALUES), st.integers(0, 30))
def test_two_groups_add_up_to_the_whole(y: "np.ndarray", cut: int) -> None:
    d, x = np.abs(y) + 1, y * y / 1e6

    parts = Sums.from_arrays(y[:cut], d[:cut], x[:cut]).plus(
        Sums.from_arrays(y[cut:], d[cut:], x[cut:])
    )

    whole = Sums.from_arrays(y, d, x)
    assert np.allclose(
        [part or 0 for part in parts], [value or 0 for value in whole], rtol=1e-9, atol=1e-3
    )


def test_per_thousand_multiplies_mean_and_spread() -> None:
    sums = Sums.from_powers(10, 3, 5, d=20, d2=50, yd=8)

    assert close(sums.times(1000).mean, 1000 * sums.mean)
    assert close(sums.times(1000).variance, 1_000_000 * sums.variance)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9, -7.3])
def test_equal_values_have_no_spread_whatever_rounding_leaves(value: float) -> None:
    same = np.full(1000, value)

    assert Sums.from_arrays(same).variance == 0
    assert Sums.from_powers(1000, float(same.sum()), float(same @ same)).variance == 0


def test_a_proportional_ratio_has_no_spread() -> None:
    d = np.arange(1.0, 100.0)

    assert Sums.from_arrays(0.3 * d, d).variance == 0


def test_what_has_no_mean_says_so() -> None:
    with pytest.raises(EmptyArmError):
        _ = Sums(0, 0.0, 0.0).mean
    with pytest.raises(NoDenominatorError):
        _ = Sums.from_powers(3, 0, 0, d=0, d2=0, yd=0).mean
    with pytest.raises(NotFiniteError):
        _ = Sums(3, float("nan"), 1.0).mean
    with pytest.raises(NotFiniteError):
        _ = Sums(3, 1.0, float("inf")).mean


def test_one_customer_has_a_mean_but_no_spread() -> None:
    one = Sums.from_powers(1, 5, 25)

    assert one.mean == 5
    with pytest.raises(OneCustomerError):
        _ = one.variance


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e200])
def test_values_that_cannot_be_added_up_are_refused(value: float) -> None:
    with pytest.raises(NotFiniteError):
        Sums.from_arrays(np.array([1.0, value]))
    with pytest.raises(NotFiniteError):
        Sums.from_powers(2, value, 1)
