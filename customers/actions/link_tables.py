"""The tables that linking looks at, as columns; and columns back into tables."""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.backends.utils import CursorWrapper

from customers.identity.rules import RULES, Kind, State, Tier
from customers.models import LinkModel, Source

if TYPE_CHECKING:
    import pyarrow as pa

    from customers.identity.graph import Bools, Graph, Int8s, Int64s
    from customers.identity.values import Values


class Tables(NamedTuple):
    """The graph of the records of `near`, and beside it what the tables say of them now.

    `customer` and `certain` go with the graph's records, `tie_…` with its
    ties. `vetoes` are the columns that the newest model of likeness lets keep people apart; None
    where there is no model.
    """

    graph: "Graph"
    customer: "Int64s"
    certain: "Int64s"
    tie_id: "Int64s"
    tie_state: "Int8s"
    tie_reason: "Int8s"
    vetoes: frozenset[str] | None


VALUE = "('x' || encode(substr(digest, 1, 8), 'hex'))::bit(64)::bigint"
"""A value as a number: the first 64 of its digest's 128 bits."""

KINDS = " ".join(f"WHEN '{kind.name.lower()}' THEN {kind.value}" for kind in Kind)


def read(cursor: CursorWrapper) -> Tables:
    """Read the records of the temporary table `near`, and everything between them."""
    import numpy as np  # noqa: PLC0415  heavy, for the worker only

    from customers.identity.graph import Accepted, Decisions, Graph, Records, Ties  # noqa: PLC0415  likewise
    from customers.identity.names import ordinals  # noqa: PLC0415  likewise

    people = copy_out(
        cursor,
        """
        SELECT r.id, r.source_id, r.customer_id, r.certain_id,
            coalesce(attributes->>'given_name', '') AS given,
            coalesce(attributes->>'family_name', '') AS family,
            coalesce(attributes->>'full_name', '') AS full_name,
            attributes->>'born_on' AS born
        FROM customers_record r JOIN near ON near.record_id = r.id ORDER BY r.id
        """,
        texts=["given", "family", "full_name"],
        days=["born"],
    )
    ties = copy_out(
        cursor,
        f"""
        SELECT i.id, i.record_id, {VALUE} AS value, CASE i.kind {KINDS} END AS kind,
            i.state, i.reason
        FROM customers_identifier i JOIN near USING (record_id)
        """,  # noqa: S608  our own names only
    )
    decisions = copy_out(
        cursor,
        """
        SELECT a_id, b_id, (answer = 'joined')::int AS joined FROM customers_ruling
        WHERE undone_at IS NULL AND a_id IN (SELECT record_id FROM near)
            AND b_id IN (SELECT record_id FROM near)
        """,
    )
    accepted = copy_out(
        cursor,
        f"""
        SELECT a_id, b_id, weight, CASE tier WHEN 'confirmed' THEN {Tier.CONFIRMED:d}
            ELSE {Tier.PROBABLE:d} END AS tier
        FROM customers_proposal
        WHERE tier <> 'review' AND a_id IN (SELECT record_id FROM near)
            AND b_id IN (SELECT record_id FROM near)
        """,  # noqa: S608  our own numbers only
    )
    sources = list(Source.objects.all())
    given, family = _names(people)
    graph = Graph(
        records=Records(
            people["id"].to_numpy(),
            people["source_id"].to_numpy().astype(np.int32),
            given,
            family,
            ordinals(people["born"].combine_chunks()),
        ),
        ties=Ties(
            ties["record_id"].to_numpy(),
            ties["value"].to_numpy(),
            ties["kind"].to_numpy().astype(np.int8),
            _confirmed(ties, people, sources),
        ),
        registers=frozenset(source.pk for source in sources if source.is_register),
        decisions=Decisions(
            decisions["a_id"].to_numpy(),
            decisions["b_id"].to_numpy(),
            decisions["joined"].to_numpy().astype(np.bool_),
        ),
        accepted=Accepted(
            accepted["a_id"].to_numpy(),
            accepted["b_id"].to_numpy(),
            accepted["weight"].to_numpy().astype(np.float64),
            accepted["tier"].to_numpy().astype(np.int8),
        ),
    )
    return Tables(
        graph,
        people["customer_id"].to_numpy(),
        people["certain_id"].to_numpy(),
        ties["id"].to_numpy(),
        ties["state"].to_numpy().astype(np.int8),
        ties["reason"].to_numpy().astype(np.int8),
        _vetoes(),
    )


def _vetoes() -> frozenset[str] | None:
    newest = LinkModel.objects.first()
    return None if newest is None else frozenset(json.loads(newest.recipe)["vetoes"])


def _confirmed(ties: "pa.Table", people: "pa.Table", sources: list[Source]) -> "Bools":
    """Say of each tie whether its record's source checks such values. People stand by id."""
    import numpy as np  # noqa: PLC0415  heavy, for the worker only

    record = np.searchsorted(people["id"].to_numpy(), ties["record_id"].to_numpy())
    source = people["source_id"].to_numpy()[record]
    confirmed = np.zeros(len(record), np.bool_)
    for one in sources:
        kinds = [Kind[name.upper()].value for name in one.confirmed_kinds]
        confirmed |= (source == one.pk) & np.isin(ties["kind"].to_numpy(), kinds)
    return confirmed


def _names(people: "pa.Table") -> tuple["pa.Array", "pa.Array"]:
    """Return the name keys of each record, out of its full name where it has no other."""
    import pyarrow.compute as pc  # noqa: PLC0415  heavy, for the worker only

    from customers.identity.names import keys, parted  # noqa: PLC0415  likewise

    given, family = (keys(people[name].combine_chunks()) for name in ("given", "family"))
    full_given, full_family = parted(people["full_name"].combine_chunks())
    nameless = pc.and_(pc.equal(given, ""), pc.equal(family, ""))
    return pc.if_else(nameless, full_given, given), pc.if_else(nameless, full_family, family)


def read_crowds(cursor: CursorWrapper) -> "Values":
    """Return the values of the temporary table `carried` that more than a crowd carries."""
    import numpy as np  # noqa: PLC0415  heavy, for the worker only

    from customers.identity.values import Values  # noqa: PLC0415  likewise

    crowds = copy_out(cursor, f"SELECT {VALUE} AS value FROM carried WHERE is_crowd ORDER BY 1")  # noqa: S608  our own words only
    value = crowds["value"].to_numpy()
    return Values(
        value,
        np.full(len(value), State.GENERIC, np.int8),
        np.full(len(value), RULES.crowd + 1, np.int32),
    )


def copy_out(
    cursor: CursorWrapper, query: str, *, texts: Sequence[str] = (), days: Sequence[str] = ()
) -> "pa.Table":
    """Return the rows of a query of ours: columns of numbers, but for `texts` and `days`."""
    import pyarrow as pa  # noqa: PLC0415  heavy, for the worker only
    import pyarrow.csv  # noqa: PLC0415  likewise

    buffer = BytesIO()
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    table = pyarrow.csv.read_csv(
        buffer,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(texts, pa.string()) | dict.fromkeys(days, pa.date32())
        ),
    )
    fields = [
        field.with_type(pa.int64()) if field.type == pa.null() else field for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def copy_in(cursor: CursorWrapper, table: str, columns: Sequence[Any]) -> None:
    """Append rows to a table of ours by its columns: arrays or lists, all of one length."""
    import pyarrow as pa  # noqa: PLC0415  heavy, for the worker only
    import pyarrow.csv  # noqa: PLC0415  likewise

    rows = pa.table(
        {
            str(at): column if isinstance(column, pa.ChunkedArray) else pa.array(column)
            for at, column in enumerate(columns)
        }
    )
    buffer = BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False)
    pyarrow.csv.write_csv(rows, buffer, options)
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        copy.write(buffer.getbuffer())
