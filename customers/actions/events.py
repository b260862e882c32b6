"""Landing events: each once, by its source and its id there, as its source last told it."""

from datetime import datetime

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.consent import tell_by_opt_outs
from customers.actions.kinds import Landed

TOLD = [
    "record_id",
    "kind",
    "at",
    "channel",
    "initiative",
    "arm",
    "order_id",
    "amount",
    "currency",
    "quantity",
    "product",
    "category",
    "store",
    "score",
    "transactional",
]
"""The columns of an event that its source tells, in the order of `sent` below."""


def _columns(of: str) -> str:
    return ", ".join(f"{of}.{column}" for column in TOLD)


LAND = f"""
    WITH sent AS (
        SELECT coalesce(event_id, content || CASE WHEN nth > 1 THEN '-' || nth ELSE '' END)
                AS event_id,
            record_id, event AS kind, at, coalesce(channel, '') AS channel,
            coalesce(initiative, '') AS initiative, coalesce(arm, '') AS arm,
            coalesce(order_id, '') AS order_id, amount, coalesce(currency, '') AS currency,
            quantity, coalesce(product, '') AS product, coalesce(category, '') AS category,
            coalesce(store, '') AS store, score, coalesce(transactional, false) AS transactional
        FROM (
            SELECT *, row_number() OVER (PARTITION BY event_id, content ORDER BY row DESC) AS nth
            FROM staged
        ) numbered
        WHERE event_id IS NULL OR nth = 1
    ), news AS (
        SELECT sent.*, known.at AS was_at
        FROM sent LEFT JOIN customers_event known
            ON known.source_id = %(source)s AND known.event_id = sent.event_id
        WHERE known.id IS NULL OR ({_columns("known")}) IS DISTINCT FROM ({_columns("sent")})
    ), written AS (
        INSERT INTO customers_event (source_id, event_id, {", ".join(TOLD)})
        SELECT %(source)s, event_id, {", ".join(TOLD)} FROM news
        ON CONFLICT (source_id, event_id) DO UPDATE
            SET ({", ".join(TOLD)}) = ROW ({_columns("excluded")})
    ), stale AS (
        INSERT INTO customers_staleweek (week_on)
        SELECT DISTINCT date_trunc('week', moment AT TIME ZONE %(zone)s)::date
        FROM (SELECT at FROM news UNION ALL SELECT was_at FROM news) moments (moment)
        WHERE moment IS NOT NULL
    )
    SELECT (SELECT count(*) FROM news), (SELECT count(*) FROM staged)
"""  # noqa: S608  our own column names only


def land_events(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Add the events that are new, correct those that are told otherwise, mark their weeks stale.

    Of two rows with one id the later counts. A row without an id is known by its content and,
    among equal rows of its file, by which of them it is. What is known already is not written
    again, so it costs a look only.

    A correction makes the week it leaves stale as well. An opt-out is a no to marketing too.
    """
    cursor.execute(LAND, {"source": source_id, "zone": settings.TIME_ZONE})
    changed, staged = cursor.fetchone()
    tell_by_opt_outs(cursor)
    return Landed(changed=changed, unchanged=staged - changed, rejected=[])
