"""Overlaps, meetings and forecasts against the same questions asked of plain Python."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.clashes.meetings import Contacts, TooWideError, meetings
from campaigns.clashes.sets import common, in_any, people, sets_of, size, words_of
from campaigns.pressure.forecast import WEEK, Send, forecast

GAP = 60
MONDAY = date(2026, 11, 23)
IN = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 10**4)), max_size=60)
SENT = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300), st.integers(7, 10)), max_size=40)


@settings(deadline=None)  # a busy machine is not a mistake
@given(IN)
def test_overlaps_are_exact(pairs: list[tuple[int, int]]) -> None:
    who = defaultdict(set)
    for initiative, customer in pairs:
        who[initiative].add(customer)
    expected = {
        (one, other): len(who[one] & who[other])
        for one, other in combinations(sorted(who), 2)
        if who[one] & who[other]
    }

    sets = sets_of({one: words_of(np.array([*found])) for one, found in who.items()})

    assert common(sets) == expected
    assert common(sets, {2}) == {pair: n for pair, n in expected.items() if 2 in pair}
    assert size(sets.words) == len(set(pairs))
    assert people(sets) == len({customer for _, customer in pairs})
    both = set().union(*(who[one] & who[other] for one, other in expected))
    assert in_any(sets, expected) == len(both)


def test_a_bit_is_where_the_database_looks_for_it() -> None:
    """As PostgreSQL's set_bit counts: from the lowest bit of the first byte."""
    assert words_of(np.array([0, 9, 64])).tobytes() == bytes([1, 2, *[0] * 6, 1, *[0] * 7])
    assert words_of(np.array([], dtype=np.int64)).tobytes() == b""


@settings(deadline=None)  # as above
@given(IN, st.lists(st.tuples(st.integers(1, 7), st.decimals(0, 9, places=2)), max_size=9),
       st.integers(0, 12))  # fmt: skip
def test_a_forecast_is_exact(
    pairs: list[tuple[int, int]], weights: list[tuple[int, Decimal]], cap: int
) -> None:
    who = defaultdict(set)
    for initiative, customer in pairs:
        who[initiative].add(customer)
    sums: Counter[int] = Counter()
    for initiative, weight in weights:
        sums.update({customer: int(weight * 100) for customer in who.get(initiative, ())})
    sends = [Send(0, "", initiative, MONDAY, weight) for initiative, weight in weights]

    sets = sets_of({one: words_of(np.array([*found])) for one, found in who.items()})
    (week, after) = forecast(sets, sends, [MONDAY, MONDAY + WEEK], cap)

    assert week.contacts == sum(sums.values()) / 100
    assert week.customers == sum(value > 0 for value in sums.values())
    assert week.over_cap == sum(value > cap * 100 for value in sums.values())
    assert after == (MONDAY + WEEK, 0, 0, 0)


@settings(deadline=None)  # as above
@given(SENT)
def test_meetings_are_exact(sent: list[tuple[int, int, int]]) -> None:
    met = defaultdict(set)
    for (who, at, one), (whom, then, other) in combinations(sent, 2):
        if who == whom and one != other and abs(at - then) < GAP:
            met[min(one, other), max(one, other)].add(who)
    rows = np.array(sent, dtype=np.int64).reshape(-1, 3)

    found = meetings(Contacts(rows[:, 0], rows[:, 1], rows[:, 2]), GAP)

    assert {pair: customers.tolist() for pair, customers in found.items()} == {
        pair: sorted(customers) for pair, customers in met.items()
    }


def test_more_days_than_a_key_has_room_for_are_refused() -> None:
    two = np.array([1, 1], dtype=np.int64)

    with pytest.raises(TooWideError):
        meetings(Contacts(two, np.array([0, 200 * 86_400]), two), GAP)
