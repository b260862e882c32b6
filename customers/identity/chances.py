"""How likely pairs are one person beyond what comparing column by column can see.

Three things: people of one family name live together, so that sharing it and the postcode is one
agreement and not two; how many have a whole name is known, and need not be guessed from its parts;
and whoever left neither e-mail address nor telephone number has more records elsewhere that no
identifier joined. All three are counted or learnt on the rows themselves, without labels.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from customers.identity.memory import run
from customers.identity.recipe import Model
from customers.identity.scoring import at_levels

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    type Bools = npt.NDArray[np.bool_]
    type Floats = npt.NDArray[np.float64]
    type Ints = npt.NDArray[np.int64]

ROUNDS = 50
FARTHEST = 500.0
FEWEST_ALIKE = 200
"""Pairs that both have the same columns, below which they get the chance of all."""

GUESSED = 0.25
"""Share of a name's other bearers that is guessed from its parts; the rest is counted."""


class Rows(NamedTuple):
    """What the rows of `people` have, by ascending id.

    Attributes:
        id: ids.
        columns: the model's columns that a row has: a bit each, the first the lowest.
        namesakes: how many rows have its given and family name, 0 where it has not both in full.
        neighbours: pairs of rows with a given name that share family name and postcode.

    """

    id: "Ints"
    columns: "Ints"
    namesakes: "Ints"
    neighbours: int


class Chances(NamedTuple):
    """What was found, as probabilities in (0, 0.5] that two random rows are one person.

    Attributes:
        overall: of any two.
        alike: of two that both have just these columns, by the sum of their bits.
        home: bits that family name and postcode, where both are shared, weigh too much.

    """

    overall: float
    alike: Mapping[int, float]
    home: float


def rows_of(connection: "duckdb.DuckDBPyConnection", columns: Sequence[str]) -> Rows:
    """Return what the rows of `people` have."""
    bits = "+".join(f"(({name} is not null)::bigint << {at})" for at, name in enumerate(columns))
    found = connection.sql(
        f"""
        select id, {bits} as columns,
          case when length(given) > 1 and family is not null
            then count(*) over (partition by given, family) else 0 end as namesakes
        from people order by id
        """
    ).to_arrow_table()
    ((neighbours,),) = run(
        connection,
        """
        select coalesce(sum(size * (size - 1) // 2), 0)::bigint from (
          select count(*) as size from people
          where given is not null and family is not null and postcode is not null
          group by family, postcode
        )
        """,
    )
    ids, has, namesakes = (found[name].to_numpy() for name in found.column_names)
    return Rows(ids, has, namesakes, neighbours)


def odds(probability: float) -> float:
    """Return the odds of a probability in (0, 1), in bits."""
    return math.log2(probability / (1 - probability))


def probabilities(weights: "Floats") -> "Floats":
    """Return the probabilities of weights in bits."""
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    return np.asarray(1 / (1 + np.exp2(-np.clip(weights, -FARTHEST, FARTHEST))))


def fitted(evidence: "Floats", *, prior: float, pairs: float) -> float:
    """Return the prior, in (0, 0.5], under which the probabilities of pairs add up.

    `evidence` is in bits, without any prior; `prior` is where to begin. `pairs` is the number of
    all possible pairs, of which those without evidence count as nobody's. Expectation
    maximisation of the one number.
    """
    for _ in range(ROUNDS):
        expected = float(probabilities(evidence + odds(prior)).sum())
        prior = min(max(expected, 1.0) / max(pairs, 2.0), 0.5)
    return prior


class Reckoning:
    """The chances of the pairs of some rows under a model.

    Where conflicts bar nobody, nothing tells a household from a person: one chance then holds for
    all, and whole names are not counted.
    """

    def __init__(self, rows: Rows, model: Model, *, prior: float) -> None:
        """Take the rows; weights will contain the odds of `prior`."""
        self._rows, self._model, self._odds = rows, model, odds(prior)
        self.chances = Chances(prior, {}, 0.0)

    def fit(self, scored: "pa.Table", barred: "Bools") -> None:
        """Find the chances; what is barred is nobody's."""
        import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

        count = len(self._rows.id)
        pairs = count * (count - 1) / 2
        evidence = np.where(barred, -FARTHEST, self._evidence(scored))
        overall = fitted(evidence, prior=self.chances.overall, pairs=pairs)
        if not self._model.vetoes:
            self.chances = Chances(overall, {}, 0.0)
            return
        both = self._both_have()
        home = self._home(scored, probabilities(evidence + odds(overall)), both)
        evidence -= home * _at_home(scored)
        overall = fitted(evidence, prior=overall, pairs=pairs)
        shared = self._shared(scored)
        alike = {
            columns: fitted(evidence[shared == columns], prior=overall, pairs=both[columns])
            for columns in np.flatnonzero(np.bincount(shared) >= FEWEST_ALIKE).tolist()
        }
        self.chances = Chances(overall, alike, home)

    def weighed(self, scored: "pa.Table") -> "pa.Table":
        """Return pairs by weights that contain the odds of their chances.

        `namesakes` says how many have the whole name that both have, 0 where it was not counted.
        """
        import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
        import pyarrow as pa  # noqa: PLC0415  heavy, worker only

        own = np.full(1 << len(self._model.columns), odds(self.chances.overall))
        for columns, chance in self.chances.alike.items():
            own[columns] = odds(chance)
        weight = self._evidence(scored) + own[self._shared(scored)]
        weight -= self.chances.home * _at_home(scored)
        scored = scored.set_column(scored.column_names.index("weight"), "weight", pa.array(weight))
        return scored.append_column("namesakes", pa.array(self._namesakes(scored)))

    def _evidence(self, scored: "pa.Table") -> "Floats":
        """Return the weights without a prior, whole names by how many others have them: bits."""
        import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

        evidence = np.asarray(scored["weight"].to_numpy() - self._odds)
        namesakes = self._namesakes(scored)
        at = np.flatnonzero(namesakes)
        if not len(at):
            return evidence
        guessed = np.full(len(at), float(len(self._rows.id)))
        for column in ("given", "family"):
            m, _ = self._model.numbers[column]["same"]
            guessed *= m / np.exp2(scored[f"part_{column}"].to_numpy()[at].astype(np.float64))
        others = (1 - GUESSED) * (namesakes[at] - 2) + GUESSED * guessed
        evidence[at] += np.log2(guessed / others)
        return evidence

    def _namesakes(self, scored: "pa.Table") -> "Ints":
        """Return how many have the whole name that both of a pair have; 0 where that says nothing.

        The two are among them.
        """
        import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

        if not self._model.vetoes or not {"given", "family"} <= {*self._model.columns}:
            return np.zeros(len(scored), np.int64)
        count = self._rows.namesakes[self._places(scored, "a")]
        whole = at_levels(scored, "given", ("same",)) & at_levels(scored, "family", ("same",))
        return np.where(whole & (count > 1), count, 0)

    def _home(self, scored: "pa.Table", probability: "Floats", both: Mapping[int, float]) -> float:
        """Return how much oftener two people share family name and postcode than by chance."""
        model = self._model
        needed = {"given", "family", "postcode"}
        if not needed <= {*model.columns}:
            return 0.0
        named = _at_home(scored) & (scored["level_given"].to_numpy() >= 0)
        others = self._rows.neighbours - float(probability[named].sum())
        bits = sum(1 << at for at, column in enumerate(model.columns) if column in needed)
        by_chance = sum(pairs for columns, pairs in both.items() if columns & bits == bits)
        for column in ("family", "postcode"):
            by_chance *= model.numbers[column]["same"][1]
        return math.log2(max(others, by_chance, 1.0) / max(by_chance, 1.0))

    def _both_have(self) -> Mapping[int, float]:
        """Return how many pairs of rows both have just these columns, by the sum of their bits."""
        import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

        kinds, sizes = np.unique(self._rows.columns, return_counts=True)
        pairs = sizes[:, None] * (sizes - np.eye(len(sizes))) / 2
        found = np.bincount((kinds[:, None] & kinds).ravel(), weights=pairs.ravel())
        return dict(enumerate(found.tolist()))

    def _shared(self, scored: "pa.Table") -> "Ints":
        """Return the columns that both people of each pair have."""
        one, other = (self._rows.columns[self._places(scored, side)] for side in ("a", "b"))
        shared: Ints = one & other
        return shared

    def _places(self, scored: "pa.Table", side: str) -> "Ints":
        import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

        places: Ints = np.searchsorted(self._rows.id, scored[side].to_numpy())
        return places


def _at_home(scored: "pa.Table") -> "Bools":
    return at_levels(scored, "family", ("same",)) & at_levels(scored, "postcode", ("same",))
