"""Reads of a customer's events, newest first, however long their history is."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from customers.memory.happenings import Happening

REMEMBERED = [
    "visit",
    "view",
    "order",
    "order_line",
    "return",
    "contact",
    "complaint",
    "service_case",
    "survey_answer",
    "store_visit",
]
EACH_REMEMBERED = 1_000
"""How many of a record's latest events the shopkeeper's memory looks at."""

LATEST = """
    SELECT e.id, e.at, e.kind, s.name, d.name, d.key, e.channel, e.initiative, e.order_id,
        e.amount, coalesce(nullif(e.currency, ''), %(currency)s), e.quantity, e.product,
        e.category, e.store, e.score, e.transactional
    FROM unnest(%(records)s::bigint[]) AS of (record_id)
    CROSS JOIN LATERAL (
        SELECT * FROM customers_event
        WHERE record_id = of.record_id
            AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
            AND (%(at)s::timestamptz IS NULL
                OR at <= %(at)s AND (at < %(at)s OR id < %(id)s))
        ORDER BY at DESC, id DESC LIMIT %(each)s
    ) e
    JOIN customers_source s ON s.id = e.source_id
    JOIN strategy_department d ON d.id = s.department_id
    ORDER BY e.at DESC, e.id DESC LIMIT %(most)s
"""
"""The latest of each record by its own index, and of these the latest: no history is sorted."""


class Before(NamedTuple):
    """The place in a timeline where the next page begins: after this event, going back."""

    at: datetime
    pk: int


class Page(NamedTuple):
    """Events of one page, newest first; `earlier` is None on the last."""

    events: list[Happening]
    earlier: Before | None


def page_of(
    record_ids: Sequence[int],
    *,
    kinds: Sequence[str] | None = None,
    before: Before | None = None,
    count: int,
) -> Page:
    """Return a page of `count` events of these records. One query."""
    found = _latest(record_ids, kinds=kinds, before=before, each=count + 1, most=count + 1)
    if len(found) <= count:
        return Page(found, None)
    last = found[count - 1]
    return Page(found[:count], Before(last.at, last.pk))


def remembered(record_ids: Sequence[int]) -> list[Happening]:
    """Return what the shopkeeper's memory is made of, newest first. One query.

    The latest 1,000 of each record, opens and clicks aside.
    """
    each = EACH_REMEMBERED
    return _latest(
        record_ids, kinds=REMEMBERED, before=None, each=each, most=each * len(record_ids)
    )


def _latest(
    record_ids: Sequence[int],
    *,
    kinds: Sequence[str] | None,
    before: Before | None,
    each: int,
    most: int,
) -> list[Happening]:
    with connection.cursor() as cursor:
        cursor.execute(
            LATEST,
            {
                "records": list(record_ids),
                "kinds": list(kinds) if kinds is not None else None,
                "at": before.at if before else None,
                "id": before.pk if before else None,
                "each": each,
                "most": most,
                "currency": settings.CURRENCY,
            },
        )
        return [Happening(*row) for row in cursor.fetchall()]
