"""What the database itself keeps."""

import pytest
from django.db import DatabaseError, connection, transaction


def refused(change: str) -> None:
    """Assert that a trigger refuses a change, whoever asks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing else may stand in its way
        with (
            pytest.raises(DatabaseError, match=r"pgtrigger_\w+\(\) line \d+ at RAISE"),
            transaction.atomic(),
        ):
            cursor.execute(change)
