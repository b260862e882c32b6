"""The engines that answer questions about the facts, each behind the same function.

DuckDB reads the files of a version of the copy, PostgreSQL the tables that the copy is made from,
Spark the files again. A question is an Ibis expression over `Facts`, so that it is written once.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import Connection, sql

from reports.facts import columns, rows
from reports.facts.delta import Version, at_version
from reports.facts.schema import Facts

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

MEMORY = "2GB"
"""What DuckDB takes before it writes to disk."""


class Lists(NamedTuple):
    """The tables that are small or soon over: read from PostgreSQL for each engine."""

    assignments: "pa.Table"
    sources: "pa.Table"
    initiatives: "pa.Table"


class Engine:
    """Answers questions about one state of the facts."""

    def __init__(self, backend: Any, facts: Facts) -> None:
        self._backend = backend
        self._facts = facts

    def execute(self, build: "Callable[[Facts], ibis.Table]") -> "pa.Table":
        """Return the rows of the question that `build` makes of the facts."""
        found: pa.Table = self._backend.to_pyarrow(build(self._facts))
        return found


@contextmanager
def duckdb_engine(root: str, version: Version, lists: Lists) -> Iterator[Engine]:
    """Answer from a version of the copy, in this process."""
    import ibis  # noqa: PLC0415  takes a second, and no page needs it

    backend = ibis.duckdb.connect(
        memory_limit=MEMORY,
        temp_directory=str(Path(gettempdir()) / "hymnsheet-facts"),
        preserve_insertion_order=False,
    )
    try:
        tables = {
            part.name: _read_by_duckdb(backend, root, part, getattr(version, part.name))
            for part in (columns.EVENTS_BY_WEEK, columns.PEOPLE_BY_BLOCK)
        }
        for name, table in lists._asdict().items():
            backend.con.register(name, table)
            tables[name] = backend.table(name)
        yield Engine(backend, Facts(**tables))
    finally:
        backend.disconnect()


def _read_by_duckdb(backend: Any, root: str, part: columns.Part, version: int) -> Any:
    """Return a view of a table's files; through Arrow where they do not lie on this machine."""
    table = at_version(root, part, version)
    files = table.file_uris()
    names = ", ".join(part.columns)
    if not files:
        backend.con.register(f"{part.name}_files", columns.arrow_schema(part.columns).empty_table())
        source = f"{part.name}_files"
    elif "://" in root:
        backend.con.register(f"{part.name}_files", table.to_pyarrow_dataset())
        source = f"{part.name}_files"
    else:
        types = "{'week': DATE, 'block': BIGINT}"
        listed = ", ".join("'{}'".format(file.replace("'", "''")) for file in files)
        source = f"read_parquet([{listed}], hive_partitioning = true, hive_types = {types})"
    backend.con.execute(f"CREATE VIEW {part.name} AS SELECT {names} FROM {source}")  # noqa: S608  our own names
    return backend.table(part.name)


def postgres_engine(connection: Connection[Any], *, ours: str, zone: str) -> Engine:
    """Answer from the tables that the copy is made from, as they are in this transaction."""
    import ibis  # noqa: PLC0415  takes a second, and no page needs it

    backend = ibis.postgres.from_connection(connection)
    queries: Mapping[str, tuple[sql.Composable, dict[str, str]]] = {
        "events": (rows.all_events(ours=ours, zone=zone), columns.EVENTS),
        "people": (rows.everybody(), columns.PEOPLE),
        "assignments": (rows.assignments(None), columns.ASSIGNMENTS),
        "sources": (rows.sources(), columns.SOURCES),
        "initiatives": (rows.initiatives(), columns.INITIATIVES),
    }
    return Engine(
        backend,
        Facts(
            **{
                name: backend.sql(query.as_string(connection), schema=ibis.schema(types))
                for name, (query, types) in queries.items()
            }
        ),
    )


@contextmanager
def spark_engine(root: str, version: Version, lists: Lists) -> Iterator[Engine]:
    """Answer from a version of the copy, by the Spark that its own configuration names.

    Without one, that is a Spark in this process.
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
    tables = {}
    for part in (columns.EVENTS_BY_WEEK, columns.PEOPLE_BY_BLOCK):
        files = at_version(root, part, getattr(version, part.name)).file_uris()
        _read_by_spark(session, root, part, files).createOrReplaceTempView(part.name)
        tables[part.name] = backend.table(part.name)
    for name, table in lists._asdict().items():
        session.createDataFrame(table).createOrReplaceTempView(name)
        tables[name] = backend.table(name)
    yield Engine(backend, Facts(**tables))


def _read_by_spark(session: Any, root: str, part: columns.Part, files: list[str]) -> Any:
    if not files:
        return session.createDataFrame(columns.arrow_schema(part.columns).empty_table())
    base = f"{root.rstrip('/')}/{part.name}".replace("s3://", "s3a://")
    read = session.read.option("basePath", base)
    found = read.parquet(*(file.replace("s3://", "s3a://") for file in files))
    return found.select(*part.columns)
