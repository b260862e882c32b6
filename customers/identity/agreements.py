"""How often two records of one person agree in each column, learnt from pairs without labels."""

import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from customers.identity.comparisons import BY_COLUMN, Numbers
from customers.identity.scoring import at_levels

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

SESSIONS: Sequence[tuple[str, ...]] = (
    ("email",),
    ("phone",),
    ("given", "family"),
    ("given", "family", "postcode"),
    ("born",),
    ("born", "given"),
    ("born", "family"),
    ("postcode",),
)
"""Columns in which pairs are equal, which is what they then cannot teach."""

FEWEST_PAIRS = 50
RARE = 0.0005
ROUNDS = 50
HALF = 0.5


def sessions(
    scored: "pa.Table", columns: Sequence[str]
) -> "list[tuple[tuple[str, ...], pa.Table]]":
    """Return the columns held equal, and the pairs, of each session that has enough of them."""
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    found = []
    for held in SESSIONS:
        if not {*held} <= {*columns}:
            continue
        equal = np.logical_and.reduce([at_levels(scored, name, ("same",)) for name in held])
        if np.sum(equal) >= FEWEST_PAIRS:
            found.append((held, scored.filter(equal)))
    return found


def learnt(
    taught: "Sequence[tuple[tuple[str, ...], pa.Table]]", numbers: Numbers
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return numbers with m learnt, each the median of the sessions that can teach it.

    Each session is an expectation maximisation (Fellegi and Sunter 1969; Winkler 1988) that begins
    at the numbers given, which also count as one pair, so that nothing is impossible.
    """
    seen: dict[tuple[str, str], list[float]] = {}
    for held, pairs in taught:
        for column, shares in _maximised(pairs, held, numbers).items():
            for key, share in shares.items():
                seen.setdefault((column, key), []).append(share)
    found = {column: dict(levels) for column, levels in numbers.items()}
    for (column, key), shares_of in seen.items():
        m = min(max(statistics.median(shares_of), RARE), 1 - RARE)
        found[column][key] = (m, numbers[column][key][1])
    return found


def reweighed(scored: "pa.Table", before: Numbers, after: Numbers) -> "pa.Table":
    """Return scored pairs with the weights that other numbers m give them."""
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
    import pyarrow as pa  # noqa: PLC0415  heavy, worker only

    weight = scored["weight"].to_numpy()
    for column in before:
        keys = BY_COLUMN[column].keys()
        bits = np.array([np.log2(after[column][key][0] / before[column][key][0]) for key in keys])
        added = np.append(bits, 0.0)[scored[f"level_{column}"].to_numpy()]
        weight = weight + added
        part = scored.column_names.index(f"part_{column}")
        scored = scored.set_column(
            part, f"part_{column}", pa.array(scored[f"part_{column}"].to_numpy() + added)
        )
    return scored.set_column(scored.column_names.index("weight"), "weight", pa.array(weight))


def _maximised(
    pairs: "pa.Table", held: Sequence[str], numbers: Numbers
) -> Mapping[str, Mapping[str, float]]:
    """Return the share of each level among the pairs of one person, by column.

    A level that no pair has is left out: the sources of these pairs may not write it at all.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    columns = [column for column in numbers if column not in held]
    levels = np.stack([pairs[f"level_{column}"].to_numpy() for column in columns], axis=1)
    kinds, counts = np.unique(levels, axis=0, return_counts=True)
    levels_of = [BY_COLUMN[column].keys() for column in columns]
    start = [
        np.array([numbers[column][key] for key in keys])
        for column, keys in zip(columns, levels_of, strict=True)
    ]
    m = [two[:, 0] for two in start]
    share = HALF
    for _ in range(ROUNDS):
        weight = np.log2(share / (1 - share)) + np.zeros(len(kinds))
        for at, two in enumerate(start):
            weight += np.append(np.log2(m[at] / two[:, 1]), 0.0)[kinds[:, at]]
        persons = counts / (1 + np.exp2(-weight))
        share = min(max(persons.sum() / counts.sum(), RARE), 1 - RARE)
        m = [_shares(kinds[:, at], persons, two[:, 0]) for at, two in enumerate(start)]
    return {
        column: {
            key: float(found[level])
            for level, key in enumerate(levels_of[at])
            if level in kinds[:, at]
        }
        for at, (column, found) in enumerate(zip(columns, m, strict=True))
    }


def _shares(
    levels: "npt.NDArray[np.int8]",
    persons: "npt.NDArray[np.float64]",
    start: "npt.NDArray[np.float64]",
) -> "npt.NDArray[np.float64]":
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    known = levels >= 0
    seen = np.bincount(levels[known], weights=persons[known], minlength=len(start)) + start
    return np.asarray(seen / seen.sum())
