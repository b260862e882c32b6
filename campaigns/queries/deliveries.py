"""What was handed to sending tools, row by row, and what they really did with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Delivery, Initiative, SentCount
from campaigns.queries.steps import REACHING
from customers.queries.consent import allowed_among
from strategy.language.dates import ago
from strategy.language.numbers import number, percent
from strategy.language.words import counted

MOST_ROWS = 10_000
HEADER = ["customer", "source", "external_id", "arm"]


class DeliveredRow(NamedTuple):
    """A person for the sending tool; `cursor` is what to ask on after."""

    cursor: int
    customer: UUID
    source: str
    external_id: str
    arm: str


class DeliveryRow(NamedTuple):
    """A delivery in the list; `says` is how many it had and whom it left out."""

    pk: int
    made: str
    by: str
    source: str
    says: str


class Sent(NamedTuple):
    """What became of the arms; all are customers, each counted once.

    `sent` of the treated got a contact of the initiative; `not_sent` were handed over and did
    not; `unasked` got one and were not handed over; `holdout_sent` are of the holdout and got
    one, which spoils the test; `held_sent` are those whom the whole company leaves alone;
    `strangers_sent` are in no arm.
    """

    treated: int
    holdout: int
    held: int
    delivered: int
    sent: int
    not_sent: int
    unasked: int
    holdout_sent: int
    held_sent: int
    strangers_sent: int

    @property
    def spoilt(self) -> int:
        """How many were contacted who are held out."""
        return self.holdout_sent + self.held_sent

    @property
    def answer(self) -> str:
        """What it comes to, in a sentence."""
        if not self.sent and not self.spoilt:
            return f"Nothing was sent yet to the {number(self.treated)} treated."
        said = f"{percent(self.sent / self.treated)} of the treated were really contacted."
        if self.spoilt:
            return f"{said} {number(self.spoilt)} who are held out were too: that spoils the test."
        return f"{said} Nobody of the {number(self.holdout)} held out was."


def delivered_rows(
    delivery: Delivery, *, after: int = 0, limit: int = MOST_ROWS
) -> list[DeliveredRow]:
    """Return the next people of a delivery, after the cursor of the last row that was read.

    Who asked to be forgotten, took their consent back, or is held out by the company since it was
    made is no longer among them, so fewer than `limit` may come; none is the end. Nobody is while
    the initiative is paused, nor once it has ended. Two queries a round.
    """
    while found := _delivered(delivery, after, limit):
        people = [customer_id for customer_id, _ in found if customer_id is not None]
        allowed = (
            allowed_among(people, delivery.channel, delivery.purpose)
            if delivery.channel
            else set(people)
        )
        if rows := [row for customer_id, row in found if customer_id in allowed]:
            return rows
        after = found[-1][1].cursor
    return []


def _delivered(delivery: Delivery, after: int, limit: int) -> list[tuple[int | None, DeliveredRow]]:
    """Return the next rows with their customers; None for who must not be reached any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH d AS MATERIALIZED (
                SELECT record_id, given_id, arm FROM campaigns_delivered
                WHERE delivery_id = %s AND record_id > %s AND EXISTS (
                    SELECT FROM campaigns_initiative WHERE id = %s AND status = ANY(%s)
                ) ORDER BY record_id LIMIT %s
            )
            SELECT CASE WHEN g.certain_id = r.customer_id AND h.id IS NULL AND NOT EXISTS (
                    SELECT FROM customers_erasure e WHERE e.customer = c.public_id
                ) THEN c.id END,
                d.record_id, c.public_id, s.key, g.external_id, d.arm
            FROM d JOIN customers_record r ON r.id = d.record_id
            JOIN customers_customer c ON c.id = r.customer_id
            JOIN customers_record g ON g.id = d.given_id
            JOIN customers_source s ON s.id = g.source_id
            LEFT JOIN campaigns_held h ON h.record_id = c.id
            ORDER BY d.record_id
            """,
            [delivery.pk, after, delivery.initiative_id, REACHING, limit],
        )
        return [(customer_id, DeliveredRow(*row)) for customer_id, *row in cursor.fetchall()]


def delivery_lines(delivery: Delivery) -> Iterator[list[str]]:
    """Return a delivery as lines of a file, its header first. Streams; a query for 10,000."""
    yield HEADER
    after = 0
    while rows := delivered_rows(delivery, after=after):
        for row in rows:
            yield [str(row.customer), row.source, row.external_id, row.arm]
        after = rows[-1].cursor


def delivery_rows(initiative_id: int, now: datetime) -> list[DeliveryRow]:
    """Return an initiative's deliveries, newest first. One query; `now` is local."""
    found = Delivery.objects.filter(initiative=initiative_id).select_related("made_by", "source")
    return [
        DeliveryRow(
            pk=one.pk,
            made=ago(timezone.localtime(one.made_at), now),
            by=one.made_by.name,
            source=one.source.name if one.source else "",
            says=_delivered_words(one),
        )
        for one in found
    ]


def sent_as(kept: SentCount | None) -> Sent | None:
    """Return a count as it is shown; None before the first, and while nobody is treated."""
    if kept is None or not kept.treated:
        return None
    return Sent(*(getattr(kept, name) for name in Sent._fields))


def count_sent(initiative: Initiative) -> Sent:
    """Compare who was assigned, handed over, and really contacted.

    Contacts are events that name the initiative, from seven days before its first day on. One
    query, of some seconds for a million: pages show `SentCount`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SENT,
            {
                "initiative": initiative.pk,
                "key": initiative.key,
                "since": initiative.starts_on - timedelta(days=7),
                "zone": settings.TIME_ZONE,
            },
        )
        return Sent(*cursor.fetchone())


SENT = """
    WITH arms AS (
        SELECT DISTINCT ON (r.customer_id) r.customer_id, a.arm
        FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
        WHERE a.initiative_id = %(initiative)s ORDER BY r.customer_id, a.record_id
    ), held AS (
        SELECT DISTINCT r.customer_id FROM campaigns_spared s
        JOIN customers_record r ON r.id = s.record_id WHERE s.initiative_id = %(initiative)s
    ), delivered AS (
        SELECT DISTINCT r.customer_id FROM campaigns_delivery y
        JOIN campaigns_delivered d ON d.delivery_id = y.id AND d.arm = 'treated'
        JOIN customers_record r ON r.id = d.record_id WHERE y.initiative_id = %(initiative)s
    ), sent AS (
        SELECT DISTINCT r.customer_id FROM customers_event e
        JOIN customers_record r ON r.id = e.record_id
        WHERE e.kind = 'contact' AND e.initiative = %(key)s
            AND e.at >= %(since)s::timestamp AT TIME ZONE %(zone)s
    ), everybody AS (
        SELECT arm, held.customer_id IS NOT NULL AS is_held, d.customer_id IS NOT NULL AS is_given,
            sent.customer_id IS NOT NULL AS is_sent
        FROM arms FULL JOIN held USING (customer_id) FULL JOIN sent USING (customer_id)
        LEFT JOIN delivered d USING (customer_id)
    )
    SELECT count(*) FILTER (WHERE arm = 'treated'), count(*) FILTER (WHERE arm = 'holdout'),
        count(*) FILTER (WHERE is_held), count(*) FILTER (WHERE is_given),
        count(*) FILTER (WHERE arm = 'treated' AND is_sent),
        count(*) FILTER (WHERE is_given AND NOT is_sent),
        count(*) FILTER (WHERE arm = 'treated' AND is_sent AND NOT is_given),
        count(*) FILTER (WHERE arm = 'holdout' AND is_sent),
        count(*) FILTER (WHERE is_held AND is_sent),
        count(*) FILTER (WHERE arm IS NULL AND NOT is_held AND is_sent)
    FROM everybody
"""


def _delivered_words(one: Delivery) -> str:
    says = counted(one.row_count, "customer", capital=True)
    if one.with_holdout:
        says += ", the holdout among them"
    if one.left_out_count:
        why = "not allowed, not known there, held or to be forgotten"
        says += f"; {number(one.left_out_count)} left out: {why}"
    return f"{says}."
