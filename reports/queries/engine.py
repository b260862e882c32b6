"""The engine that the settings choose, over the facts as they were copied last."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from reports.facts import columns, rows
from reports.facts.delta import table_id
from reports.facts.engines import Engine, duckdb_engine, postgres_engine, spark_engine
from reports.models import FactsVersion

if TYPE_CHECKING:
    import pyarrow as pa

ENGINES = {"duckdb": duckdb_engine, "spark": spark_engine}


NO_COPY = "The facts are not copied yet: run `manage.py facts rebuild`."


class NotCopiedError(Exception):
    """There is no copy of the facts to read; the message says how to get one."""


def newest_version() -> FactsVersion | None:
    """Return the newest version of the copy where the settings say it is; None: copy anew.

    One query, and a look into the copy's log.
    """
    newest = FactsVersion.objects.last()
    if newest is None or newest.table != table_id(settings.FACTS_PATH):
        return None
    return newest


@contextmanager
def opened(
    *, version: FactsVersion | None = None, initiative_ids: Collection[int] | None = None
) -> Iterator[Engine]:
    """Answer questions from a version of the copy; without one, from the newest.

    Of assignments it knows those of the initiatives named, without them all. One query, and one
    for each list (`reports.facts.columns.LISTS`) that a question asks for; with `FACTS_ENGINE`
    postgres one for each question. Raises NotCopiedError.
    """
    if settings.FACTS_ENGINE == "postgres":
        yield database()
        return
    version = version or newest_version()
    if version is None:
        raise NotCopiedError(NO_COPY)
    with connection.cursor() as cursor:

        def read(name: str) -> "pa.Table":
            import pyarrow as pa  # noqa: PLC0415  only whoever asks an engine needs it

            query: sql.Composable = rows.LISTS[name]
            types = columns.LISTS[name]
            if name == "assignments" and initiative_ids is not None:
                query = rows.assignments_of(initiative_ids)
            return pa.Table.from_batches(copied(cursor, query, types), columns.arrow_schema(types))

        engine = ENGINES[settings.FACTS_ENGINE]
        with engine(settings.FACTS_PATH, version.version, read) as answering:
            yield answering


def database() -> Engine:
    """Answer questions from PostgreSQL's own tables, as they are in this transaction."""
    connection.ensure_connection()
    return postgres_engine(connection.connection, ours=settings.CURRENCY, zone=settings.TIME_ZONE)


def copied(
    cursor: CursorWrapper, query: sql.Composable, types: dict[str, str]
) -> "Iterator[pa.RecordBatch]":
    """Read a query's rows as Arrow, by COPY. One query."""
    with cursor.copy(rows.told(query)) as blocks:
        yield from rows.batches(blocks, types)
