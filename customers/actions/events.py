"""Landing events: each once for ever, by its source and its id there."""

from datetime import datetime

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.kinds import Landed


def land_events(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Add the events that are new and mark the weeks they fall into as stale.

    A week that is stale already is locked too, always from the oldest on: a refresh that runs
    meanwhile then waits for these events and does not count the week without them.
    """
    cursor.execute(
        """
        WITH added AS (
            INSERT INTO customers_event (
                source_id, event_id, record_id, kind, at, channel, initiative, arm, order_id,
                amount, currency, quantity, product, category, store, score, transactional
            )
            SELECT DISTINCT ON (event_id)
                %(source)s, event_id, record_id, event, at, coalesce(channel, ''),
                coalesce(initiative, ''), coalesce(arm, ''), coalesce(order_id, ''), amount,
                coalesce(currency, ''), quantity, coalesce(product, ''), coalesce(category, ''),
                coalesce(store, ''), score, coalesce(transactional, false)
            FROM staged
            ORDER BY event_id, row
            ON CONFLICT (source_id, event_id) DO NOTHING
            RETURNING at
        ), stale AS (
            INSERT INTO customers_staleweek (week_on)
            SELECT DISTINCT date_trunc('week', at AT TIME ZONE %(zone)s)::date FROM added
            ORDER BY 1
            ON CONFLICT (week_on) DO UPDATE SET week_on = EXCLUDED.week_on
        )
        SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM staged)
        """,
        {"source": source_id, "zone": settings.TIME_ZONE},
    )
    added, staged = cursor.fetchone()
    return Landed(changed=added, unchanged=staged - added, rejected=[])
