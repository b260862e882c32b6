"""Landing events: each once for ever, by its source and its id there."""

from datetime import datetime

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.kinds import Landed

ADD_EVENTS = """
    added AS (
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
    )
    SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM staged)
"""
"""Adds the rows of `staged`, and returns how many were new and how many there were."""


def land_events(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Add the events that are new and mark the weeks they fall into as stale.

    A refresh that runs meanwhile counts without them, and leaves their weeks stale.
    """
    cursor.execute(f"WITH {ADD_EVENTS}", {"source": source_id, "zone": settings.TIME_ZONE})
    added, staged = cursor.fetchone()
    return Landed(changed=added, unchanged=staged - added, rejected=[])
