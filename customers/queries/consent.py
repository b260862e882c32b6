"""What people allow: one customer's answers, and everybody who may be contacted.

A record's answer is the latest that it was told, for the channel or against every channel. A
customer's is no where one of the records that are certainly theirs says no, yes where one says
yes, and else they were never asked, which is no.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from customers.models import Consent, Record
from strategy.language.numbers import number

EVERY = "every"
"""The channel of an answer that names none; only a no counts there."""


class Told(NamedTuple):
    """One answer as it was told; `source` is the system, or the person of ours who noted it."""

    is_allowed: bool
    source: str
    told_at: datetime
    how: str
    evidence: str


class ConsentRow(NamedTuple):
    """What a customer allows on a channel for a purpose; `history` is every answer, newest first.

    `source`, `told_at`, `how` and `evidence` are those of the answer that holds.
    """

    channel: str
    purpose: str
    is_allowed: bool
    source: str
    told_at: datetime
    how: str
    evidence: str
    history: list[Told]


class Allowing(NamedTuple):
    """How many customers said yes and how many no on a channel for a purpose."""

    channel: str
    purpose: str
    yes: int
    no: int


def consents_of(customer_id: int) -> list[ConsentRow]:
    """Return every answer that a customer was asked for, by channel and purpose. One query.

    What is not among them was never asked, and is no.
    """
    told = list(
        Consent.objects.filter(record__certain_id=customer_id)
        .select_related("record__source", "noted_by")
        .order_by("channel", "purpose", "-told_at", "-pk")
    )
    pairs = dict.fromkeys((one.channel, one.purpose) for one in told)
    return [_row(channel, purpose, told) for channel, purpose in pairs]


def is_allowed(customer_id: int, channel: str, purpose: str) -> bool:
    """Say whether a customer may be contacted on a channel for a purpose. One query."""
    return allowed_records(channel, purpose).filter(certain_id=customer_id).exists()


def answers_of_people(certain_ids: Collection[int], channel: str, purpose: str) -> dict[int, bool]:
    """Return what people, by `certain_id`, said of a channel and a purpose. One query.

    Who was never asked is not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT certain_id, bool_and(is_allowed) FROM (
                SELECT DISTINCT ON (r.id) r.certain_id, is_allowed
                FROM customers_record r JOIN customers_consent c ON c.record_id = r.id
                WHERE r.certain_id = ANY(%(people)s) AND purpose = %(purpose)s
                    AND (channel = %(channel)s OR channel = 'every' AND NOT is_allowed)
                ORDER BY r.id, told_at DESC, c.id DESC
            ) latest
            GROUP BY certain_id
            """,
            {"people": list(certain_ids), "channel": channel, "purpose": purpose},
        )
        return dict(cursor.fetchall())


def allowed_records(channel: str, purpose: str) -> QuerySet[Record]:
    """Return the records of everybody who may be contacted on a channel for a purpose.

    It is part of whatever query it is used in, so an answer holds from the moment it is noted.
    """
    people = RawSQL(_ALLOWING, [purpose, channel])  # noqa: S611  our own text, asked by parameters
    return Record.objects.filter(certain_id__in=people)


def allowed_among(customer_ids: list[int], channel: str, purpose: str) -> set[int]:
    """Return which of some customers may be contacted on a channel for a purpose. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ALLOWING.replace("WHERE", "WHERE r.certain_id = ANY(%s) AND", 1),
            [customer_ids, purpose, channel],
        )
        return {customer_id for (customer_id,) in cursor.fetchall()}


def answers_of_record(record_id: int, channel: str, purpose: str) -> QuerySet[Consent]:
    """Return a record's answers for a channel or against every one, newest first."""
    told = Consent.objects.filter(_counts(channel), record=record_id, purpose=purpose)
    return told.order_by("-told_at", "-pk")


def records_that_say_no(certain_id: int, channel: str, purpose: str) -> set[int]:
    """Return which of a person's records keep them from being contacted. One query."""
    latest = (
        Consent.objects.filter(_counts(channel), record__certain_id=certain_id, purpose=purpose)
        .order_by("record", "-told_at", "-pk")
        .distinct("record")
    )
    return {one.record_id for one in latest if not one.is_allowed}


def register() -> list[Allowing]:
    """Return how many customers said what on every channel for every purpose. One query.

    Yes are those who may be contacted: who said no to every channel is a no on each.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT channel, purpose, count(*) FILTER (WHERE allows),
                count(*) FILTER (WHERE NOT allows)
            FROM (
                SELECT channel, purpose, certain_id, bool_and(is_allowed) AS allows
                FROM (
                    SELECT DISTINCT ON (record_id, asked.channel, purpose)
                        asked.channel, purpose, record_id, is_allowed
                    FROM customers_consent c JOIN (
                        SELECT DISTINCT channel, purpose FROM customers_consent
                    ) asked USING (purpose)
                    WHERE c.channel = asked.channel OR c.channel = 'every' AND NOT is_allowed
                    ORDER BY record_id, asked.channel, purpose, told_at DESC, c.id DESC
                ) latest JOIN customers_record r ON r.id = record_id
                GROUP BY channel, purpose, certain_id
            ) people
            GROUP BY channel, purpose ORDER BY channel, purpose
            """
        )
        return [Allowing(*row) for row in cursor.fetchall()]


def every_answer() -> Iterator[Consent]:
    """Return every answer ever told, by source and person, oldest first. Streams; one query."""
    return (
        Consent.objects.select_related("record__source")
        .order_by("record__source__key", "record__external_id", "channel", "purpose", "told_at")
        .iterator(chunk_size=2_000)
    )


def register_answer(rows: list[Allowing]) -> str:
    """Say in a sentence what most may be contacted by."""
    widest = max(rows, key=lambda row: row.yes, default=None)
    if widest is None or not widest.yes:
        return "Nobody has said yes to anything yet, so nobody may be contacted."
    return (
        f"{number(widest.yes)} customers allow {widest.purpose} by {widest.channel}; "
        f"{number(widest.no)} said no to it. Everybody else was never asked, which is no."
    )


# Per record the latest answer for the channel, or against every channel; of these the no counts.
_ALLOWING = """
    SELECT certain_id FROM (
        SELECT DISTINCT ON (record_id) certain_id, is_allowed
        FROM customers_consent c JOIN customers_record r ON r.id = c.record_id
        WHERE purpose = %s AND (channel = %s OR channel = 'every' AND NOT is_allowed)
        ORDER BY record_id, told_at DESC, c.id DESC
    ) latest
    GROUP BY certain_id HAVING bool_and(is_allowed)
"""


def _counts(channel: str) -> Q:
    return Q(channel=channel) | Q(channel=EVERY, is_allowed=False)


def _row(channel: str, purpose: str, told: list[Consent]) -> ConsentRow:
    """Return what holds: of each record the latest counts, a no before a yes, then the newest."""
    own = [one for one in told if (one.channel, one.purpose) == (channel, purpose)]
    counting = [
        one
        for one in told
        if one.purpose == purpose
        and (one.channel == channel or (one.channel == EVERY and not one.is_allowed))
    ]
    latest: dict[int, Consent] = {}
    for one in sorted(counting, key=lambda one: (one.told_at, one.pk)):
        latest[one.record_id] = one
    holds = min(latest.values(), key=lambda one: (one.is_allowed, -one.told_at.timestamp()))
    return ConsentRow(
        channel, purpose, **_told(holds)._asdict(), history=[_told(one) for one in own]
    )


def _told(one: Consent) -> Told:
    source = one.noted_by.name if one.noted_by else one.record.source.name
    return Told(one.is_allowed, source, one.told_at, Consent.Way(one.way).label, one.evidence)
