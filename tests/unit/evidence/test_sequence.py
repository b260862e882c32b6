import math

import numpy as np
import pytest

from reports.evidence.compare import absolute, compare
from reports.evidence.sequence import as_extra_reads, half_width
from tests.factories.evidence import close, events


@pytest.mark.parametrize(
    ("error", "n", "planned", "alpha", "expected"),
    [
        (0.1, 1000, 4000, 0.05, 0.30352089903763),
        (0.002, 42_613, 40_000, 0.01, 0.00731912206567),
        (1.0, 10, 40_000, 0.005, 28.70140649173954),
    ],
)
def test_closed_numbers(error: float, n: int, planned: int, alpha: float, expected: float) -> None:
    assert close(half_width(error, n, planned, alpha), expected)


def test_it_is_tightest_at_a_quarter_of_the_planned_customers() -> None:
    def widening(n: int) -> float:
        return half_width(1.0, n, 4000, 0.05)

    assert widening(1000) < min(widening(500), widening(2000))
    assert widening(1000) > 1.96


def test_extra_reads_widen_an_interval_to_the_sequence() -> None:
    treated, holdout = events(20_000, 1100), events(20_000, 1000)
    error = math.sqrt(treated.mean_variance + holdout.mean_variance)

    found = absolute(treated, holdout, as_extra_reads(40_000, 80_000))

    assert (found.high - found.low) / 2 == pytest.approx(
        half_width(error, 40_000, 80_000, 0.05), rel=1e-3
    )


def test_too_few_of_the_planned_customers_get_a_reason() -> None:
    extra_reads = as_extra_reads(4, 1_000_000)

    found = compare(
        arm="treated",
        treated=events(2, 1),
        holdout_arm="holdout",
        holdout=events(2, 1),
        extra_reads=extra_reads,
    )

    assert extra_reads == math.inf
    assert (found.absolute, found.relative) == (None, None)
    assert found.absolute_reason.startswith("Too few customers are in")


def test_it_covers_all_looks_together() -> None:
    rng = np.random.default_rng(10)
    paths, looks, step = 1000, 100, 40
    n = step * np.arange(1, looks + 1)
    means = rng.normal(0, math.sqrt(step), (paths, looks)).cumsum(axis=1) / n
    bounds = np.array([half_width(1 / math.sqrt(k), k, looks * step, 0.05) for k in n.tolist()])

    ever_wrong = (np.abs(means) > bounds).any(axis=1).mean()

    fixed = (np.abs(means) > 1.96 / np.sqrt(n)).any(axis=1).mean()
    assert ever_wrong <= 0.05
    assert fixed > 0.25
