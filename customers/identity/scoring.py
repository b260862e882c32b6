"""Splink over the table `people`: the weights of its pairs."""

import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from customers.identity.blocks import Key
from customers.identity.comparisons import BY_COLUMN, COMPARISONS, Numbers, settings
from customers.identity.memory import run

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa
    from splink import Linker

FEWEST_VALUES = 20
SMALLEST_SHARE = 0.02
PAIRS_AT_ONCE = 1_000_000
"""What Splink makes of these takes 300 MB, of which a tenth is kept."""

SAME_WEIGHT = 1e-7
NOBODY = "l.id is null"


def filled(connection: "duckdb.DuckDBPyConnection") -> tuple[str, ...]:
    """Return the columns of `people` that hold enough values to compare by."""
    names = [comparison.column for comparison in COMPARISONS]
    counts = ", ".join(f"count({name})" for name in names)
    people, *found = run(connection, f"select count(*), {counts} from people")[0]
    least = max(FEWEST_VALUES, SMALLEST_SHARE * people)
    return tuple(name for name, count in zip(names, found, strict=True) if count >= least)


def add_frequencies(connection: "duckdb.DuckDBPyConnection", columns: Sequence[str]) -> None:
    """Add to `people` how frequent each value is, in (0, 1], where Splink looks for it."""
    joins = " ".join(
        f"left join (select {column}, count(*) / sum(count(*)) over () as tf_{column}"
        f" from people where {column} is not null group by {column}) using ({column})"
        for column in columns
    )
    run(connection, f"create table counted as select * from people {joins}")
    run(connection, "drop table people")
    run(connection, "alter table counted rename to people")


def linker(
    connection: "duckdb.DuckDBPyConnection",
    table: str,
    columns: Sequence[str],
    *,
    prior: float,
    rules: Sequence[str],
    numbers: Numbers | None = None,
) -> "Linker":
    """Return Splink's linker over one table of the connection; it logs nothing."""
    from splink import DuckDBAPI, Linker  # noqa: PLC0415  heavy, and needed in the worker only

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    people = DuckDBAPI(connection).register(table, dataset_display_name=table)
    found = settings(columns, prior=prior, rules=rules, numbers=numbers)
    return Linker(people, found, log_level=None)


def weighed(
    connection: "duckdb.DuckDBPyConnection",
    columns: Sequence[str],
    keys: Sequence[Key],
    *,
    prior: float,
    numbers: Numbers,
    least: float,
) -> "pa.Table":
    """Return the pairs of `people` that share a key and weigh at least `least` bits."""
    rules = [key.condition for key in keys] or [NOBODY]
    found = linker(connection, "people", columns, prior=prior, rules=rules, numbers=numbers)
    pairs = sum(key.pairs for key in keys)
    return in_pieces(connection, found, numbers, pairs=pairs, least=least)


def in_pieces(
    connection: "duckdb.DuckDBPyConnection",
    found: "Linker",
    numbers: Numbers,
    *,
    pairs: int,
    least: float | None = None,
) -> "pa.Table":
    """Return the linker's pairs, about so many, that weigh at least `least` bits: slim.

    They are made and weighed in pieces of PAIRS_AT_ONCE, so that memory stays bounded.
    """
    import pyarrow as pa  # noqa: PLC0415  heavy, and needed in the worker only

    pieces = max(math.ceil(pairs / PAIRS_AT_ONCE), 1)
    tables = []
    for piece in range(1, pieces + 1):
        frame = found.inference.predict_chunk(
            (piece, pieces), (1, 1), threshold_match_weight=least, warning_mode="never"
        )
        tables.append(slim(connection, frame.physical_name, numbers))
        frame.drop_table_from_database_and_remove_from_cache()
    return pa.concat_tables(tables)


def slim(connection: "duckdb.DuckDBPyConnection", table: str, numbers: Numbers) -> "pa.Table":
    """Return scored pairs, the smaller id first, with level and part of the weight per column.

    Splink keeps no levels unless it keeps the people's own columns, too. A level is known by its
    weight, which no other level of that column has.
    """
    parts = ""
    for column, levels in numbers.items():
        cases = " ".join(
            f"when abs(mw_{column} - {math.log2(m / u)!r}) < {SAME_WEIGHT} then {number}"
            for number, key in enumerate(BY_COLUMN[column].keys())
            for m, u in (levels[key],)
        )
        parts += (
            f", (case {cases} else -1 end)::tinyint as level_{column}"
            f", (mw_{column} + mw_tf_adj_{column})::float as part_{column}"
        )
    return connection.sql(
        f"select least(id_l, id_r) as a, greatest(id_l, id_r) as b, match_weight as weight{parts}"
        f" from {table}"
    ).to_arrow_table()


def at_levels(scored: "pa.Table", column: str, keys: Sequence[str]) -> "npt.NDArray[np.bool_]":
    """Say which pairs have one of these levels in a column; none, where it is not compared."""
    import numpy as np  # noqa: PLC0415  heavy, and needed in the worker only

    if f"level_{column}" not in scored.column_names:
        return np.zeros(len(scored), dtype=bool)
    numbers = [number for number, key in enumerate(BY_COLUMN[column].keys()) if key in keys]
    return np.isin(scored[f"level_{column}"].to_numpy(), numbers)
