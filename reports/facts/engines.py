"""The engines that answer questions about the facts, each behind the same function.

DuckDB reads the files of a version of the copy, PostgreSQL the tables that the copy is made from,
Spark the files again. A question is an Ibis expression over `Facts`, so that it is written once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from psycopg import Connection

from reports.facts import rows
from reports.facts.columns import (
    EVENTS,
    EVENTS_BY_WEEK,
    LISTS,
    PEOPLE,
    PEOPLE_BY_BLOCK,
    Part,
    arrow_schema,
)
from reports.facts.delta import Version, address, at_version
from reports.facts.schema import Facts
from reports.facts.spill import spill_folder

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

MEMORY = "2GB"
"""What DuckDB takes before it writes to disk."""

HIVE_TYPES = {"week": "DATE", "block": "BIGINT"}
"""What DuckDB shall take from the names of folders."""

type ReadList = Callable[[str], "pa.Table"]
"""Reads one of `LISTS` from PostgreSQL, by name."""


class Engine(Protocol):
    """Answers questions about one state of the facts."""

    def execute(self, build: "Callable[[Facts], ibis.Table]") -> "pa.Table":
        """Return the rows of the question that `build` makes of the facts."""


class _Copied:
    """Answers from a version of the copy; lists are read when a question first asks for them."""

    def __init__(
        self, backend: Any, facts: Facts, put: "Callable[[str, pa.Table], None]", read: ReadList
    ) -> None:
        self._backend = backend
        self._facts = facts
        self._put = put
        self._read = read
        self._missing = set(LISTS)

    def execute(self, build: "Callable[[Facts], ibis.Table]") -> "pa.Table":
        from ibis.expr.operations import DatabaseTable  # noqa: PLC0415  takes a second

        question = build(self._facts)
        asked = {table.name for table in question.op().find(DatabaseTable)} & self._missing
        for name in asked:
            self._put(name, self._read(name))
        self._missing -= asked
        found: pa.Table = self._backend.to_pyarrow(question)
        return found


class _Database:
    """Answers from PostgreSQL's own tables."""

    def __init__(self, backend: Any, facts: Facts) -> None:
        self._backend = backend
        self._facts = facts

    def execute(self, build: "Callable[[Facts], ibis.Table]") -> "pa.Table":
        """Answer a question; what it brings along is a temporary table of its own.

        Such a table stays with the connection, and two questions may bring the same one.
        """
        from ibis.expr.operations import InMemoryTable  # noqa: PLC0415  takes a second
        from ibis.util import gen_name  # noqa: PLC0415  takes a second

        question = build(self._facts).op()
        brought = {one: one.copy(name=gen_name("brought")) for one in question.find(InMemoryTable)}
        found: pa.Table = self._backend.to_pyarrow(question.replace(brought).to_expr())
        return found


@contextmanager
def duckdb_engine(root: str, version: Version, read: ReadList) -> Iterator[Engine]:
    """Answer from a version of the copy, in this process."""
    with spill_folder() as folder, _connected(folder) as backend:

        def put(name: str, table: "pa.Table") -> None:
            backend.con.register(f"read_{name}", table)
            backend.con.execute(f"CREATE OR REPLACE VIEW {name} AS FROM read_{name}")

        for part in (EVENTS_BY_WEEK, PEOPLE_BY_BLOCK):
            _view_in_duckdb(backend.con, root, part, getattr(version, part.name))
        for name, types in LISTS.items():
            put(name, arrow_schema(types).empty_table())
        facts = Facts(**{name: backend.table(name) for name in Facts._fields})
        yield _Copied(backend, facts, put, read)


@contextmanager
def _connected(folder: str) -> Iterator[Any]:
    """Connect to a DuckDB in memory that writes what does not fit into it to a folder."""
    import ibis  # noqa: PLC0415  takes a second, and no page needs it

    backend = ibis.duckdb.connect(
        memory_limit=MEMORY, temp_directory=folder, preserve_insertion_order=False
    )
    try:
        yield backend
    finally:
        backend.disconnect()


def _view_in_duckdb(duck: Any, root: str, part: Part, version: int) -> None:
    """Make a view of a table's files; through Arrow where they do not lie on this machine.

    Who is whom is read at once: every question joins it.
    """
    table = at_version(root, part, version)
    files = table.file_uris()
    source = f"read_{part.name}"
    if not files:
        duck.register(source, arrow_schema(part.columns).empty_table())
    elif "://" in root:
        duck.register(source, table.to_pyarrow_dataset())
    else:
        listed = ", ".join("'{}'".format(file.replace("'", "''")) for file in files)
        split = f"{{'{part.split}': {HIVE_TYPES[part.split]}}}"
        source = f"read_parquet([{listed}], hive_partitioning = true, hive_types = {split})"
    names = ", ".join(f'"{name}"' for name in part.columns)
    what = "TABLE" if part is PEOPLE_BY_BLOCK else "VIEW"
    duck.execute(f"CREATE {what} {part.name} AS SELECT {names} FROM {source}")  # noqa: S608  our own names


def postgres_engine(connection: Connection[Any], *, ours: str, zone: str) -> Engine:
    """Answer from the tables that the copy is made from, as they are in this transaction."""
    import ibis  # noqa: PLC0415  takes a second, and no page needs it

    backend = ibis.postgres.from_connection(connection)
    queries = {
        "events": (rows.all_events(ours=ours, zone=zone), EVENTS),
        "people": (rows.everybody(), PEOPLE),
        **{name: (query, LISTS[name]) for name, query in rows.LISTS.items()},
    }
    tables = {
        name: backend.sql(query.as_string(connection), schema=ibis.schema(types))
        for name, (query, types) in queries.items()
    }
    return _Database(backend, Facts(**tables))


@contextmanager
def spark_engine(root: str, version: Version, read: ReadList) -> Iterator[Engine]:
    """Answer from a version of the copy, by the Spark that its own configuration names.

    Without one that is a Spark in a process beside this one.
    """
    import ibis  # noqa: PLC0415  takes a second, and no page needs it
    from pyspark.sql import SparkSession  # noqa: PLC0415  not installed where it is not chosen

    session = (
        SparkSession.builder.appName("hymnsheet")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    backend = ibis.pyspark.connect(session)

    def put(name: str, table: "pa.Table") -> None:
        session.createDataFrame(table).createOrReplaceTempView(name)

    for part in (EVENTS_BY_WEEK, PEOPLE_BY_BLOCK):
        files = at_version(root, part, getattr(version, part.name)).file_uris()
        if files:
            beyond = [file.replace("s3://", "s3a://", 1) for file in files]
            base = address(root, part).replace("s3://", "s3a://", 1)
            found = session.read.option("basePath", base).parquet(*beyond)
            found.select(*part.columns).createOrReplaceTempView(part.name)
        else:
            put(part.name, arrow_schema(part.columns).empty_table())
    for name, types in LISTS.items():
        put(name, arrow_schema(types).empty_table())
    facts = Facts(**{name: backend.table(name) for name in Facts._fields})
    yield _Copied(backend, facts, put, read)
