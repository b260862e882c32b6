"""Reads of the sheet and its signatures."""

from typing import NamedTuple

from django.db import connection


class Signing(NamedTuple):
    """How far the current sheet is signed; `signed` of `departments`."""

    version: int
    signed: int
    departments: int


def signing_state() -> Signing | None:
    """Return the state of the newest published sheet, or None before the first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT version,
                   (SELECT count(*) FROM strategy_signature WHERE sheet_id = strategy_sheet.id),
                   (SELECT count(*) FROM strategy_department)
            FROM strategy_sheet WHERE published_at IS NOT NULL
            ORDER BY version DESC LIMIT 1
            """
        )
        row = cursor.fetchone()
    return Signing(*row) if row else None
