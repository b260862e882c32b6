"""The columns of what is known of every customer, as arrays."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import Cursor

from campaigns.audience.traits import BLOCK, EVERYBODY, dtype_of

if TYPE_CHECKING:
    from campaigns.audience.traits import Column


def columns(names: Collection[str]) -> "dict[str, Column]":
    """Return columns by name, all of one length; a customer's place is their id. One query.

    A column that nobody has anything in is nothing but noughts.
    """
    import numpy as np  # noqa: PLC0415  heavy

    wanted = {*names, EVERYBODY}
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:  # Django's own gets bytes as text, twice as long
        cursor.execute(
            'SELECT key, block, "values" FROM campaigns_trait WHERE key = ANY(%s)',
            [list(wanted)],
            binary=True,
        )
        rows = cursor.fetchall()
    size = BLOCK * (1 + max((block for _, block, _ in rows), default=-1))
    found = {name: np.zeros(size, dtype_of(name)) for name in wanted}
    for name, block, values in rows:
        found[name][block * BLOCK : (block + 1) * BLOCK] = np.frombuffer(values, dtype_of(name))
    return found
