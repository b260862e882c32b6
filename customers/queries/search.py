"""Finding customers by what they say at the till or on the line."""

import re
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from customers.intake.identifiers import digests
from customers.memory.recall import SEEN
from customers.models import Record
from customers.queries.keys import identity_key
from customers.queries.people import find_customer
from strategy.language.dates import ago
from strategy.language.privacy import masked_name
from strategy.language.words import counted

MOST = 20
SHORTEST = 2
PARTS = 3
"""Of a longer name the first so many parts must be there."""

ALIKE = 0.3
"""From this trigram similarity on, names are one another's misspelling."""

ANYWHERE_FROM = 3
"""Letters; a shorter part of a name is sought where a word begins, since trigrams know it there."""

SPELLED_FROM = 4
"""Letters; shorter names are like too many others."""

KINDS = {
    "email": "E-mail address",
    "phone": "Phone number",
    "loyalty_card": "Loyalty card",
    "account_id": "Account number",
}

HELD = """
    SELECT r.customer_id, max(i.kind)
    FROM customers_identifier i JOIN customers_record r ON r.id = i.record_id
    WHERE (i.kind, i.digest) IN (SELECT * FROM unnest(%(kinds)s::text[], %(digests)s::bytea[]))
    GROUP BY 1 ORDER BY 1 LIMIT %(most)s
"""

ORDERED = """
    SELECT DISTINCT r.customer_id, 'Order ' || e.order_id
    FROM customers_event e JOIN customers_record r ON r.id = e.record_id
    WHERE e.kind = 'order' AND e.order_id <> '' AND e.order_id = ANY(%(orders)s)
    LIMIT %(most)s
"""

NAMED = """
    SELECT id, 'Name' FROM customers_customer WHERE full_name <> '' AND {parts} LIMIT %(most)s
"""
"""The parts and their patterns stand one by one: for ILIKE ALL or ANY of a list the planner leaves
the index aside."""

SPELLED = """
    SELECT id, 'Name' FROM customers_customer
    WHERE full_name <> '' AND full_name %% %(text)s
    ORDER BY similarity(full_name, %(text)s) DESC, id LIMIT %(most)s
"""

SHOWN = """
    SELECT c.id, c.public_id, c.full_name, c.city,
        (
            SELECT max(seen.at) FROM customers_record r CROSS JOIN LATERAL (
                SELECT at FROM customers_event
                WHERE record_id = r.id AND kind = ANY(%(seen)s)
                ORDER BY at DESC LIMIT 1
            ) seen
            WHERE r.customer_id = c.id
        )
    FROM customers_customer c WHERE c.id = ANY(%(ids)s)
"""


class Hit(NamedTuple):
    """A customer who may be meant; the name is masked, `last_seen` is in words."""

    public_id: UUID
    name: str
    city: str
    last_seen: str
    matched: str


class Asked(NamedTuple):
    """What somebody typed, as each way of finding reads it."""

    text: str
    names: list[str]
    orders: list[str]
    kinds: list[str]
    digests: list[bytes]


def asked(text: str) -> Asked:
    """Read a search as names, numbers and addresses at once.

    Anything with an @ is an e-mail address and nothing else; a name has no digit in it.
    """
    text = " ".join(text.replace("\0", " ").split())[:200]
    is_email = "@" in text
    kinds = ["email"] if is_email else ["phone", "loyalty_card", "account_id"]
    key = identity_key()
    found = [(kind, digests(kind, [text], key, settings.PHONE_REGION)[0]) for kind in kinds]
    known = [(kind, digest) for kind, digest in found if digest is not None]
    is_name = not is_email and not re.search(r"\d", text)
    return Asked(
        text=text,
        names=[part for part in text.split() if len(part) >= SHORTEST] if is_name else [],
        orders=[] if is_email else list(dict.fromkeys([text, text.upper()])),
        kinds=[kind for kind, _ in known],
        digests=[digest for _, digest in known],
    )


def search_answer(text: str, hits: list[Hit]) -> str:
    """Say in a sentence what was found. One query where nothing was."""
    if not hits and not Record.objects.exists():
        return "Nobody is here yet: customers come with the first import."
    if not text:
        return "Type what they tell you: a name, an address, a number."
    if len(text) < SHORTEST:
        return "Type a little more."
    if not hits:
        return "Nobody by that is known here."
    if len(hits) == MOST:
        return f"Too many to choose from: the first {MOST} are here. Type more of it."
    return (
        "One customer fits."
        if len(hits) == 1
        else f"{counted(len(hits), 'customer', capital=True)} fit."
    )


def search(text: str, now: datetime) -> list[Hit]:
    """Return customers who may be meant, the surest first, at most 20. At most eight queries.

    `now` is in the reader's time zone.

    An identifier or an order's number is found exactly. A name is found by its parts wherever
    they stand, those of two letters where one of its words begins, and only where nobody has them
    all, by what is spelled alike.
    """
    wanted = asked(text)
    if len(wanted.text) < SHORTEST:
        return []
    matched: dict[int, str] = {}
    public_id = as_id(text)
    if public_id is not None and (found := find_customer(public_id)):
        return _shown({found.customer_id: "Customer id"}, now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
        said: dict[str, Any] = {
            "most": MOST,
            "kinds": wanted.kinds,
            "digests": wanted.digests,
            "orders": wanted.orders,
            "text": wanted.text,
        }
        named, patterns = _named(wanted.names[:PARTS])
        for statement, is_asked in (
            (HELD, bool(wanted.digests)),
            (ORDERED, bool(wanted.orders)),
            (named, bool(wanted.names)),
            (SPELLED, bool(wanted.names) and len(wanted.text) >= SPELLED_FROM),
        ):
            if is_asked and not matched:
                cursor.execute(statement, said | patterns)
                matched |= dict(cursor.fetchall())
        return _shown(matched, now) if matched else []


def _shown(matched: dict[int, str], now: datetime) -> list[Hit]:
    """Return the customers in the order in which they were found."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, {"ids": list(matched), "seen": sorted(SEEN)})
        rows = {row[0]: row for row in cursor.fetchall()}
    hits = []
    for customer_id, how in matched.items():
        if customer_id in rows:
            _, public_id, name, city, last_seen = rows[customer_id]
            seen = ago(last_seen, now) if last_seen else "Never"
            shown = masked_name(name) or "No name known"
            hits.append(Hit(public_id, shown, city, seen, KINDS.get(how, how)))
    return hits


def as_id(text: str) -> UUID | None:
    """Return the public id that a text is, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _named(parts: list[str]) -> tuple[str, dict[str, str]]:
    """Return the question for names that have all these parts, with its patterns by name."""
    patterns: dict[str, str] = {}
    clauses = []
    for part in map(_literally, parts):
        is_short = len(part) < ANYWHERE_FROM
        alike = [f"{part}%", f"% {part}%", f"%-{part}%"] if is_short else [f"%{part}%"]
        names = [f"pattern{len(patterns) + place}" for place in range(len(alike))]
        patterns |= dict(zip(names, alike, strict=True))
        clauses.append(" OR ".join(f"full_name ILIKE %({name})s" for name in names))
    return NAMED.format(parts=" AND ".join(f"({clause})" for clause in clauses)), patterns


def _literally(part: str) -> str:
    """Return text that LIKE takes as it stands."""
    return re.sub(r"([\\%_])", r"\\\1", part)
