import math

import numpy as np
import pytest
from scipy import stats

from reports.evidence.welch import Group, welch


def test_many_tests_at_once_are_those_of_scipy() -> None:
    rng = np.random.default_rng(20)
    means, variances = rng.normal(5, 2, (2, 200)), rng.uniform(0.1, 9, (2, 200))
    sizes = rng.integers(2, 5000, (2, 200))

    found = welch(Group(means[0], variances[0], sizes[0]), Group(means[1], variances[1], sizes[1]))

    known = stats.ttest_ind_from_stats(
        means[0],
        variances[0] ** 0.5,
        sizes[0],
        means[1],
        variances[1] ** 0.5,
        sizes[1],
        equal_var=False,
    )
    assert np.allclose(found.p, known.pvalue, rtol=1e-11, atol=0)
    rows = [rng.normal(size=9), rng.normal(1, 2, 14)]
    whole = stats.ttest_ind(*rows, equal_var=False)
    low, high = whole.confidence_interval(0.95)
    first, second = (Group(row.mean(), row.var(ddof=1), len(row)) for row in rows)
    one = welch(first, second)
    assert (float(one.low), float(one.high)) == pytest.approx((low, high), rel=1e-12)
    assert float(one.freedom) == pytest.approx(whole.df, rel=1e-12)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Group(1.0, 1.0, 1), Group(2.0, 1.0, 9)),
        (Group(1.0, 1.0, 0), Group(2.0, 1.0, 9)),
        (Group(1.0, 0.0, 9), Group(2.0, 0.0, 9)),
        (Group(1.0, math.inf, 9), Group(2.0, 1.0, 9)),
    ],
)
def test_a_pair_without_a_test_has_no_number(first: Group, second: Group) -> None:
    assert all(math.isnan(value) for value in welch(first, second))
