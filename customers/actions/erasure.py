"""Forgetting a person: everything that is held goes, and nothing brings them back.

All of it is one transaction with the end of its work, so a process that is killed leaves the
person whole or gone; files come first, and taking rows out of them twice changes nothing. What
stays is a certificate of how much went from where, the log of who looked, and keyed hashes by
which the person's next row is known and dropped.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import ForeignObjectRel

from customers.actions import work as ledger
from customers.actions.forgotten_files import forget_in_files, traces_of
from customers.actions.linking import link_alone, link_unlinked
from customers.actions.live_events import ERASING_LOCK
from customers.actions.suppression import EXTERNAL_ID
from customers.actions.work import NotNowError, Progress, WorkRefusedError
from customers.identity.rules import ALIAS
from customers.intake.identifiers import digest
from customers.models import Erasure, Record, Refusal, Source, Suppression, Work
from customers.queries.keys import identity_key
from customers.queries.people import find_customer
from strategy.actions.audit import record
from strategy.actions.kept_answers import forget_answers_about
from strategy.models import Person
from strategy.permissions import check_can_erase

KIND = "erase"
CHANGED = (
    "Records were linked with this customer, or parted from it, since this was confirmed. "
    "Nothing was removed; look at the customer again and confirm it again."
)

FOLLOWERS: list[Callable[[CursorWrapper], None]] = []
"""What floors above do in the same transaction before the rows go; the temporary table
`forgotten` has their `record_id`. Rows of theirs that point to a record go without being asked.
One raises NotNowError while other work might write the person back."""


class NobodyError(Exception):
    """No customer has this id; the message says so in a sentence."""


class NotConfirmedError(Exception):
    """What was typed is not the customer's id; the message says what to type."""


@transaction.atomic
def ask(
    *,
    public_id: UUID,
    confirmation: str,
    by: Person | None,
    at: datetime,
    ring_now: bool = True,
) -> Erasure:
    """Give the erasure of a customer to the ledger; asked again, it is the same one.

    `public_id` may be one that leads to another customer now; `confirmation` is either id, typed.
    By nobody, it is a command. It holds for the records that the customer has now. Raises
    NotAllowed, NobodyError, NotConfirmedError.
    """
    if by is not None:
        check_can_erase(by)
    found = find_customer(public_id)
    if found is None:
        earlier = Erasure.objects.filter(customer=public_id).first()
        if earlier is None:
            raise NobodyError("No customer has this id.")
        return earlier
    if confirmation.strip().lower() not in {str(public_id), str(found.public_id)}:
        raise NotConfirmedError(f"Type {found.public_id} to confirm.")
    records = Record.objects.filter(customer=found.customer_id).order_by("pk")
    arguments = {
        "customer": str(found.public_id),
        "records": list(records.values_list("pk", flat=True)),
    }
    work_id = ledger.give(
        kind=KIND,
        arguments=arguments,
        at=at,
        by=by,
        once=str(found.public_id),
        ring_now=ring_now,
    )
    Work.objects.filter(pk=work_id).update(arguments=arguments)  # asked for again, it may wait
    asked = {"asked_at": at, "asked_by": by, "work_id": work_id}
    erasure, _ = Erasure.objects.update_or_create(customer=found.public_id, defaults=asked)
    record(
        act="customer.erase",
        subject=erasure,
        sentence=f"Asked for customer {found.public_id} to be forgotten.",
        by=by,
        at=at,
    )
    return erasure


def erase(
    *,
    customer: str,
    progress: Progress,
    at: datetime,
    records: Sequence[int] = (),
    **_later: Any,
) -> dict[str, Any]:
    """Remove a customer for good; the work of kind "erase". Returns how many of what went.

    `records` are those that it was confirmed for. Raises NotNowError while an import, or
    work that a follower knows of, might bring the person back meanwhile, and WorkRefusedError where
    the records are others by now.
    """
    erasure = Erasure.objects.select_for_update().get(customer=UUID(customer))
    found = find_customer(erasure.customer)
    if found is None:
        return dict(erasure.removed)
    with connection.cursor() as cursor:
        _alone(cursor)
        cursor.execute(
            """
            CREATE TEMPORARY TABLE forgotten ON COMMIT DROP AS
            SELECT id AS record_id FROM customers_record WHERE customer_id = %s FOR UPDATE
            """,
            [found.customer_id],
        )
        cursor.execute("SELECT record_id FROM forgotten")
        if {pk for (pk,) in cursor.fetchall()} != set(records):
            raise WorkRefusedError(CHANGED)
        progress.step = "Taking them out of files"
        removed = forget_in_files(cursor, at=at)
        progress.step = "Taking them out of the tables"
        _suppress(cursor, at)
        _make_weeks_stale(cursor)
        for follow in FOLLOWERS:
            follow(cursor)
        _unlink_neighbours(cursor)
        removed |= _remove(cursor)
        link_unlinked(cursor, at=at, cause="erasure")
        _remove_customers(cursor, removed)
        cursor.execute("ANALYZE customers_record, customers_customer")  # its samples hold names
        cursor.execute("DROP TABLE forgotten")
    erasure.removed, erasure.done_at = removed, at
    erasure.save()
    ledger.give(kind="refresh", arguments={}, at=at, once="all")
    return removed


def _alone(cursor: CursorWrapper) -> None:
    """Keep imports, live events and linking away until this transaction ends."""
    for source_id in Source.objects.order_by("pk").values_list("pk", flat=True):
        cursor.execute("SELECT pg_try_advisory_xact_lock(1, %s)", [source_id])
        if not cursor.fetchone()[0]:
            raise NotNowError("Waiting for an import to end")
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ERASING_LOCK])
    link_alone(cursor)


def _suppress(cursor: CursorWrapper, at: datetime) -> None:
    """Keep the hashes that the person is known again by.

    What somebody else carries too, such as a family's address, is not among them: they would be
    dropped as well.
    """
    cursor.execute(
        """
        INSERT INTO customers_suppression (kind, digest, since)
        SELECT DISTINCT i.kind, i.digest, %s::timestamptz
        FROM customers_identifier i JOIN forgotten USING (record_id)
        WHERE i.kind <> %s AND NOT EXISTS (
            SELECT FROM customers_identifier other
            WHERE other.kind = i.kind AND other.digest = i.digest
                AND other.record_id NOT IN (SELECT record_id FROM forgotten)
        )
        ON CONFLICT DO NOTHING
        """,
        [at, ALIAS],
    )
    key = identity_key()
    cursor.execute(
        "SELECT source_id, external_id FROM customers_record JOIN forgotten ON id = record_id"
    )
    Suppression.objects.bulk_create(
        (
            Suppression(
                kind=EXTERNAL_ID, digest=digest(EXTERNAL_ID, f"{source_id}:{name}", key), since=at
            )
            for source_id, name in cursor.fetchall()
        ),
        ignore_conflicts=True,
    )


def _make_weeks_stale(cursor: CursorWrapper) -> None:
    cursor.execute(
        """
        INSERT INTO customers_staleweek (week_on)
        SELECT DISTINCT date_trunc('week', at AT TIME ZONE %s)::date
        FROM customers_event JOIN forgotten USING (record_id)
        """,
        [settings.TIME_ZONE],
    )


def _unlink_neighbours(cursor: CursorWrapper) -> None:
    """Have those linked again who share something with the records that are about to go."""
    cursor.execute(
        """
        INSERT INTO customers_unlinked (record_id)
        SELECT other.record_id FROM customers_identifier i JOIN forgotten USING (record_id)
        JOIN customers_identifier other ON other.kind = i.kind AND other.digest = i.digest
        WHERE other.record_id NOT IN (SELECT record_id FROM forgotten)
        UNION SELECT b_id FROM customers_proposal JOIN forgotten ON a_id = record_id
        WHERE b_id NOT IN (SELECT record_id FROM forgotten)
        UNION SELECT a_id FROM customers_proposal JOIN forgotten ON b_id = record_id
        WHERE a_id NOT IN (SELECT record_id FROM forgotten)
        """
    )


def _remove(cursor: CursorWrapper) -> dict[str, int]:
    """Delete every row that points to the records, the records, and who they founded."""
    removed: dict[str, int] = {}
    cursor.execute(
        """
        UPDATE customers_refusal r SET example = '' WHERE example <> '' AND EXISTS (
            SELECT FROM customers_record known JOIN forgotten ON known.id = record_id
            WHERE known.source_id = r.source_id AND strpos(r.example, known.external_id) > 0
        ) OR (source_id, example) IN (
            SELECT e.source_id, e.event_id FROM customers_event e JOIN forgotten USING (record_id)
        )
        """
    )
    _count(removed, "examples of refused messages", cursor.rowcount + _blank_examples(cursor))
    cursor.execute(
        "SELECT public_id::text FROM customers_customer JOIN forgotten ON id = record_id"
    )
    public_ids = [public_id for (public_id,) in cursor.fetchall()]
    _count(removed, "answers kept for programs", forget_answers_about(cursor, public_ids))
    for relation in Record._meta.get_fields(include_hidden=True):  # noqa: SLF001  public for all its name
        if not isinstance(relation, ForeignObjectRel):
            continue
        table = relation.related_model._meta  # noqa: SLF001  likewise
        column = relation.field.column
        cursor.execute(
            f'DELETE FROM "{table.db_table}" WHERE "{column}" IN (SELECT record_id FROM forgotten)'  # noqa: S608  our own tables
        )
        _count(removed, str(table.verbose_name_plural), cursor.rowcount)
    cursor.execute("DELETE FROM customers_record WHERE id IN (SELECT record_id FROM forgotten)")
    _count(removed, "records", cursor.rowcount)
    return removed


def _blank_examples(cursor: CursorWrapper) -> int:
    """Empty the ids of refused messages, of any source, that hold an identifier of theirs."""
    cursor.execute("SELECT record_id FROM forgotten")
    records = Record.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
    theirs = traces_of(list(records))
    said = Refusal.objects.exclude(example="").values_list("pk", "example")
    mentioned = [pk for pk, example in said.iterator() if theirs.are_mentioned(example)]
    return Refusal.objects.filter(pk__in=mentioned).update(example="")


def _remove_customers(cursor: CursorWrapper, removed: dict[str, int]) -> None:
    """Delete those whom the records founded; nobody is linked with them any more."""
    cursor.execute("DELETE FROM customers_customer WHERE id IN (SELECT record_id FROM forgotten)")
    _count(removed, "customers", cursor.rowcount)


def _count(removed: dict[str, int], place: str, count: int) -> None:
    if count:
        removed[place] = removed.get(place, 0) + count
