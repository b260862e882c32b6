"""Copies of the tests' database that a server can write to for good."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def copied(name: str) -> Iterator[str]:
    """Copy the database in use under another name; drop the copy in the end.

    A browser's requests are committed, and some tables let nothing be taken away again; so
    they go to a copy.
    """
    source, copy = (connection.ops.quote_name(each) for each in (_in_use(), name))
    with used(_in_use()):  # a database in use cannot be copied
        _run(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
        _run(f"CREATE DATABASE {copy} TEMPLATE {source}")
    try:
        yield name
    finally:
        _run(f"DROP DATABASE {copy} WITH (FORCE)")
        # A thread of the server that was late may have gone back to the first one meanwhile.
        _run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND pid <> pg_backend_pid()",
            _in_use(),
        )


@contextmanager
def used(name: str) -> Iterator[None]:
    """Let every thread of this process use the database of this name."""
    before = _in_use()
    _turn_to(name)
    try:
        yield
    finally:
        _turn_to(before)


def _in_use() -> str:
    return str(connection.settings_dict["NAME"])


def _turn_to(name: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one
    connection.settings_dict["NAME"] = name


def _run(statement: str, *values: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, values or None)
