"""Who live events speak of: their records, what identifies them, what they say and allow."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.consent import tell, tell_by_live_opt_outs
from customers.actions.golden import refresh_golden_of
from customers.identity.rules import ALIAS
from customers.intake.identifiers import HASHED_ADDRESS, digest, digests
from customers.intake.sealing import Keys
from customers.intake.segment import Join, RecordRow, Taken
from customers.models import Consent
from customers.queries.keys import identity_key


def found_records(
    cursor: CursorWrapper, source_id: int, names: list[str], addresses: Mapping[str, str]
) -> bool:
    """Make a record, and the customer that it founds, for everybody not known here yet.

    `addresses` are those that people are named by, under their pseudonyms: they are kept sealed.
    Return whether anybody is identified by such a name who was not before.
    """
    seals = Keys(settings.IDENTIFIER_KEYS).seal("email", addresses.values())
    cursor.execute(
        """
        WITH added AS (
            INSERT INTO customers_record
                (id, source_id, external_id, customer_id, certain_id, attributes)
            SELECT id, %(source)s, external_id, id, id, '{}'
            FROM (
                SELECT external_id, nextval(pg_get_serial_sequence('customers_record', 'id')) AS id
                FROM unnest(%(names)s::text[]) AS named (external_id)
                WHERE NOT EXISTS (
                    SELECT FROM customers_record r
                    WHERE r.source_id = %(source)s AND r.external_id = named.external_id
                )
                ORDER BY external_id
            ) fresh
            ON CONFLICT DO NOTHING
            RETURNING id, external_id
        ), customers AS (
            INSERT INTO customers_customer (id) SELECT id FROM added
        ), identified AS (
            INSERT INTO customers_identifier AS known (record_id, kind, digest, sealed)
            SELECT id, 'email', decode(substr(external_id, %(start)s), 'hex'), sealed
            FROM (
                SELECT id, external_id FROM added
                UNION SELECT id, external_id FROM customers_record r
                WHERE source_id = %(source)s AND external_id = ANY(%(pseudonyms)s)
                    AND NOT EXISTS (
                        SELECT FROM customers_identifier k
                        WHERE k.record_id = r.id AND k.kind = 'email' AND k.sealed IS NOT NULL
                            AND k.digest = decode(substr(r.external_id, %(start)s), 'hex')
                    )
            ) named JOIN unnest(%(pseudonyms)s::text[], %(seals)s::bytea[])
                AS named_by (external_id, sealed) USING (external_id)
            ON CONFLICT (kind, digest, record_id) DO UPDATE SET sealed = excluded.sealed
                WHERE known.sealed IS NULL
            RETURNING record_id
        ), unlinked AS (
            INSERT INTO customers_unlinked (record_id) SELECT record_id FROM identified
        )
        SELECT EXISTS (SELECT FROM identified)
        """,
        {
            "source": source_id,
            "names": names,
            "start": len(HASHED_ADDRESS) + 1,
            "pseudonyms": list(addresses),
            "seals": seals,
        },
    )
    return bool(cursor.fetchone()[0])


def newest(said: Iterable[RecordRow]) -> list[RecordRow]:
    """Return one row for each person: everything said of them, the newest word on each thing."""
    found: dict[str, RecordRow] = {}
    for one in sorted(said, key=lambda row: row.said_at):
        if not one.attributes and not one.identifiers:
            continue
        before = found.get(one.external_id)
        if before is not None:
            one = one._replace(  # noqa: PLW2901  the row goes on as what is now known
                attributes=before.attributes | one.attributes,
                identifiers=before.identifiers | one.identifiers,
            )
        found[one.external_id] = one
    return list(found.values())


def identify(
    cursor: CursorWrapper, source_id: int, records: list[RecordRow], joins: list[Join]
) -> bool:
    """Keep what identifies people, as keyed hashes and sealed; return whether anything is new.

    A newer value takes the place of an older one of its kind, except the address that the person
    is named by, and the names that they had before, which only ever add up.
    """
    key = identity_key()
    keys = Keys(settings.IDENTIFIER_KEYS)
    given = [
        {
            "external_id": one.external_id,
            "said_at": one.said_at,
            "kind": kind,
            "digest": found,
            "sealed": keys.seal(kind, [value])[0],
        }
        for one in records
        for kind, value in one.identifiers.items()
        for found in digests(kind, [value], key, settings.PHONE_REGION)
        if found is not None
    ]
    given += [
        {
            "external_id": who,
            "said_at": None,
            "kind": ALIAS,
            "digest": digest(ALIAS, f"{source_id}:{before}", key),
            "sealed": keys.seal(ALIAS, [f"{source_id}:{before}"])[0],
        }
        for known, before in sorted(set(joins))
        for who in (known, before)
    ]
    if not given:
        return False
    cursor.execute(
        """
        WITH given AS (
            SELECT DISTINCT ON (r.id, g.kind, g.digest)
                r.id AS record_id, g.kind, decode(g.digest, 'hex') AS digest,
                decode(g.sealed, 'hex') AS sealed
            FROM json_to_recordset(%s) AS g (
                external_id text, said_at timestamptz, kind text, digest text, sealed text
            )
            JOIN customers_record r ON r.source_id = %s AND r.external_id = g.external_id
            WHERE g.said_at IS NULL OR r.attributes->>'updated_at' IS NULL
                OR g.said_at >= (r.attributes->>'updated_at')::timestamptz
        ), gone AS (
            DELETE FROM customers_identifier old USING given g
            WHERE old.record_id = g.record_id AND old.kind = g.kind AND old.digest <> g.digest
                AND g.kind <> %s AND NOT EXISTS (
                    SELECT FROM customers_record r WHERE r.id = old.record_id
                    AND r.external_id = old.kind || ':' || encode(old.digest, 'hex')
                )
            RETURNING old.record_id, old.kind, old.digest
        ), added AS (
            INSERT INTO customers_identifier AS known (record_id, kind, digest, sealed)
            SELECT record_id, kind, digest, sealed FROM given ORDER BY kind, digest, record_id
            ON CONFLICT (kind, digest, record_id) DO UPDATE SET sealed = excluded.sealed
                WHERE known.sealed IS NULL
            RETURNING record_id
        ), unlinked AS (
            INSERT INTO customers_unlinked (record_id)
            SELECT record_id FROM added UNION SELECT record_id FROM gone
            UNION SELECT i.record_id FROM gone JOIN customers_identifier i USING (kind, digest)
        )
        SELECT EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM added)
        """,
        [json.dumps(given, default=_written), source_id, ALIAS],
    )
    return bool(cursor.fetchone()[0])


def merge_attributes(cursor: CursorWrapper, source_id: int, records: list[RecordRow]) -> None:
    """Let newer words replace what a record says; older ones only fill in what it lacks."""
    if not records:
        return
    rows = [
        {
            "external_id": one.external_id,
            "said_at": one.said_at,
            "said": one.attributes | {"updated_at": one.said_at.isoformat()},
        }
        for one in records
    ]
    cursor.execute(
        """
        WITH given AS (
            SELECT r.id, g.said, r.attributes->>'updated_at' IS NULL
                OR g.said_at >= (r.attributes->>'updated_at')::timestamptz AS is_newer
            FROM json_to_recordset(%s) AS g (external_id text, said_at timestamptz, said jsonb)
            JOIN customers_record r ON r.source_id = %s AND r.external_id = g.external_id
            ORDER BY r.id
            FOR NO KEY UPDATE OF r
        )
        UPDATE customers_record r
        SET attributes = CASE WHEN is_newer THEN attributes || said ELSE said || attributes END
        FROM given
        WHERE r.id = given.id
            AND attributes <> CASE WHEN is_newer THEN attributes || said ELSE said || attributes END
        RETURNING r.id
        """,
        [json.dumps(rows, default=_written), source_id],
    )
    if changed := [record_id for (record_id,) in cursor.fetchall()]:
        refresh_golden_of(cursor, changed)


def note_consent(cursor: CursorWrapper, source_id: int, taken: Iterable[Taken]) -> None:
    """Note what people allow by the messages: those that say so, and opt-outs."""
    told = [
        {
            "source_id": source_id,
            "external_id": one.record.external_id,
            "channel": channel,
            "purpose": purpose,
            "is_allowed": answer,
            "told_at": one.record.said_at,
            "way": Consent.Way.LIVE.value,
            "noted_by_id": None,
            "evidence": "Live events",
        }
        for one in taken
        if one.record
        for (channel, purpose), answer in one.record.consent.items()
    ]
    if told:
        tell(cursor, told)
    out = [e._asdict() for one in taken for e in one.events if e.event == "opt_out"]
    if out:
        tell_by_live_opt_outs(cursor, source_id, json.dumps(out, default=str))


def _written(value: Any) -> str:
    """Write what JSON has no word for: a digest as hex, a moment as ISO text."""
    return value.hex() if isinstance(value, bytes) else str(value)
