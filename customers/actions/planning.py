"""What PostgreSQL's planner is told where a transaction looks at many rows at once."""

from django.db.backends.utils import CursorWrapper

BULK = 10_000
"""Rows from which on what comes in changes what the planner should know of the tables."""

_SETTINGS = {
    "work_mem": "256MB",  # what sorting and joining may take; only the worker's transactions do
    "random_page_cost": "1.1",  # of disks without heads: ten thousand look-ups, not a whole table
    "jit": "off",
}
_SET = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())

_GROWN = """
    SELECT string_agg(relname, ', ') FROM pg_class
    WHERE relname IN ('customers_record', 'customers_identifier', 'customers_event')
        AND relnamespace = current_schema()::regnamespace AND reltuples < 10 * %s
"""
"""The tables that so many rows are a tenth of: to the planner the others are as they were."""


def plan_for_many(cursor: CursorWrapper) -> None:
    """Give the rest of the transaction the plans and the memory that many rows want."""
    cursor.execute(f"SELECT {_SET}")


def learn_what_came(cursor: CursorWrapper, count: int) -> None:
    """Let the planner know that so many rows came, before autovacuum does, where it matters."""
    if count < BULK:
        return
    cursor.execute(_GROWN, [count])
    (grown,) = cursor.fetchone()
    if grown:
        cursor.execute(f"ANALYZE {grown}")
