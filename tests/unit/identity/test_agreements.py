"""How often one person's records agree, from pairs without labels."""

import numpy as np
import pyarrow as pa
import pytest

from customers.identity.agreements import learnt, reweighed, sessions
from customers.identity.comparisons import BY_COLUMN, by_hand

COLUMNS = ("given", "email")
START = by_hand(COLUMNS)


def pairs_of(*levels: tuple[str, str, int]) -> pa.Table:
    """Return so many pairs of each two levels of given name and e-mail address."""
    rows = [
        (BY_COLUMN["given"].keys().index(given), BY_COLUMN["email"].keys().index(email))
        for given, email, count in levels
        for _ in range(count)
    ]
    given, email = np.array(rows, np.int8).T
    nothing = np.zeros(len(rows), np.float32)
    return pa.table(
        {
            "weight": nothing.astype(float),
            "level_given": given,
            "level_email": email,
            "part_given": nothing,
            "part_email": nothing,
        }
    )


def test_what_is_held_equal_teaches_the_rest() -> None:
    scored = pairs_of(("same", "same", 80), ("initial", "same", 20), ("apart", "apart", 500))

    taught = sessions(scored, COLUMNS)
    found = learnt(taught, START)

    assert [(held, len(pairs)) for held, pairs in taught] == [(("email",), 100)]
    assert found["given"]["same"][0] == pytest.approx(0.8, abs=0.01)
    assert found["given"]["initial"][0] == pytest.approx(0.2, abs=0.01)
    assert found["email"] == START["email"]


def test_a_level_that_a_session_never_saw_stays_as_it_was() -> None:
    found = learnt(sessions(pairs_of(("same", "same", 80)), COLUMNS), START)

    assert found["given"]["initial"] == START["given"]["initial"]


def test_pairs_weigh_by_the_numbers_learnt() -> None:
    scored = pairs_of(("same", "same", 1), ("initial", "apart", 1))
    after = START | {"given": START["given"] | {"initial": (0.12, START["given"]["initial"][1])}}

    again = reweighed(scored, START, after)

    assert again["weight"].to_pylist() == pytest.approx([0, 2])
    assert again["part_given"].to_pylist() == pytest.approx([0, 2])
