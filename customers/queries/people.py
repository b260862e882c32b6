"""Reads of one customer: whose card it is, and the records that they add up to."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection


class Found(NamedTuple):
    """A customer who has records; `public_id` is another than asked for where an old id leads."""

    customer_id: int
    public_id: UUID


def find_customer(public_id: UUID) -> Found | None:
    """Return the customer that a public id stands for, also one that was merged. One query.

    None for ids that nobody has, and for customers without any record.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT now.id, now.public_id
            FROM customers_customer asked
            JOIN customers_customer now ON now.id = CASE
                WHEN EXISTS (SELECT FROM customers_record WHERE customer_id = asked.id)
                THEN asked.id
                ELSE (SELECT customer_id FROM customers_record WHERE id = asked.id) END
            WHERE asked.public_id = %s
            """,
            [public_id],
        )
        row = cursor.fetchone()
    return Found(*row) if row else None
