"""Live events: the messages of one request, in one transaction of a few statements.

Nothing is linked and nothing is counted here: weeks become stale, and linking is given to the
ledger, once for however many requests ask for it while it waits.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.arrivals import note_arrival
from customers.actions.consent import tell, tell_by_live_opt_outs
from customers.actions.golden import refresh_golden_of
from customers.actions.linking import ALIAS
from customers.actions.staging import HASHED
from customers.actions.suppression import (
    FORGOTTEN,
    forgotten_among,
    of_names,
    of_values,
)
from customers.intake.bodies import TOO_LARGE
from customers.intake.identifiers import HASHED_ADDRESS, digest, digests
from customers.intake.sealing import Keys
from customers.intake.segment import Addressed, Join, RecordRow, Taken, read
from customers.intake.values import RefusedError, mapping, text
from customers.models import Consent, Source

ERASING_LOCK = 7_412_003
"""The advisory lock that live events share, and that an erasure holds alone."""
STATEMENT_SECONDS = 4
LOCK_SECONDS = 2


class Refused(NamedTuple):
    """A message that can never be accepted: its place in the request, its id, and why."""

    place: int
    message_id: str
    reason: str


class Accepted(NamedTuple):
    """What became of a request: events that were new and known, and messages refused."""

    new: int
    known: int
    refused: list[Refused]


def accept_messages(
    *,
    source: Source,
    messages: list[Any],
    received_at: datetime,
    too_large: Collection[int] = frozenset(),
    on_its_way: timedelta = timedelta(),
) -> Accepted:
    """Bring the messages of one request in, each event once for ever; commit before returning.

    A message that cannot be accepted is counted under its reason and keeps no other from being
    accepted. One about somebody who asked to be forgotten is counted so too, and told to nobody.
    `too_large` names the places of those over the limit; `on_its_way` is how long a
    message may have waited after its `sentAt`. Raises OperationalError where the database is
    away, too slow (4 s a statement), or holds what is needed (2 s a lock).
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    key = settings.IDENTITY_KEY.encode()[:64]
    taken: list[Taken] = []
    refused: list[Refused] = []
    for place, message in enumerate(messages):
        try:
            if place in too_large:
                raise RefusedError(TOO_LARGE)  # noqa: TRY301  refused like every other
            one = read(message, received_at=received_at, zone=zone, key=key, on_its_way=on_its_way)
            taken.append(one)
        except RefusedError as reason:
            message_id = text(mapping(message).get("messageId"), 100)
            refused.append(Refused(place, message_id, str(reason)))
    with live_transaction() as cursor:
        return land(cursor, source=source, taken=taken, refused=refused, received_at=received_at)


@contextmanager
def live_transaction() -> Iterator[CursorWrapper]:
    """Open the one transaction of a request, whose sender does not wait for long."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [f"{STATEMENT_SECONDS}s", f"{LOCK_SECONDS}s"],
        )
        yield cursor


def land(
    cursor: CursorWrapper,
    *,
    source: Source,
    taken: list[Taken],
    refused: list[Refused],
    received_at: datetime,
) -> Accepted:
    """Bring in what was taken of a request, and count the rest, in the caller's transaction."""
    remembered = _remembered(cursor, source.pk, taken)
    refused = [*refused, *[Refused(0, "", FORGOTTEN)] * (len(taken) - len(remembered))]
    taken = remembered
    is_linkable = _found_records(cursor, source.pk, _names(taken))
    new, known = _add_events(cursor, source.pk, taken)
    records = _newest(one.record for one in taken if one.record)
    joins = [one.join for one in taken if one.join]
    is_linkable |= _identify(cursor, source.pk, records, joins)
    _merge_attributes(cursor, source.pk, records)
    _note_consent(cursor, source.pk, taken)
    _count_refused(cursor, source.pk, refused, received_at)
    if taken:
        note_arrival(source=source, messages=len(taken), events=new, at=received_at)
    if is_linkable:
        ledger.give(kind="link", arguments={}, at=received_at, once="all", ring_now=False)
    return Accepted(new, known, refused)


def refuse(*, source: Source, reason: str, at: datetime) -> None:
    """Count a request of a source that could not be taken at all."""
    with live_transaction() as cursor:
        _count_refused(cursor, source.pk, [Refused(0, "", reason)], at)


def _remembered(cursor: CursorWrapper, source_id: int, taken: list[Taken]) -> list[Taken]:
    """Return the messages without those about people who asked to be forgotten.

    An erasure waits for this transaction, and this one for an erasure.
    """
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ERASING_LOCK])
    asked = of_names(source_id, _names(taken))
    for kind, value in {
        pair for one in taken if one.record for pair in one.record.identifiers.items()
    }:
        asked |= {f"{kind} {value}": known for value, known in of_values(kind, [value]).items()}
    gone = forgotten_among(cursor, asked)
    return [
        one
        for one in taken
        if gone.isdisjoint(_names([one]))
        and not (
            one.record
            and any(f"{kind} {value}" in gone for kind, value in one.record.identifiers.items())
        )
    ]


def _names(taken: Iterable[Taken]) -> list[str]:
    """Return everybody that the messages speak of, in one order for all requests."""
    named = {event.external_id for one in taken for event in one.events}
    named |= {one.record.external_id for one in taken if one.record}
    named |= {who for one in taken if one.join for who in one.join}
    return sorted(who for who in named if who)


def _found_records(cursor: CursorWrapper, source_id: int, names: list[str]) -> bool:
    """Make a record, and the customer that it founds, for everybody not known here yet.

    Return whether any of them is identified by the very name.
    """
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
            INSERT INTO customers_identifier (record_id, kind, digest)
            SELECT id, 'email', decode(substr(external_id, %(start)s), 'hex') FROM added
            WHERE external_id ~ %(hashed)s
            RETURNING record_id
        ), unlinked AS (
            INSERT INTO customers_unlinked (record_id) SELECT record_id FROM identified
        )
        SELECT EXISTS (SELECT FROM identified)
        """,
        {"source": source_id, "names": names, "start": len(HASHED_ADDRESS) + 1, "hashed": HASHED},
    )
    return bool(cursor.fetchone()[0])


def _add_events(cursor: CursorWrapper, source_id: int, taken: list[Taken]) -> tuple[int, int]:
    """Return how many of the messages' events were new and how many were known.

    The first word on an event stands: a client that sends it again sends the same, and what a
    person answered by it is not answered again.
    """
    rows = [event._asdict() for one in taken for event in one.events]
    addressed = {one.events[0].event_id: one.addressed for one in taken if one.addressed}
    for row in rows:
        to = addressed.get(row["event_id"])
        row["record_id"] = next(iter(to.record_ids), None) if to else None
    if not rows:
        return 0, 0
    cursor.execute(
        """
        WITH added AS (
            INSERT INTO customers_event (
                source_id, event_id, record_id, kind, at, channel, initiative, arm, order_id,
                amount, currency, quantity, product, category, store, score, transactional
            )
            SELECT DISTINCT ON (event_id)
                %(source)s, event_id, coalesce(e.record_id, r.id), event, at, channel,
                initiative, arm, order_id, amount, currency, quantity, product, category,
                store, score, transactional
            FROM json_to_recordset(%(rows)s) AS e (
                event text, event_id text, external_id text, record_id bigint, at timestamptz,
                channel text, initiative text, arm text, order_id text,
                amount numeric(18, 4), currency text, quantity bigint,
                product text, category text, store text, score double precision,
                transactional boolean
            )
            LEFT JOIN customers_record r
            ON r.source_id = %(source)s AND r.external_id = e.external_id
            ORDER BY event_id
            ON CONFLICT (source_id, event_id) DO NOTHING
            RETURNING at, event_id, record_id
        ), stale AS (
            INSERT INTO customers_staleweek (week_on)
            SELECT DISTINCT date_trunc('week', at AT TIME ZONE %(zone)s)::date FROM added
        )
        SELECT count(*), jsonb_object_agg(event_id, record_id) FILTER (
            WHERE event_id = ANY(%(answered)s)
        ) FROM added
        """,
        {
            "source": source_id,
            "zone": settings.TIME_ZONE,
            "rows": json.dumps(rows, default=str),
            "answered": [event_id for event_id, to in addressed.items() if to.consent],
        },
    )
    added, answered = cursor.fetchone()
    at = {row["event_id"]: row["at"] for row in rows}
    _take_answers(
        cursor,
        [
            (who, addressed[event_id], at[event_id], event_id)
            for event_id, record_id in json.loads(answered or "{}").items()
            for who in {*addressed[event_id].record_ids, record_id} - {None}
        ],
    )
    return added, len(rows) - added


def _take_answers(
    cursor: CursorWrapper, given: Iterable[tuple[int, Addressed, datetime, str]]
) -> None:
    """Note what records answered by an event of theirs, named by its id."""
    told = [
        {
            "record_id": record_id,
            "channel": channel,
            "purpose": purpose,
            "is_allowed": answer,
            "told_at": at,
            "way": Consent.Way.OPT_OUT.value,
            "evidence": f"Event {event_id}"[:200],
        }
        for record_id, addressed, at, event_id in given
        for (channel, purpose), answer in addressed.consent.items()
    ]
    if told:
        tell(cursor, told)


def _newest(said: Iterable[RecordRow]) -> list[RecordRow]:
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


def _identify(
    cursor: CursorWrapper, source_id: int, records: list[RecordRow], joins: list[Join]
) -> bool:
    """Keep what identifies people, as keyed hashes and sealed; return whether anything is new.

    A newer value takes the place of an older one of its kind, except the names that a person
    had before, which only ever add up.
    """
    key = settings.IDENTITY_KEY.encode()[:64]
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
                AND g.kind <> %s
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


def _merge_attributes(cursor: CursorWrapper, source_id: int, records: list[RecordRow]) -> None:
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


def _note_consent(cursor: CursorWrapper, source_id: int, taken: Iterable[Taken]) -> None:
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


def _count_refused(
    cursor: CursorWrapper, source_id: int, refused: list[Refused], at: datetime
) -> None:
    """Add up the day's refused messages by their reason."""
    examples = {one.reason: one.message_id for one in refused}
    counts = Counter(one.reason for one in refused)
    for reason in sorted(counts):
        cursor.execute(
            """
            INSERT INTO customers_refusal
                (source_id, refused_on, reason, message_count, example, last_at)
            VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (source_id, refused_on, reason) DO UPDATE SET
                message_count = customers_refusal.message_count + excluded.message_count,
                example = excluded.example, last_at = excluded.last_at
            """,
            [source_id, timezone.localdate(at), reason, counts[reason], examples[reason], at],
        )


def _written(value: Any) -> str:
    """Write what JSON has no word for: a digest as hex, a moment as ISO text."""
    return value.hex() if isinstance(value, bytes) else str(value)
