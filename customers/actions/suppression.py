"""Knowing again who asked to be forgotten, by keyed hashes alone, so that nobody comes back."""

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.intake.identifiers import HASHED_ADDRESS, digest, digests, pseudonym

EXTERNAL_ID = "external_id"
_HASHED = re.compile(f"{HASHED_ADDRESS}([0-9a-f]{{32}})")
FORGOTTEN = "About somebody who asked to be forgotten."

type Known = tuple[str, bytes]
"""A kind of identifier with the digest of a value."""


def identity_keys() -> list[bytes]:
    """Return the keys of digests, the one in use first.

    Who was forgotten under an older key is known by it alone: what they were called is gone.
    """
    return [key.encode()[:64] for key in (settings.IDENTITY_KEY, *settings.IDENTITY_KEYS_OLD)]


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
