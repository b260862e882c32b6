"""Changing keys: sealing again by the newest, and hashing again where the identity key changed.

Who is named by an e-mail address, and so called by its hash, is called by the new one.

Batch by batch in the order of ids, each its own transaction: killed and begun again, it goes on
with what still stands under an old key.
"""

from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from customers.identity.rules import ALIAS
from customers.intake.identifiers import digest, digests
from customers.intake.sealing import Keys, UnsealableError
from customers.models import Identifier, Suppression
from customers.queries.keys import identity_keys

BATCH = 5_000


class Rotated(NamedTuple):
    """How many identifiers were sealed and hashed again.

    `unknown` have only a hash, or a seal that none of the keys opens: they stay as they are until
    their source tells them again. `forgotten` people are known by older identity keys only, which
    must therefore stay in IDENTITY_KEY_OLD.
    """

    sealed: int
    hashed: int
    unknown: int
    forgotten: int


def rotate_keys() -> Rotated:
    """Bring every identifier under the newest keys, those too that another record has a seal of."""
    sealed = _seal_by_others()
    hashed = unknown = last = 0
    while True:
        with transaction.atomic():
            rows = list(
                Identifier.objects.filter(pk__gt=last)
                .order_by("pk")
                .select_for_update()
                .values_list("pk", "kind", "digest", "sealed")[:BATCH]
            )
            if not rows:
                break
            last = rows[-1][0]
            done = _rotate(
                [(pk, kind, bytes(d), None if s is None else bytes(s)) for pk, kind, d, s in rows]
            )
        sealed, hashed, unknown = (
            a + b for a, b in zip((sealed, hashed, unknown), done, strict=True)
        )
    older = Suppression.objects.count() if len(identity_keys()) > 1 else 0
    return Rotated(sealed, hashed, unknown, older)


def _seal_by_others() -> int:
    """Seal what was known by its hash only as a record that carries the same has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_identifier known SET sealed = told.sealed
            FROM customers_identifier told
            WHERE known.sealed IS NULL AND told.sealed IS NOT NULL
                AND told.kind = known.kind AND told.digest = known.digest
            """
        )
        return int(cursor.rowcount)


def _rotate(rows: list[tuple[int, str, bytes, bytes | None]]) -> tuple[int, int, int]:
    keys, key, old_keys = Keys(settings.IDENTIFIER_KEYS), identity_keys()[0], identity_keys()[1:]
    sealed: list[tuple[int, bytes]] = []
    hashed: list[tuple[int, bytes]] = []
    called: list[tuple[int, str, str]] = []
    unknown = 0
    for pk, kind, known, seal in rows:
        is_new = seal is not None and seal[0] == keys.newest
        if is_new and not old_keys:
            continue
        try:
            text = keys.open(kind, seal or b"")
        except UnsealableError:
            unknown += 1
            continue
        if not is_new:
            sealed.append((pk, keys.seal(kind, [text])[0]))
        if known in {_hash(kind, text, old) for old in old_keys}:
            now = _hash(kind, text, key) or known
            hashed.append((pk, now))
            called.append((pk, f"{kind}:{known.hex()}", f"{kind}:{now.hex()}"))
    with connection.cursor() as cursor:
        if sealed:
            cursor.execute(
                "UPDATE customers_identifier i SET sealed = s.sealed"
                " FROM unnest(%s::bigint[], %s::bytea[]) AS s (id, sealed) WHERE i.id = s.id",
                list(map(list, zip(*sealed, strict=True))),
            )
        if hashed:
            new = list(map(list, zip(*hashed, strict=True)))
            cursor.execute(
                """
                DELETE FROM customers_identifier i
                USING unnest(%s::bigint[], %s::bytea[]) AS n (id, digest), customers_identifier o
                WHERE i.id = n.id AND o.kind = i.kind AND o.record_id = i.record_id
                    AND o.digest = n.digest AND o.id <> i.id
                """,
                new,
            )
            cursor.execute(
                "UPDATE customers_identifier i SET digest = n.digest"
                " FROM unnest(%s::bigint[], %s::bytea[]) AS n (id, digest) WHERE i.id = n.id",
                new,
            )
            cursor.execute(
                "INSERT INTO customers_unlinked (record_id)"
                " SELECT DISTINCT record_id FROM customers_identifier WHERE id = ANY(%s)",
                [new[0]],
            )
            _rename(cursor, called, keys)
    return len(sealed), len(hashed), unknown


def _rename(cursor: CursorWrapper, called: list[tuple[int, str, str]], keys: Keys) -> None:
    """Give records that are called by what identifies them the pseudonyms of the newest key.

    Each of `called` is an identifier with its record's old and new pseudonym, should it be called
    so. Where the new one has come in meanwhile, both are said to be one person.
    """
    cursor.execute(
        """
        WITH called AS (
            SELECT r.id, r.source_id, c.old, c.new
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS c (identifier_id, old, new)
            JOIN customers_identifier i ON i.id = c.identifier_id
            JOIN customers_record r ON r.id = i.record_id AND r.external_id = c.old
        ), renamed AS (
            UPDATE customers_record r SET external_id = called.new FROM called
            WHERE r.id = called.id AND NOT EXISTS (
                SELECT FROM customers_record o
                WHERE o.source_id = called.source_id AND o.external_id = called.new
            )
        )
        SELECT called.id, other.id, called.source_id, called.old FROM called
        JOIN customers_record other
            ON other.source_id = called.source_id AND other.external_id = called.new
        """,
        list(map(list, zip(*called, strict=True))),
    )
    twice = cursor.fetchall()
    Identifier.objects.bulk_create(
        (
            Identifier(
                record_id=record_id,
                kind=ALIAS,
                digest=digest(ALIAS, name, identity_keys()[0]),
                sealed=keys.seal(ALIAS, [name])[0],
            )
            for *both, source_id, old in twice
            for name in (f"{source_id}:{old}",)
            for record_id in both
        ),
        ignore_conflicts=True,
    )
    cursor.execute(
        "INSERT INTO customers_unlinked (record_id) SELECT unnest(%s::bigint[])",
        [[record_id for *both, _, _ in twice for record_id in both]],
    )


def _hash(kind: str, text: str, key: bytes) -> bytes | None:
    if kind == ALIAS:
        return digest(kind, text, key)
    return digests(kind, [text], key, settings.PHONE_REGION)[0]
