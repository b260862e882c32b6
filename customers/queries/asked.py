"""Which customers are meant by ids and identifiers, many at once."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from customers.intake.identifiers import digests, pseudonym
from customers.queries.keys import identity_key

ASKED_BY = ("email", "phone", "loyalty_card", "account_id")
"""Kinds of identifier that somebody may be asked for by."""


class Asked(NamedTuple):
    """One customer as somebody names them: by one of the three, the others are empty."""

    public_id: UUID | None = None
    source: str = ""
    external_id: str = ""
    kind: str = ""
    value: str = ""


class Meant(NamedTuple):
    """Who is meant: a customer, and those of their records' people who certainly are.

    `certain_ids` are those whose consent counts: mostly one, the customer's own.
    """

    customer_id: int
    public_id: UUID
    certain_ids: frozenset[int]


MEANT = """
    WITH found AS (
        SELECT asked.place, r.customer_id, r.certain_id
        FROM unnest(%(id_places)s::int[], %(ids)s::uuid[]) AS asked (place, public_id)
        JOIN customers_customer c USING (public_id)
        JOIN customers_record r ON r.id = c.id
        UNION ALL
        SELECT asked.place, r.customer_id, r.certain_id
        FROM unnest(%(name_places)s::int[], %(sources)s::text[], %(names)s::text[])
            AS asked (place, source, name)
        JOIN customers_source s ON s.key = asked.source
        JOIN customers_record r ON r.source_id = s.id AND r.external_id = asked.name
        UNION ALL
        SELECT asked.place, r.customer_id, r.certain_id
        FROM unnest(%(held_places)s::int[], %(kinds)s::text[], %(digests)s::bytea[])
            AS asked (place, kind, digest)
        JOIN customers_identifier i ON i.kind = asked.kind AND i.digest = asked.digest
        JOIN customers_record r ON r.id = i.record_id
    )
    SELECT place, customer_id, c.public_id, array_agg(DISTINCT certain_id)
    FROM found JOIN customers_customer c ON c.id = customer_id
    GROUP BY place, customer_id, c.public_id
"""


def meant_by(asked: Sequence[Asked]) -> list[list[Meant]]:
    """Return for each who may be meant: nobody, one customer, or several. One query."""
    key = identity_key()
    by_id = [(place, one.public_id) for place, one in enumerate(asked) if one.public_id]
    by_name = [
        (place, one.source, pseudonym(one.external_id, key))
        for place, one in enumerate(asked)
        if one.external_id
    ]
    held = [
        (place, one.kind, digest)
        for place, one in enumerate(asked)
        if one.kind and (digest := _digest(one, key)) is not None
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            MEANT,
            {
                "id_places": [place for place, _ in by_id],
                "ids": [public_id for _, public_id in by_id],
                "name_places": [place for place, *_ in by_name],
                "sources": [source for _, source, _ in by_name],
                "names": [name for *_, name in by_name],
                "held_places": [place for place, *_ in held],
                "kinds": [kind for _, kind, _ in held],
                "digests": [digest for *_, digest in held],
            },
        )
        rows = cursor.fetchall()
    found: list[list[Meant]] = [[] for _ in asked]
    for place, customer_id, public_id, certain_ids in rows:
        found[place].append(Meant(customer_id, public_id, frozenset(certain_ids)))
    return found


def _digest(one: Asked, key: bytes) -> bytes | None:
    return digests(one.kind, [one.value], key, settings.PHONE_REGION)[0]
