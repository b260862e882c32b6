"""Overlaps and meetings against the same questions asked of plain Python."""

from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.clashes.meetings import Contacts, TooWideError, meetings
from campaigns.clashes.sets import Memberships, common, in_any, sets_of

GAP = 60
IN = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 10**8)), max_size=60)
SENT = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300), st.integers(7, 10)), max_size=40)


@pytest.mark.parametrize("step", [1, 1_000_000])
def test_close_and_far_numbers_count_alike(step: int) -> None:
    pairs = [(1, step), (1, 2 * step), (2, 2 * step), (2, 9 * step)] * 2

    assert common(sets_of(memberships(pairs))) == {(1, 2): 1}


def memberships(pairs: list[tuple[int, int]]) -> Memberships:
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Memberships(rows[:, 0], rows[:, 1])


@settings(deadline=None)  # a busy machine is not a mistake
@given(IN)
def test_overlaps_are_exact(pairs: list[tuple[int, int]]) -> None:
    people = defaultdict(set)
    for initiative, customer in pairs:
        people[initiative].add(customer)
    expected = {
        (one, other): len(people[one] & people[other])
        for one, other in combinations(sorted(people), 2)
        if people[one] & people[other]
    }

    sets = sets_of(memberships(pairs))

    assert common(sets) == expected
    assert common(sets, {2}) == {pair: n for pair, n in expected.items() if 2 in pair}
    assert sets.memberships == len(set(pairs))
    assert sets.size == len({customer for _, customer in pairs})
    both = set().union(*(people[one] & people[other] for one, other in expected))
    assert in_any(sets, expected) == len(both)


@settings(deadline=None)  # as above
@given(SENT)
def test_meetings_are_exact(sent: list[tuple[int, int, int]]) -> None:
    met = defaultdict(set)
    for (who, at, one), (whom, then, other) in combinations(sent, 2):
        if who == whom and one != other and abs(at - then) < GAP:
            met[min(one, other), max(one, other)].add(who)
    rows = np.array(sent, dtype=np.int64).reshape(-1, 3)

    found = meetings(Contacts(rows[:, 0], rows[:, 1], rows[:, 2]), GAP)

    assert found == {pair: len(people) for pair, people in met.items()}


def test_more_days_than_a_key_has_room_for_are_refused() -> None:
    two = np.array([1, 1], dtype=np.int64)

    with pytest.raises(TooWideError):
        meetings(Contacts(two, np.array([0, 200 * 86_400]), two), GAP)
