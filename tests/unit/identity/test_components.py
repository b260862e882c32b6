"""Who is connected with whom, held to a plain search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.identity.components import eldest

PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8)), max_size=30)


def found(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Return each record's eldest."""
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    records, elders = eldest(both[:, 0], both[:, 1])
    assert len(set(records.tolist())) == len(records)
    return dict(zip(records.tolist(), elders.tolist(), strict=True))


def plain(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Spread the smallest record over shared identifiers until nothing changes."""
    elders = {record: record for record, _ in pairs}
    while True:
        least: dict[int, int] = {}
        for record, value in pairs:
            least[value] = min(least.get(value, elders[record]), elders[record])
        spread = dict(elders)
        for record, value in pairs:
            spread[record] = min(spread[record], least[value])
        if spread == elders:
            return elders
        elders = spread


@pytest.mark.parametrize(
    ("pairs", "elders"),
    [
        ([], {}),
        ([(5, 1)], {5: 5}),
        ([(5, 1), (3, 1)], {5: 3, 3: 3}),
        ([(5, 1), (3, 2)], {5: 5, 3: 3}),
        ([(1, 1), (2, 1), (2, 2), (3, 2), (9, 3)], {1: 1, 2: 1, 3: 1, 9: 9}),
        ([(2**62, -(2**62)), (7, -(2**62))], {2**62: 7, 7: 7}),  # numbers, not places
        ([(4, 4), (4, 4)], {4: 4}),
    ],
)
def test_the_eldest_of_those_who_are_connected(
    pairs: list[tuple[int, int]], elders: dict[int, int]
) -> None:
    assert found(pairs) == elders


@given(PAIRS)
def test_any_graph_is_as_a_plain_search_finds_it(pairs: list[tuple[int, int]]) -> None:
    assert found(pairs) == plain(pairs)


@given(PAIRS, st.randoms())
def test_the_order_of_pairs_makes_no_difference(
    pairs: list[tuple[int, int]], chance: "np.random.Generator"
) -> None:
    mixed = list(pairs)
    chance.shuffle(mixed)

    assert found(mixed) == found(pairs)
