"""Feeds: which source has sent which kind of event, and up to which day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper


def note_feeds(weeks: Collection[date]) -> None:
    """Note what sources sent in the weeks that begin on these Mondays, after every change of them.

    A later day stays, unless it lies in one of these weeks and its events are gone.
    """
    known: dict[str, Any] = {"weeks": list(weeks), "zone": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH found AS MATERIALIZED (
                SELECT e.source_id, e.kind, (max(e.at) AT TIME ZONE %(zone)s)::date AS newest_on
                FROM unnest(%(weeks)s::date[]) AS w (week_on)
                JOIN customers_event e
                    ON e.at >= w.week_on::timestamp AT TIME ZONE %(zone)s
                    AND e.at < (w.week_on + 7)::timestamp AT TIME ZONE %(zone)s
                GROUP BY 1, 2
            ), noted AS (
                INSERT INTO reports_feed (source_id, kind, newest_on)
                SELECT source_id, kind, newest_on FROM found
                ON CONFLICT (source_id, kind)
                    DO UPDATE SET newest_on = greatest(reports_feed.newest_on, excluded.newest_on)
            )
            SELECT f.id
            FROM reports_feed f LEFT JOIN found USING (source_id, kind)
            WHERE date_trunc('week', f.newest_on)::date = ANY (%(weeks)s::date[])
                AND (found.newest_on IS NULL OR found.newest_on < f.newest_on)
            """,
            known,
        )
        if gone := [feed for (feed,) in cursor.fetchall()]:
            _go_back(cursor, gone)


def _go_back(cursor: CursorWrapper, feeds: list[int]) -> None:
    """Set feeds, the events of whose newest day are gone, to the newest before it, or end them."""
    cursor.execute(
        """
        WITH before AS MATERIALIZED (
            SELECT f.id, (
                SELECT (e.at AT TIME ZONE %(zone)s)::date
                FROM customers_event e
                WHERE e.source_id = f.source_id AND e.kind = f.kind
                    AND e.at < f.newest_on::timestamp AT TIME ZONE %(zone)s
                ORDER BY e.at DESC
                LIMIT 1
            ) AS newest_on
            FROM reports_feed f
            WHERE f.id = ANY (%(feeds)s)
        ), ended AS (
            DELETE FROM reports_feed f USING before b WHERE f.id = b.id AND b.newest_on IS NULL
        )
        UPDATE reports_feed f SET newest_on = b.newest_on
        FROM before b WHERE f.id = b.id AND b.newest_on IS NOT NULL
        """,
        {"feeds": feeds, "zone": settings.TIME_ZONE},
    )
