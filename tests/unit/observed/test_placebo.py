import numpy as np
import pytest

from reports.evidence.sums import EmptyArmError, NotFiniteError
from reports.observed.placebo import placebo_in_time
from tests.factories.daily import quiet_days


def test_p_counts_the_placebos_that_are_as_large() -> None:
    rng = np.random.default_rng(70)
    days = quiet_days(rng, 120)
    treated = days * rng.normal(1, 0.02, 120)

    found = placebo_in_time(treated, days, start=100, days=10, baseline_days=14)

    r = np.log(treated / days)
    actual = r[100:110].mean() - r[86:100].mean()
    placebos = [r[s : s + 10].mean() - r[s - 14 : s].mean() for s in range(14, 91)]
    as_large = sum(abs(placebo) >= abs(actual) for placebo in placebos)
    assert found.p == (1 + as_large) / (1 + len(placebos))
    assert found.relative == pytest.approx(np.expm1(actual), rel=1e-9)
    assert np.allclose(found.placebos, np.expm1(placebos), rtol=1e-9)


def test_no_effect_is_found_one_time_in_ten_at_most() -> None:
    """Naive before and after finds one in nearly half of the same cases."""
    rng = np.random.default_rng(71)
    placebo = 0
    for _ in range(300):
        common = quiet_days(rng, 300)
        treated, others = (common * np.exp(rng.normal(0, 0.05, 300)) for _ in range(2))
        found = placebo_in_time(treated, others, start=250, days=28, baseline_days=28)
        placebo += found.p <= 0.05

    assert placebo / 300 <= 0.11


def test_an_effect_stands_out_from_the_placebos() -> None:
    rng = np.random.default_rng(72)
    days = quiet_days(rng, 200)
    treated = days * rng.normal(1, 0.02, 200)
    treated[150:] *= 1.1

    found = placebo_in_time(treated, days, start=150, days=28, baseline_days=28)

    assert found.compared
    assert found.relative == pytest.approx(0.1, abs=0.02)
    assert found.p <= 0.05
    assert found.sentence.startswith("+11.1% against the comparison. At 95 earlier times")


def test_before_and_after_says_that_nobody_stands_beside_it() -> None:
    days = quiet_days(np.random.default_rng(73), 200)

    found = placebo_in_time(days, None, start=150, days=28, baseline_days=28)

    assert not found.compared
    assert "with nobody beside it" in found.sentence


def test_days_that_allow_no_placebo_are_said() -> None:
    days = np.ones(100)

    with pytest.raises(EmptyArmError, match="Too few days"):
        placebo_in_time(days, days, start=70, days=28, baseline_days=28)
    with pytest.raises(NotFiniteError, match="do not match"):
        placebo_in_time(days, days[:-1], start=70, days=7, baseline_days=7)
    with pytest.raises(NotFiniteError, match="do not match"):
        placebo_in_time(days, days, start=99, days=7, baseline_days=7)
    with pytest.raises(NotFiniteError, match="nothing in it"):
        placebo_in_time(days, np.zeros(100), start=70, days=7, baseline_days=7)
