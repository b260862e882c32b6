"""A DuckDB in memory, to compute in."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


@contextmanager
def database(threads: int, memory: str) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Open a DuckDB of our own that writes no file and loads nothing from outside.

    With one thread the same rows give the same numbers to the last digit.
    """
    import duckdb  # noqa: PLC0415  heavy, and needed in the worker only

    config: dict[str, Any] = {
        "threads": threads,
        "memory_limit": memory,
        "temp_directory": "",  # names and addresses stay in memory
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with closing(duckdb.connect(config=config)) as connection:
        run(connection, "set enable_progress_bar = false")
        yield connection


def run(connection: "duckdb.DuckDBPyConnection", query: str) -> list[Any]:
    """Run one query to its end: an unfinished one would block the connection."""
    return connection.execute(query).fetchall()
