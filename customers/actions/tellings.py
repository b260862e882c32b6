"""What platforms tell of messages to people, brought in as live events of who has the address."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from customers.actions.live_events import (
    Accepted,
    Refused,
    land_what_can_be_kept,
    live_transaction,
)
from customers.intake.identifiers import digest, digests, normalised
from customers.intake.platforms import Telling
from customers.intake.segment import Addressed, EventRow, RecordRow, Taken
from customers.models import Source
from customers.queries.keys import identity_key

_IDENTIFIERS = {"email": "email", "text": "phone"}
"""By which identifier a channel reaches people."""


class _Person(NamedTuple):
    record_ids: tuple[int, ...]
    """Records that carry the address, eldest first; none where nobody is known by it."""
    pseudonym: str
    """The external id of a record for somebody unknown, "" for an address that is nobody's."""


def accept_tellings(
    *,
    source: Source,
    tellings: Collection[Telling],
    received_at: datetime,
    refused: Iterable[Refused] = (),
) -> Accepted:
    """Bring what a platform told in, each event once for ever; commit before returning.

    The person is who carries the address among the source's own records, else the one record
    that carries it anywhere, else a new record under a keyed pseudonym. Who leaves says no for
    every record so found. Raises OperationalError as `accept_messages` does.
    """
    with live_transaction() as cursor:
        people = _people(cursor, source.pk, tellings)
        taken = [
            _taken(telling, people.get((telling.channel, telling.address)), received_at)
            for telling in tellings
        ]
        return land_what_can_be_kept(
            cursor, source=source, taken=taken, refused=list(refused), received_at=received_at
        )


def _taken(telling: Telling, person: _Person | None, received_at: datetime) -> Taken:
    at = telling.at or received_at
    record_ids = person.record_ids if person else ()
    if telling.record_id is not None:
        record_ids = (telling.record_id,)
    unknown = person.pseudonym if person and not record_ids else ""
    event = EventRow(
        telling.kind,
        _event_id(telling),
        unknown or None,
        at,
        channel=telling.channel,
        initiative=telling.initiative,
        arm=telling.arm,
        transactional=telling.transactional,
    )
    identifiers = {_IDENTIFIERS[telling.channel]: telling.address}
    return Taken(
        [event],
        record=RecordRow(unknown, at, {}, identifiers) if unknown else None,
        addressed=Addressed(record_ids, telling.consent),
    )


def _event_id(telling: Telling) -> str:
    """Return what makes it one event; keyed, since addresses are among the parts."""
    return f"{telling.told_by}:{digest('telling', '\0'.join(telling.parts), identity_key()).hex()}"


def _people(
    cursor: CursorWrapper, source_id: int, tellings: Iterable[Telling]
) -> dict[tuple[str, str], _Person]:
    """Return who is meant by each channel and address. One query for each channel told of."""
    addresses = defaultdict(set)
    for telling in tellings:
        if telling.address:
            addresses[telling.channel].add(telling.address)
    found: dict[tuple[str, str], _Person] = {}
    for channel, given in addresses.items():
        kind, told = _IDENTIFIERS[channel], sorted(given)
        hashed = dict(
            zip(told, digests(kind, told, identity_key(), settings.PHONE_REGION), strict=True)
        )
        known = _records(cursor, source_id, kind, [one for one in hashed.values() if one])
        for address, hash_ in hashed.items():
            record_ids = known.get(hash_, ()) if hash_ else ()
            found[channel, address] = _Person(record_ids, _pseudonym(kind, address))
    return found


def _records(
    cursor: CursorWrapper, source_id: int, kind: str, hashes: list[bytes]
) -> dict[bytes, tuple[int, ...]]:
    """Return the records that carry each hash: the source's own, else the only one of any."""
    cursor.execute(
        """
        SELECT i.digest, array_agg(r.id ORDER BY r.id) FILTER (WHERE r.source_id = %s),
            array_agg(r.id) FILTER (WHERE r.source_id <> %s)
        FROM customers_identifier i JOIN customers_record r ON r.id = i.record_id
        WHERE i.kind = %s AND i.digest = ANY(%s)
        GROUP BY i.digest
        """,
        [source_id, source_id, kind, hashes],
    )
    return {
        bytes(hash_): tuple(own or (elsewhere if len(elsewhere) == 1 else ()))
        for hash_, own, elsewhere in cursor.fetchall()
    }


def _pseudonym(kind: str, address: str) -> str:
    """Return the external id of whoever is known by an address only; "" for nobody's."""
    spelling = normalised(kind, address, settings.PHONE_REGION)
    if spelling is None:
        return ""
    return f"{kind}:{digest(kind, spelling, identity_key()).hex()}"
