"""What became of an early gain, and what one more contact does."""

from contextlib import suppress

import numpy as np
import pytest
from scipy import stats

from reports.evidence.dose import SameDoseError, dose
from reports.evidence.persistence import Lasting, persistence
from reports.evidence.sums import NoSpreadError, Sums
from tests.factories.evidence import close

PER_DAY = 0.02


def arm(rng: np.random.Generator, n: int, early: float, late: float) -> tuple[np.ndarray, ...]:
    """Draw orders of days 60 to 89 and of days 0 to 13, changed by these shares."""
    liking = rng.gamma(1.0, 1.0, n)
    return (
        rng.poisson(30 * PER_DAY * (1 + late) * liking).astype(float),
        rng.poisson(14 * PER_DAY * (1 + early) * liking).astype(float),
    )


def early_and_late(late: np.ndarray, early: np.ndarray) -> Sums:
    return Sums.from_arrays(late, x=early)


@pytest.mark.parametrize(
    ("early", "late", "lasting"),
    [
        (0.10, 0.10, Lasting.LASTING),
        (0.10, 0.0, Lasting.FADED),
        (0.10, -0.08, Lasting.BORROWED),
        (0.0, 0.0, Lasting.UNKNOWN),
    ],
)
def test_what_became_of_an_early_gain(early: float, late: float, lasting: Lasting) -> None:
    rng = np.random.default_rng(23)
    right = 0
    for _ in range(40):
        treated = early_and_late(*arm(rng, 100_000, early, late))
        holdout = early_and_late(*arm(rng, 100_000, 0.0, 0.0))
        right += persistence(treated, holdout).lasting is lasting

    assert right >= (34 if lasting is Lasting.UNKNOWN else 38)


def test_the_intervals_are_those_of_the_customers() -> None:
    rng = np.random.default_rng(24)
    treated, holdout = arm(rng, 3000, 0.3, 0.2), arm(rng, 2000, 0.0, 0.0)

    found = persistence(early_and_late(*treated), early_and_late(*holdout))

    kept = [late / 30 - 0.5 * early / 14 for late, early in (treated, holdout)]
    low, high = stats.ttest_ind(*kept, equal_var=False).confidence_interval(0.9)
    assert close(found.kept.low, low)
    assert close(found.kept.high, high)
    low, high = stats.ttest_ind(
        treated[0] / 30, holdout[0] / 30, equal_var=False
    ).confidence_interval(0.9)
    assert close(found.late.low, low)
    assert found.sentence


def test_customers_who_did_nothing_show_nothing() -> None:
    idle = early_and_late(np.zeros(9), np.zeros(9))

    with pytest.raises(NoSpreadError):
        persistence(idle, idle)


def contacted(
    rng: np.random.Generator, n: int, contacts: float, gain: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draw customers whose liking brings both contacts and orders."""
    liking = rng.gamma(1.0, 1.0, n)
    doses = rng.poisson(contacts * liking).astype(float)
    return rng.poisson(0.3 * liking) + gain * doses, doses


def test_one_more_contact_is_told_from_liking() -> None:
    rng = np.random.default_rng(25)
    found_by_dose = found_by_slope = 0
    for _ in range(200):
        treated, holdout = contacted(rng, 2000, 4, 0.0), contacted(rng, 2000, 2, 0.0)
        found = dose(Sums.from_arrays(*treated), Sums.from_arrays(*holdout))
        found_by_dose += found.p < 0.05
        y, d = (np.concatenate(pair) for pair in zip(treated, holdout, strict=True))
        found_by_slope += stats.linregress(d, y).pvalue < 0.05

    assert found_by_dose <= 18
    assert found_by_slope >= 198


def test_the_effect_of_a_contact_is_covered() -> None:
    rng = np.random.default_rng(26)
    covered = 0
    for _ in range(200):
        treated, holdout = contacted(rng, 2000, 4, 0.05), contacted(rng, 2000, 2, 0.05)
        found = dose(Sums.from_arrays(*treated), Sums.from_arrays(*holdout))
        covered += found.low < 0.05 < found.high

    assert covered >= 180


def test_the_error_is_that_of_the_residuals() -> None:
    rng = np.random.default_rng(27)
    treated, holdout = contacted(rng, 700, 4, 0.1), contacted(rng, 600, 2, 0.1)

    found = dose(Sums.from_arrays(*treated), Sums.from_arrays(*holdout))

    gap = treated[1].mean() - holdout[1].mean()
    beta = (treated[0].mean() - holdout[0].mean()) / gap
    left = [y - beta * d for y, d in (treated, holdout)]
    error = sum(one.var(ddof=1) / len(one) for one in left) ** 0.5 / abs(gap)
    assert close(found.effect, beta)
    assert close(found.high - found.effect, 1.959963984540054 * error)


def test_contacts_that_differ_by_chance_alone_say_nothing_of_one_more() -> None:
    rng = np.random.default_rng(28)
    told = 0
    for _ in range(200):
        treated, holdout = contacted(rng, 500, 2, 0.1), contacted(rng, 500, 2, 0.1)
        with suppress(SameDoseError):
            dose(Sums.from_arrays(*treated), Sums.from_arrays(*holdout))
            told += 1

    assert told <= 18  # of 200 at 5%


def test_the_same_dose_says_nothing_of_one_more() -> None:
    same = Sums.from_arrays(np.array([1.0, 2, 3]), np.array([1.0, 1, 1]))
    fixed = Sums.from_arrays(np.array([2.0, 2, 2]), np.array([2.0, 2, 2]))

    with pytest.raises(SameDoseError):
        dose(same, same)
    with pytest.raises(NoSpreadError):
        dose(fixed, fixed._replace(y=0.0, d=0.0))
