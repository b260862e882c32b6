"""Feeds: which source has sent which kind of event, and up to which day."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import connection


def note_feeds(weeks: Collection[date]) -> None:
    """Note what sources sent in the weeks that begin on these Mondays; a later day stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO reports_feed (source_id, kind, newest_on)
            SELECT e.source_id, e.kind, (max(e.at) AT TIME ZONE %(zone)s)::date
            FROM unnest(%(weeks)s::date[]) AS w (week_on)
            JOIN customers_event e
                ON e.at >= w.week_on::timestamp AT TIME ZONE %(zone)s
                AND e.at < (w.week_on + 7)::timestamp AT TIME ZONE %(zone)s
            GROUP BY 1, 2
            ON CONFLICT (source_id, kind)
                DO UPDATE SET newest_on = greatest(reports_feed.newest_on, excluded.newest_on)
            """,
            {"weeks": list(weeks), "zone": settings.TIME_ZONE},
        )
