"""What says of a pair's chances more than its columns do, one by one."""

import numpy as np
import pyarrow as pa
import pytest

from customers.identity.chances import Reckoning, Rows, fitted, odds, probabilities
from customers.identity.comparisons import BY_COLUMN, by_hand
from customers.identity.recipe import Model, Thresholds

COLUMNS = ("given", "family", "postcode")
GIVEN, FAMILY, POSTCODE = 1, 2, 4
PRIOR = 0.0001
MODEL = Model(
    columns=COLUMNS,
    numbers=by_hand(COLUMNS),
    partners=0.1,
    vetoes=("given",),
    thresholds=Thresholds(),
    rules=(),
    figures={},
    by_hand="",
)
type Pair = tuple[int, int, dict[str, str]]


def pairs_of(*pairs: Pair) -> pa.Table:
    """Return pairs of ids by their levels; 10 bits for each column that is the same."""
    table = {
        "a": [a for a, _, _ in pairs],
        "b": [b for _, b, _ in pairs],
        "weight": [odds(PRIOR) + 10.0 * len(levels) for _, _, levels in pairs],
    }
    for column in COLUMNS:
        keys = BY_COLUMN[column].keys()
        table[f"level_{column}"] = [
            keys.index(levels[column]) if column in levels else -1 for _, _, levels in pairs
        ]
        table[f"part_{column}"] = [10.0 * (column in levels) for _, _, levels in pairs]
    return pa.table(table)


def rows_of(columns: list[int], namesakes: list[int], neighbours: int = 0) -> Rows:
    return Rows(np.arange(len(columns)), np.array(columns), np.array(namesakes), neighbours)


def test_the_prior_is_the_one_under_which_probabilities_add_up() -> None:
    evidence = np.array([60.0] * 10 + [-60.0] * 10)

    assert fitted(evidence, prior=0.5, pairs=1000) == pytest.approx(0.01)
    assert probabilities(np.array([0.0, 600.0, -600.0])).tolist() == pytest.approx([0.5, 1, 0])


def test_a_whole_name_counts_by_how_many_others_have_it() -> None:
    names = {"given": "same", "family": "same"}
    rows = rows_of([GIVEN | FAMILY] * 4, [2, 2, 8, 8])
    reckoning = Reckoning(rows, MODEL, prior=PRIOR)

    half = {"given": "same", "family": "typo"}
    pairs = reckoning.weighed(pairs_of((0, 1, names), (2, 3, names), (0, 2, half)))

    rare, common, _ = pairs["weight"].to_pylist()
    assert rare > odds(PRIOR) + 20 - 1 > common
    assert pairs["namesakes"].to_pylist() == [2, 8, 0]


def test_neighbours_of_one_family_name_agree_once_and_not_twice() -> None:
    home = {"family": "same", "postcode": "same"}
    columns = [GIVEN | FAMILY | POSTCODE] * 2000
    crowded, lonely = (
        Reckoning(rows_of(columns, [0] * 2000, neighbours), MODEL, prior=PRIOR)
        for neighbours in (64 * 1799, 0)
    )
    for reckoning in (crowded, lonely):
        reckoning.fit(pairs_of((0, 1, {"given": "apart"} | home)), np.array([True]))

    assert lonely.chances.home == 0
    assert crowded.chances.home == pytest.approx(16, abs=0.1)


def test_those_who_left_less_have_a_chance_of_their_own() -> None:
    names, told = {"given": "same", "family": "same"}, {"postcode": "same"}
    some = [(n, n + 300, names) for n in range(300)]
    more = [(n, n + 300, names | told) for n in range(600, 900)]
    scored = pairs_of(*some, *more)
    rows = rows_of([GIVEN | FAMILY] * 600 + [GIVEN | FAMILY | POSTCODE] * 8000, [2] * 8600)
    reckoning = Reckoning(rows, MODEL, prior=PRIOR)
    reckoning.fit(scored, np.zeros(len(scored), dtype=bool))

    alike = reckoning.chances.alike

    assert alike[GIVEN | FAMILY] != alike[GIVEN | FAMILY | POSTCODE]


def test_what_is_barred_is_nobodys() -> None:
    scored = pairs_of(*((n, n + 300, {"given": "apart"}) for n in range(300)))
    reckoning = Reckoning(rows_of([GIVEN] * 600, [0] * 600), MODEL, prior=PRIOR)
    reckoning.fit(scored, np.ones(300, dtype=bool))

    assert reckoning.chances.overall == pytest.approx(1 / (600 * 599 / 2))


def test_where_nothing_bars_one_chance_holds_for_all() -> None:
    scored = pairs_of(*((n, n + 300, {"given": "same", "family": "same"}) for n in range(300)))
    rows = rows_of([GIVEN | FAMILY] * 600, [2] * 600)
    reckoning = Reckoning(rows, MODEL._replace(vetoes=()), prior=PRIOR)
    reckoning.fit(scored, np.zeros(300, dtype=bool))

    assert reckoning.chances.alike == {}
    assert reckoning.chances.home == 0
