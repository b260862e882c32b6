"""Knowing again who asked to be forgotten, by keyed hashes alone, so that nobody comes back.

Until they want to, or what they were known by belongs to somebody else.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from customers.intake.identifiers import HASHED_ADDRESS, digest, digests, pseudonym
from customers.models import Source, Suppression
from customers.queries.keys import identity_keys
from strategy.actions.audit import record
from strategy.models import Person
from strategy.permissions import check_can_erase

EXTERNAL_ID = "external_id"
_HASHED = re.compile(f"{HASHED_ADDRESS}([0-9a-f]{{32}})")
FORGOTTEN = "About somebody who asked to be forgotten."

type Known = tuple[str, bytes]
"""A kind of identifier with the digest of a value."""


def of_names(source_id: int, names: Iterable[str]) -> dict[str, list[Known]]:
    """Return what each external id of a source, as sent or as its pseudonym, may be known by.

    One that is an e-mail address is also known by the address, at whatever source. Under an older
    key it had another pseudonym, which only the address as sent can tell.
    """
    keys = identity_keys()
    found: dict[str, list[Known]] = {}
    for name in names:
        called = {pseudonym(name, key) for key in keys}
        found[name] = [
            (EXTERNAL_ID, digest(EXTERNAL_ID, f"{source_id}:{one}", key))
            for one in called
            for key in keys
        ]
        hashed = filter(None, map(_HASHED.fullmatch, called))
        found[name] += [("email", bytes.fromhex(address[1])) for address in hashed]
    return found


def of_values(kind: str, values: Sequence[str | None]) -> dict[str, list[Known]]:
    """Return what each value of a kind of identifier, as sent, may be known by."""
    found: dict[str, list[Known]] = {}
    for key in identity_keys():
        for value, one in zip(
            values, digests(kind, values, key, settings.PHONE_REGION), strict=True
        ):
            if value is not None and one is not None:
                found.setdefault(value, []).append((kind, one))
    return found


def everybody_forgotten(cursor: CursorWrapper) -> set[Known]:
    """Return what everybody was known by who asked to be forgotten; about 150 bytes of memory each.

    For an import, which asks about every row of its file. One query.
    """
    cursor.execute("SELECT kind, digest FROM customers_suppression")
    return {(kind, bytes(value)) for kind, value in cursor.fetchall()}


def forgotten_among(cursor: CursorWrapper, asked: dict[str, list[Known]]) -> set[str]:
    """Return those names or values that somebody had who asked to be forgotten. One query."""
    known = [one for every in asked.values() for one in every]
    if not known:
        return set()
    cursor.execute(
        """
        SELECT kind, digest FROM customers_suppression
        JOIN unnest(%s::text[], %s::bytea[]) AS asked (kind, digest) USING (kind, digest)
        """,
        [[kind for kind, _ in known], [value for _, value in known]],
    )
    gone = {(kind, bytes(value)) for kind, value in cursor.fetchall()}
    return {text for text, every in asked.items() if not gone.isdisjoint(every)}


class NotSuppressedError(Exception):
    """Nobody who was forgotten was known by this; the message says so in a sentence."""


@transaction.atomic
def readmit(
    *, kind: str, value: str, source: Source | None = None, by: Person | None, at: datetime
) -> int:
    """Take rows and events in again that name somebody by this; return how many hashes went.

    `kind` is one of identifiers, or EXTERNAL_ID for what a `source` calls them. What was erased is
    not brought back. By nobody, it is a command. Raises NotAllowed, NotSuppressedError.
    """
    if by is not None:
        check_can_erase(by)
    known = of_values(kind, [value]) if source is None else of_names(source.pk, [value])
    these = Q(pk=None)
    for one, found in known.get(value, []):
        these |= Q(kind=one, digest=found)
    lifted = list(Suppression.objects.select_for_update().filter(these))
    if not lifted:
        raise NotSuppressedError("Nobody who was forgotten was known by this.")
    for suppression in lifted:
        word = suppression.kind.replace("_", " ")
        record(
            act="suppression.lift",
            subject=suppression,
            sentence=f"Lifted what kept somebody forgotten away by their {word}.",
            by=by,
            at=at,
        )
    Suppression.objects.filter(pk__in=[one.pk for one in lifted]).delete()
    return len(lifted)
