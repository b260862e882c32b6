"""From pairs to groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.identity import clusters
from customers.identity.clusters import components, founders

type Pair = tuple[int, int, float]


def found(pairs: list[Pair], barred: tuple[int, ...] = (), at_most: int = 50) -> dict[int, int]:
    """Return each id's founder; pairs of .5 and more join, those at the places `barred` never."""
    a, b = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    probability = np.array([pair[2] for pair in pairs])
    bars = np.isin(np.arange(len(pairs)), barred)
    joins = (probability >= 0.5) & ~bars
    ids, elders = founders(a, b, probability, bars, joins=joins, mean=0.5, at_most=at_most)
    return dict(zip(ids.tolist(), elders.tolist(), strict=True))


def test_a_pair_is_a_group() -> None:
    assert found([(7, 9, 0.9)]) == {7: 7, 9: 7}


def test_nobody_joins_without_pairs() -> None:
    assert found([]) == {}


def test_a_chain_is_no_group() -> None:
    assert found([(1, 2, 0.99), (2, 3, 0.9)]) == {1: 1, 2: 1, 3: 3}


def test_a_chain_whose_ends_agree_is_one() -> None:
    assert found([(1, 2, 0.99), (2, 3, 0.9), (1, 3, 0.4)]) == {1: 1, 2: 1, 3: 1}


def test_a_barred_pair_is_never_in_one_group() -> None:
    assert found([(1, 2, 0.9), (2, 3, 0.99), (1, 3, 0.99)], barred=(2,)) == {1: 1, 2: 2, 3: 2}


def test_a_group_too_large_is_cut_where_it_is_weakest() -> None:
    strong = [(1, 2, 0.99), (3, 4, 0.99)]
    weak = [(a, b, 0.8) for a in (1, 2) for b in (3, 4)]

    assert found(strong + weak) == {1: 1, 2: 1, 3: 1, 4: 1}
    assert found(strong + weak, at_most=3) == {1: 1, 2: 1, 3: 3, 4: 3}
    assert found(strong + weak, at_most=1) == {1: 1, 2: 2, 3: 3, 4: 4}


def test_a_component_too_large_keeps_its_strongest_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "LARGEST_COMPONENT", 2)

    ids, labels = components(np.array([1, 2, 3]), np.array([2, 3, 4]), np.array([0.99, 0.6, 0.99]))

    assert ids.tolist() == [1, 2, 3, 4]
    assert labels[0] == labels[1] != labels[2] == labels[3]


PAIRS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(7, 12)), st.floats(0, 1), max_size=20
)


@settings(deadline=None, max_examples=50)
@given(PAIRS, st.randoms())
def test_the_order_of_pairs_makes_no_difference(
    pairs: dict[tuple[int, int], float], chance: "np.random.Generator"
) -> None:
    one = [(a, b, p) for (a, b), p in pairs.items()]
    other = list(one)
    chance.shuffle(other)

    assert found(one) == found(other)
