"""Proposals: which people are one, how sure that is, and what it rests on."""

from typing import TYPE_CHECKING, NamedTuple

from customers.identity import clusters
from customers.identity.blocks import Key, lay_keys, pairs_for, rules_for
from customers.identity.chances import Reckoning, probabilities, rows_of
from customers.identity.comparable import compared
from customers.identity.memory import database, run
from customers.identity.recipe import Model
from customers.identity.scoring import (
    add_frequencies,
    at_levels,
    in_pieces,
    linker,
    weighed,
)
from customers.identity.training import CONFLICTS, FAINT

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

CONFIRMED, PROBABLE, REVIEW = "confirmed", "probable", "review"
CONFLICT = "conflict"
WEAK = "weak"
STRICT = "given"
PROOFS = ("born", "email", "phone")


class Proposals(NamedTuple):
    """What `propose` found.

    Attributes:
        pairs: one row per pair: `a` < `b` (int64), `weight` (bits), `probability` in [0, 1],
            `tier`, `namesakes` (see `Reckoning.weighed`), and per column of the model `level_x`
            (Splink's number: -1 unknown, 0 apart) and `part_x` (bits that it adds to the weight).
            No clear text. Sorted by a, b.
        keys: the blocking rules that were used.

    Tiers: "confirmed" and "probable" join; "review" waits for a person; "conflict" agrees, but in
    a name or a birth day that two people cannot share: a household; "weak" is kept only to judge
    groups by. Only pairs of a model's thresholds are there, and all pairs inside a group.
    """

    pairs: "pa.Table"
    keys: tuple[Key, ...]


def propose(rows: "pa.Table", model: Model, *, threads: int = 1, memory: str = "2GB") -> Proposals:
    """Compare all rows (as in `comparable.compared`) with each other.

    How likely any two are one is found anew, since customers have fewer others than the records
    that the model was trained on. With one thread the same rows give the same answer.
    """
    with database(threads, memory) as connection:
        keys = _laid(connection, rows, model)
        prior = _prior(model.partners, len(rows))
        scored = weighed(
            connection, model.columns, keys, prior=prior, numbers=model.numbers, least=FAINT
        )
        reckoning = Reckoning(rows_of(connection, model.columns), model, prior=prior)
        reckoning.fit(scored, _barred(scored, model))
        pairs = _judged(connection, scored, model, prior, reckoning)
    return Proposals(pairs, keys)


def groups(proposals: Proposals, model: Model, *, at_most: int = 50) -> "pa.Table":
    """Return `id` and `founder` (the smallest id of its group) of everybody who joins another.

    Pairs that are confirmed or probable join, by `clusters.founders`.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
    import pyarrow as pa  # noqa: PLC0415  heavy, worker only

    pairs = proposals.pairs
    tier = pairs["tier"].to_numpy(zero_copy_only=False)
    ids, founder = clusters.founders(
        pairs["a"].to_numpy(),
        pairs["b"].to_numpy(),
        pairs["probability"].to_numpy(),
        tier == CONFLICT,
        joins=np.isin(tier, (CONFIRMED, PROBABLE)),
        mean=model.thresholds.mean,
        at_most=at_most,
    )
    return pa.table({"id": ids, "founder": founder})


def _laid(
    connection: "duckdb.DuckDBPyConnection", rows: "pa.Table", model: Model
) -> tuple[Key, ...]:
    compared(rows, connection)
    keys = lay_keys(connection, rules_for(model.columns, len(rows)), pairs_for(len(rows)))
    add_frequencies(connection, model.columns)
    return tuple(keys)


def _judged(
    connection: "duckdb.DuckDBPyConnection",
    scored: "pa.Table",
    model: Model,
    prior: float,
    reckoning: Reckoning,
) -> "pa.Table":
    """Return pairs with probability and tier, those inside groups complete."""
    import pyarrow as pa  # noqa: PLC0415  heavy, and needed in the worker only
    import pyarrow.compute as pc  # noqa: PLC0415  heavy, worker only

    scored = _rated(reckoning.weighed(scored), model)
    kept = scored.filter(pc.greater_equal(scored["probability"], model.thresholds.review))
    joins = kept.filter(pc.is_in(kept["tier"], pa.array([CONFIRMED, PROBABLE])))
    ids, labels = clusters.components(
        joins["a"].to_numpy(), joins["b"].to_numpy(), joins["probability"].to_numpy()
    )
    inside = _inside(connection, ids, labels, model, prior)
    if len(inside):
        connection.register("kept", kept)
        connection.register("inside", _rated(reckoning.weighed(inside), model))
        kept = connection.sql(
            "select * from kept anti join inside using (a, b)"
            " union all by name select * from inside"
        ).to_arrow_table()
    kept = kept.sort_by([("a", "ascending"), ("b", "ascending")])
    return _unambiguous(connection, kept) if model.vetoes else kept


def _inside(
    connection: "duckdb.DuckDBPyConnection",
    ids: "npt.NDArray[np.int64]",
    labels: "npt.NDArray[np.int64]",
    model: Model,
    prior: float,
) -> "pa.Table":
    """Weigh all pairs inside components of three and more, whether they share a key or not."""
    import pyarrow as pa  # noqa: PLC0415  heavy, and needed in the worker only

    connection.register("component_of", pa.table({"id": ids, "component": labels}))
    run(
        connection,
        "create table gathered as select people.*, component from people join component_of"
        " using (id) where component in"
        " (select component from component_of group by component having count(*) > 2)",
    )
    run(connection, "drop table people")
    found = linker(
        connection,
        "gathered",
        model.columns,
        prior=prior,
        rules=["l.component = r.component"],
        numbers=model.numbers,
    )
    ((pairs,),) = run(
        connection,
        "select coalesce(sum(size * (size - 1) // 2), 0)::bigint"
        " from (select count(*) as size from gathered group by component)",
    )
    return in_pieces(connection, found, model.numbers, pairs=pairs)


def _rated(scored: "pa.Table", model: Model) -> "pa.Table":
    """Add `probability` and `tier`."""
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only
    import pyarrow as pa  # noqa: PLC0415  heavy, worker only

    at = model.thresholds
    probability = probabilities(scored["weight"].to_numpy())
    strict = at_levels(scored, STRICT, ("same",))
    proven = np.zeros(len(scored), dtype=bool)
    for column in PROOFS:
        proven |= at_levels(scored, column, ("same",))
    apart = _barred(scored, model)
    tier = np.select(
        [
            probability < at.review,
            apart,
            (probability >= at.confirmed) & strict & proven,
            probability >= at.probable,
        ],
        [np.where(apart, CONFLICT, WEAK), CONFLICT, CONFIRMED, PROBABLE],
        REVIEW,
    )
    scored = scored.append_column("probability", pa.array(probability))
    return scored.append_column("tier", pa.array(tier.tolist(), pa.string()))


def _barred(scored: "pa.Table", model: Model) -> "npt.NDArray[np.bool_]":
    """Say which pairs cannot be one person, whatever else agrees."""
    found = at_levels(scored, STRICT, ("generation",))
    for column in model.vetoes:
        found |= at_levels(scored, column, CONFLICTS[column])
    return found


def _unambiguous(connection: "duckdb.DuckDBPyConnection", pairs: "pa.Table") -> "pa.Table":
    """Send to review whoever would join two people that cannot be one."""
    connection.register("judged", pairs)
    return connection.sql(
        f"""
        with joins as (
          select a as one, b as other from judged where tier in ('{CONFIRMED}', '{PROBABLE}')
          union all
          select b, a from judged where tier in ('{CONFIRMED}', '{PROBABLE}')
        ), torn as (
          select distinct first.one from judged
          join joins as first on first.other = a
          join joins as second on second.other = b and second.one = first.one
          where tier = '{CONFLICT}'
        )
        select * replace (
          case when tier = '{PROBABLE}' and (a in (from torn) or b in (from torn))
          then '{REVIEW}' else tier end as tier)
        from judged order by a, b
        """
    ).to_arrow_table()


def _prior(partners: float, people: int) -> float:
    return min(max(partners, 1 / max(people, 2)) / max(people - 1, 1), 0.5)
