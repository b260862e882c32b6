"""The score, by hand and by counting pairs one by one."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.identity.score import score


def test_a_score_by_hand() -> None:
    found = score(["a", "a", "a", "b", "c"], [1, 1, 2, 2, 3])

    assert (found.precision, found.recall, found.f1) == (1 / 3, 1 / 2, 2 / 5)
    assert found.b_cubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert found.b_cubed_recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert (found.largest, found.clusters) == (3, 3)


def test_where_nobody_is_joined_precision_is_not_a_number() -> None:
    found = score([1, 2], [1, 1])

    assert math.isnan(found.precision)
    assert found.recall == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=20))
def test_pairs_are_counted(rows: list[tuple[int, int]]) -> None:
    put, belong = zip(*rows, strict=True)
    pairs = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(rows, 2)]
    right = sum(one and other for one, other in pairs)
    found = score(put, belong)

    assert found.recall == pytest.approx(
        right / sum(p[1] for p in pairs) if any(p[1] for p in pairs) else float("nan"), nan_ok=True
    )
    assert found.precision == pytest.approx(
        right / sum(p[0] for p in pairs) if any(p[0] for p in pairs) else float("nan"), nan_ok=True
    )
