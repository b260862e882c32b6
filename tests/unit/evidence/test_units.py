"""What was randomised is what is tested: households, stores and regions, never their rows."""

import numpy as np
import pytest
from scipy import stats

from reports.evidence.compare import absolute
from reports.evidence.judge import judge
from reports.evidence.sums import Sums
from tests.factories.evidence import close, plan, success


def stores(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Draw the baskets of stores that differ by themselves."""
    return [rng.normal(rng.normal(20, 3), 6, 200) for _ in range(count)]


def test_a_test_by_store_is_that_of_the_stores_totals() -> None:
    rng = np.random.default_rng(90)
    sides = [np.array([baskets.sum() for baskets in stores(rng, 15)]) for _ in range(2)]

    found = absolute(Sums.from_arrays(sides[0]), Sums.from_arrays(sides[1]))

    known = stats.ttest_ind(*sides, equal_var=False)
    assert close(found.p, known.pvalue)
    assert close(found.low, known.confidence_interval(0.95).low)


def test_by_row_chance_is_called_an_effect_and_by_store_it_is_not() -> None:
    rng = np.random.default_rng(91)
    by_row = by_store = 0
    for _ in range(200):
        sides = [stores(rng, 12) for _ in range(2)]
        one, zero = (Sums.from_arrays(np.concatenate(side)) for side in sides)
        by_row += absolute(one, zero).p < 0.05
        one, zero = (
            Sums.from_arrays(np.array([baskets.sum() for baskets in side])) for side in sides
        )
        by_store += absolute(one, zero).p < 0.05

    assert by_row > 120
    assert by_store <= 18


@pytest.mark.parametrize(
    ("unit", "count", "letter", "sentence"),
    [
        ("store", 20, "C", "Evidence C: an arm has only 20 stores."),
        ("region", 29, "C", "Evidence C: an arm has only 29 regions."),
        ("store", 400, "A", "Evidence A: every check passed."),
        ("household", 20, "A", "Evidence A: every check passed."),
    ],
)
def test_few_units_are_a_weaker_evidence(unit: str, count: int, letter: str, sentence: str) -> None:
    totals = np.random.default_rng(92).normal(100, 5, (2, count))
    measure = success(Sums.from_arrays(totals[0]), Sums.from_arrays(totals[1]), unit="count")

    found = judge(
        sizes={"treated": count, "holdout": count},
        success=[measure],
        plan=plan(unit=unit),
        late=0,
    )

    assert (found.grade.letter, found.grade.sentence) == (letter, sentence)
