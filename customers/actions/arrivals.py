"""How many live messages came when: noted by every request, added up by day afterwards."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from customers.models import Source


def note_arrival(*, source: Source, messages: int, events: int, at: datetime) -> None:
    """Note, in the caller's transaction, that so many messages were accepted. One statement.

    `events` are the new ones. The row is the request's own, so that requests of one source never
    wait for each other here. Every request pays for it: Django's own `create` costs three times
    as much.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_arrival
                (source_id, arrived_on, message_count, event_count, last_at)
            VALUES (%s, %s, %s, %s, %s)
            """,
            [source.pk, timezone.localdate(at), messages, events, at],
        )


def fold_arrivals() -> int:
    """Make one row of a source's rows of a day; return how many rows there were. One statement.

    Sums and latest moments stay what they are, whenever it runs and however often.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH many AS (
                SELECT source_id, arrived_on FROM customers_arrival
                GROUP BY source_id, arrived_on HAVING count(*) > 1
            ), gone AS (
                DELETE FROM customers_arrival a USING many m
                WHERE a.source_id = m.source_id AND a.arrived_on = m.arrived_on
                RETURNING a.*
            ), folded AS (
                INSERT INTO customers_arrival
                    (source_id, arrived_on, message_count, event_count, last_at)
                SELECT source_id, arrived_on, sum(message_count), sum(event_count), max(last_at)
                FROM gone GROUP BY source_id, arrived_on
            )
            SELECT count(*) FROM gone
            """
        )
        folded: int = cursor.fetchone()[0]
    return folded
