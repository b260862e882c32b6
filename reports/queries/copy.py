"""Whether the copy of the facts says the same as the tables that it was made from."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import connection
from psycopg import sql

from customers.models import StaleWeek
from reports.facts import rows
from reports.facts.schema import Facts
from reports.models import FactsVersion
from reports.queries.engine import opened

if TYPE_CHECKING:
    import ibis

TOLERANCE = 1e-9
"""By what share of it a sum of doubles may differ from the exact one."""


class Difference(NamedTuple):
    """A week that the copy counts otherwise; `amount` in the company's currency."""

    week_on: date
    events: int
    copied_events: int
    amount: float
    copied_amount: float


def differences(version: FactsVersion) -> list[Difference]:
    """Return the weeks whose number or sum of events differs, stale ones left out.

    Both sides are read whole. Six queries.
    """
    known = _in_tables()
    with opened(version=version, initiative_ids=()) as engine:
        copied = {
            row["week"]: (row["events"], row["amount"])
            for row in engine.execute(_by_week).to_pylist()
        }
    stale = set(StaleWeek.objects.values_list("week_on", flat=True))
    found = []
    for week in sorted((known.keys() | copied.keys()) - stale):
        here, there = known.get(week, (0, 0.0)), copied.get(week, (0, 0.0))
        if here[0] != there[0] or abs(here[1] - there[1]) > TOLERANCE * max(1.0, abs(here[1])):
            found.append(Difference(week, here[0], there[0], here[1], there[1]))
    return found


def _by_week(facts: Facts) -> "ibis.Table":
    events = facts.events
    return events.group_by("week").aggregate(
        events=events.count(), amount=events.amount.sum().fill_null(0.0)
    )


def _in_tables() -> dict[date, tuple[int, float]]:
    query = sql.SQL(
        "SELECT week, count(*), coalesce(sum(amount), 0) FROM ({}) AS events GROUP BY week"
    ).format(rows.all_events(ours=settings.CURRENCY, zone=settings.TIME_ZONE))
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {week: (events, amount) for week, events, amount in cursor.fetchall()}
