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
from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from customers.actions import work as ledger
from customers.actions.arrivals import note_arrival
from customers.actions.consent import tell
from customers.actions.live_people import (
    found_records,
    identify,
    merge_attributes,
    newest,
    note_consent,
)
from customers.actions.suppression import (
    FORGOTTEN,
    forgotten_among,
    of_names,
    of_values,
)
from customers.intake.bodies import TOO_LARGE
from customers.intake.segment import Addressed, Taken, read
from customers.intake.values import RefusedError, mapping, text
from customers.models import Consent, Source
from customers.queries.keys import identity_key

ERASING_LOCK = 7_412_003
"""The advisory lock that live events share, and that an erasure holds alone."""
NEVER_KEPT = "It says what the database can never keep."
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
    key = identity_key()
    taken: list[Taken] = []
    refused: list[Refused] = []
    for place, message in enumerate(messages):
        message_id = text(mapping(message).get("messageId"), 100)
        try:
            if place in too_large:
                raise RefusedError(TOO_LARGE)  # noqa: TRY301  refused like every other
            one = read(message, received_at=received_at, zone=zone, key=key, on_its_way=on_its_way)
            taken.append(one._replace(place=place, message_id=message_id))
        except RefusedError as reason:
            refused.append(Refused(place, message_id, str(reason)))
    with live_transaction() as cursor:
        return land_what_can_be_kept(
            cursor, source=source, taken=taken, refused=refused, received_at=received_at
        )


@contextmanager
def live_transaction() -> Iterator[CursorWrapper]:
    """Open the one transaction of a request, whose sender does not wait for long.

    An erasure waits for it, and it for an erasure, before it reads who is known.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [f"{STATEMENT_SECONDS}s", f"{LOCK_SECONDS}s"],
        )
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ERASING_LOCK])
        yield cursor


def land_what_can_be_kept(
    cursor: CursorWrapper,
    *,
    source: Source,
    taken: list[Taken],
    refused: list[Refused],
    received_at: datetime,
) -> Accepted:
    """Do as `land` does, but refuse the messages that the database can never keep.

    They are looked for by halves. What may pass, as an OperationalError, is raised.
    """
    try:
        with transaction.atomic():
            return land(
                cursor, source=source, taken=taken, refused=refused, received_at=received_at
            )
    except (DataError, IntegrityError):
        if not taken:
            raise
    if len(taken) == 1:
        refused = [*refused, Refused(taken[0].place, taken[0].message_id, NEVER_KEPT)]
        return land(cursor, source=source, taken=[], refused=refused, received_at=received_at)
    half = len(taken) // 2
    one, other = (
        land_what_can_be_kept(
            cursor, source=source, taken=part, refused=counted, received_at=received_at
        )
        for part, counted in ((taken[:half], refused), (taken[half:], []))
    )
    return Accepted(one.new + other.new, one.known + other.known, one.refused + other.refused)


def land(
    cursor: CursorWrapper,
    *,
    source: Source,
    taken: list[Taken],
    refused: list[Refused],
    received_at: datetime,
) -> Accepted:
    """Bring in what was taken of a request, and count the rest, in its `live_transaction`."""
    remembered = _remembered(cursor, source.pk, taken)
    refused = [*refused, *[Refused(0, "", FORGOTTEN)] * (len(taken) - len(remembered))]
    taken = remembered
    is_linkable = found_records(cursor, source.pk, _names(taken), _addresses(taken))
    new, known = _add_events(cursor, source.pk, taken)
    records = newest(one.record for one in taken if one.record)
    joins = [one.join for one in taken if one.join]
    is_linkable |= identify(cursor, source.pk, records, joins)
    merge_attributes(cursor, source.pk, records)
    note_consent(cursor, source.pk, taken)
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
    """Return the messages without those about people who asked to be forgotten."""
    addresses = _addresses(taken)
    asked = {
        name: known
        for name in _names(taken)
        for known in of_names(source_id, [addresses.get(name, name)]).values()
    }
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


def _addresses(taken: Iterable[Taken]) -> dict[str, str]:
    """Return the addresses that people are named by, under their pseudonyms."""
    return {hidden: said for one in taken for hidden, said in one.addresses.items()}


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
