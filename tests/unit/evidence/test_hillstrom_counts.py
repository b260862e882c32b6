"""Kevin Hillstrom's mail test of 2008, from its published counts: the file itself is not needed."""

import math

import pytest
from scipy import stats

from reports.evidence.compare import compare
from reports.evidence.sample_ratio import sample_ratio
from tests.factories.evidence import events

SIZES = {"none": 21_306, "mens": 21_307, "womens": 21_387}
VISITS = {"none": 2_262, "mens": 3_894, "womens": 3_238}
CONVERSIONS = {"none": 122, "mens": 267, "womens": 189}


@pytest.mark.parametrize(
    ("counts", "percent"),
    [
        (VISITS, {"none": 10.617, "mens": 18.276, "womens": 15.140}),
        (CONVERSIONS, {"none": 0.573, "mens": 1.253, "womens": 0.884}),
    ],
)
def test_the_rates_are_the_published_ones(
    counts: dict[str, int], percent: dict[str, float]
) -> None:
    rates = {arm: events(SIZES[arm], counts[arm]).mean for arm in SIZES}

    assert {arm: round(100 * rate, 3) for arm, rate in rates.items()} == percent


def test_mens_mail_adds_two_thirds_of_a_point() -> None:
    treated, holdout = (events(SIZES[arm], CONVERSIONS[arm]) for arm in ("mens", "none"))

    found = compare(arm="mens", treated=treated, holdout_arm="none", holdout=holdout)

    welch = stats.ttest_ind_from_stats(
        treated.mean,
        math.sqrt(treated.variance),
        treated.n,
        holdout.mean,
        math.sqrt(holdout.variance),
        holdout.n,
        equal_var=False,
    )
    assert found.absolute is not None
    assert found.relative is not None
    assert round(100 * found.absolute.effect, 2) == 0.68
    assert math.isclose(found.absolute.p, welch.pvalue, rel_tol=1e-8)
    assert round(found.relative.effect, 3) == 1.188


def test_the_arms_are_what_chance_makes() -> None:
    assert round(sample_ratio(SIZES, None).p, 2) == 0.90
