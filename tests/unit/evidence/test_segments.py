import math

import numpy as np
import pytest
from scipy import stats

from reports.evidence.segments import TooFewSegmentsError, segments
from reports.evidence.sums import Sums
from tests.factories.evidence import events, spread


def test_q_and_the_adjusted_p_are_those_of_the_books() -> None:
    sides = {
        "new": (spread(4000, 11.0, 20.0), spread(4000, 8.0, 20.0)),
        "old": (spread(3000, 9.0, 18.0), spread(3500, 9.1, 18.0)),
        "far": (spread(900, 7.5, 22.0), spread(800, 7.0, 22.0)),
    }

    found = segments(sides)

    effects = np.array([one.mean - zero.mean for one, zero in sides.values()])
    variances = np.array([one.mean_variance + zero.mean_variance for one, zero in sides.values()])
    mean = np.average(effects, weights=1 / variances)
    q = float(((effects - mean) ** 2 / variances).sum())
    assert math.isclose(found.q, q, rel_tol=1e-10)
    assert math.isclose(found.p, stats.chi2.sf(q, 2), rel_tol=1e-10)
    p = [
        stats.ttest_ind_from_stats(
            one.mean,
            one.variance**0.5,
            one.n,
            zero.mean,
            zero.variance**0.5,
            zero.n,
            equal_var=False,
        ).pvalue
        for one, zero in sides.values()
    ]
    assert [row.p for row in found.rows] == pytest.approx(p, rel=1e-8)
    assert [row.adjusted for row in found.rows] == pytest.approx(
        stats.false_discovery_control(p), rel=1e-8
    )
    assert found.sentence == "The segments differ; an effect shows in new."


def test_segments_that_do_not_differ_are_not_singled_out() -> None:
    found = segments({name: (events(4000, 220), events(4000, 200)) for name in "abc"})

    assert not found.differ
    assert {row.adjusted for row in found.rows} == {None}
    assert found.sentence.endswith("read the whole only.")


def test_null_segments_are_told_apart_one_time_in_twenty() -> None:
    rng = np.random.default_rng(22)
    singled = alone = 0
    for _ in range(300):
        sides = {
            str(name): (
                events(2000, int(rng.binomial(2000, 0.1))),
                events(2000, int(rng.binomial(2000, 0.1))),
            )
            for name in range(20)
        }
        found = segments(sides)
        singled += found.differ
        alone += any(row.p < 0.05 for row in found.rows)

    assert singled / 300 < 0.09
    assert 0.55 < alone / 300 < 0.73


def test_a_segment_that_cannot_be_compared_is_named() -> None:
    pair = (events(900, 90), events(900, 80))
    sides = {"a": pair, "b": pair, "empty": (Sums(0, 0, 0), pair[1]), "idle": (events(9, 0),) * 2}

    found = segments(sides)

    assert found.missing == {
        "empty": "An arm has no customers.",
        "idle": "Every customer has the same value.",
    }
    with pytest.raises(TooFewSegmentsError):
        segments({"a": pair})


def test_segments_may_differ_without_any_effect_of_its_own() -> None:
    sides = {
        "up": (spread(400, 10.1, 1.0), spread(400, 10.0, 1.0)),
        "down": (spread(400, 9.9, 1.0), spread(400, 10.0, 1.0)),
    }

    assert segments(sides).sentence.endswith("none of them by itself shows an effect.")
