"""Training: how telling each agreement is, learnt from the retailer's own records."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from customers.identity.agreements import RARE, learnt, reweighed, sessions
from customers.identity.blocks import FEW, lay_keys, pairs_for, rules_for
from customers.identity.chances import fitted, odds
from customers.identity.comparable import compared
from customers.identity.comparisons import APART, by_hand
from customers.identity.memory import database
from customers.identity.recipe import Model, Thresholds
from customers.identity.scoring import add_frequencies, at_levels, filled, linker, weighed

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa
    from splink import Linker

FEWEST_RECORDS = 200
FEWEST_COLUMNS = 2
SAMPLED_PAIRS = 2_000_000
NUDGE = 1e-5  # so that each level of a column has a weight of its own
FAINT = -8.0
CONFLICTS = {"given": (APART, "generation"), "born": (APART, "year")}
"""Levels at which two people cannot be one, where a column can tell."""

CAREFUL = 0.02
"""Up to this share of conflicting given names, a conflict of name or birth day is a veto."""

SURE = 12.0
FEWEST_SURE = 30
NOISY = Thresholds(probable=0.5, review=0.2)


class NothingToCompareError(Exception):
    """The rows hold too few columns to compare people by."""


def train(
    rows: "pa.Table",
    *,
    seed: int,
    out_of: int | None = None,
    threads: int = 1,
    memory: str = "1GB",
) -> Model:
    """Learn a model from records: rows as in `comparable.compared`.

    Where the rows are a sample already, they are one `out_of` so many records.

    Train on records, not on customers: once records are joined, the pairs that teach are gone.
    No labels are used. u is measured on pairs drawn by `seed`; m by expectation maximisation
    (`agreements.learnt`); the number of partners by the same on weights. Above 100,000 records a
    sample is taken, which leaves all of these as they are.

    Where names of one person hardly ever conflict, a conflict of name or birth day is a veto and
    only sure pairs join; in careless data it speaks by its weight, and pairs join from a
    probability of a half. With fewer than 200 records, or without enough pairs in two sessions,
    m is set by hand, of so few records u too, and `by_hand` says why. Raise NothingToCompareError
    where fewer than two columns are filled.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    records = out_of or len(rows)
    sample = rows
    if len(rows) > FEW:
        drawn = np.random.default_rng(seed).choice(len(rows), FEW, replace=False)
        sample = rows.take(np.sort(drawn))
    with database(threads, memory) as connection:
        compared(sample, connection)
        columns = filled(connection)
        if len(columns) < FEWEST_COLUMNS:
            raise NothingToCompareError("Fewer than two columns hold enough values to compare by.")
        allowed = rules_for(columns, len(sample))
        keys = lay_keys(connection, allowed, pairs_for(len(sample)))
        add_frequencies(connection, columns)
        prior = 1 / len(sample)
        start = (
            by_hand(columns)
            if len(sample) < FEWEST_RECORDS
            else _drawn(connection, columns, len(sample), seed)
        )
        scored = weighed(connection, columns, keys, prior=prior, numbers=start, least=FAINT)
    taught = sessions(scored, columns)
    reason = _too_few(len(sample), len(taught))
    numbers = start if reason else learnt(taught, start)
    scored = reweighed(scored, start, numbers)
    pairs = len(sample) * (len(sample) - 1) / 2
    evidence = scored["weight"].to_numpy() - odds(prior)
    prior = fitted(evidence, prior=prior, pairs=pairs)
    careless = carelessness(scored, evidence + odds(prior), columns)
    tells = (careless or 0) <= CAREFUL
    return Model(
        columns=columns,
        numbers=numbers,
        partners=prior * (records - 1),
        vetoes=tuple(column for column in CONFLICTS if tells and column in columns),
        thresholds=Thresholds() if tells else NOISY,
        rules=tuple((key.rule, key.block_at_most, key.pairs) for key in keys),
        figures={
            "records": records,
            "sampled": len(sample),
            "pairs": sum(key.pairs for key in keys),
            "seed": seed,
            **({} if careless is None else {"careless": careless}),
        },
        by_hand=reason,
    )


def _too_few(records: int, sessions: int) -> str:
    if records < FEWEST_RECORDS:
        return f"{records} records are too few to train on: the numbers were set by hand."
    if sessions < FEWEST_COLUMNS:
        return "Too few records agree on anything to train on: the numbers were set by hand."
    return ""


def _drawn(
    connection: "duckdb.DuckDBPyConnection", columns: Sequence[str], records: int, seed: int
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return numbers with m set by hand, and u as drawn, or by hand where a level was not; no 0."""
    sampled = min(records * (records - 1) / 2, SAMPLED_PAIRS)
    first = linker(connection, "people", columns, prior=1 / records, rules=[])
    first.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=seed)
    drawn = _learnt(first, "u_probability")
    numbers = by_hand(columns)
    for column, levels in numbers.items():
        for place, (key, (m, u)) in enumerate(levels.items()):
            share = max(drawn[column].get(key) or min(u, 1 / sampled), 0.1 / sampled)
            levels[key] = (max(m, RARE), min(share, 1 - RARE) * (1 - place * NUDGE))
    return numbers


def _learnt(found: "Linker", number: str) -> dict[str, dict[str, float]]:
    return {
        comparison["output_column_name"]: {
            level["label_for_charts"]: level[number]
            for level in comparison["comparison_levels"][1:]
            if isinstance(level.get(number), float)
        }
        for comparison in found.misc.save_model_to_json()["comparisons"]
    }


def carelessness(
    scored: "pa.Table", weight: "npt.NDArray[np.float64]", columns: Sequence[str]
) -> float | None:
    """Return how often given names of one person conflict, in [0, 1]; None if too few can tell.

    It is the share of conflicts among the pairs that are sure without the given name and have the
    same family name and birth day. EM cannot tell this: it takes a family at one address for one
    person with many names.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    if not {"given", "family", "born"} <= set(columns):
        return None
    rest = weight - scored["part_given"].to_numpy()
    sure = (rest >= SURE) & (scored["level_given"].to_numpy() >= 0)
    sure &= at_levels(scored, "family", ("same",)) & at_levels(scored, "born", ("same",))
    if np.sum(sure) < FEWEST_SURE:
        return None
    return float(np.mean(at_levels(scored, "given", CONFLICTS["given"])[sure]))
