"""Registers of consent as files: landing one, and noting that one was taken away."""

from datetime import datetime

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from customers.actions.consent import tell_by_answers
from customers.actions.kinds import Landed
from customers.intake.rejected import Rejected
from strategy.actions.audit import record
from strategy.models import Person
from strategy.permissions import check_can_see_consents


def land_answers(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Note every answer at its own moment. A row of another source is rejected."""
    cursor.execute(
        """
        SELECT i.row, i.source, s.key FROM incoming i JOIN customers_source s ON s.id = %s
        WHERE i.source IS NOT NULL AND lower(i.source) NOT IN (lower(s.key), lower(s.name))
        """,
        [source_id],
    )
    rejected = [
        Rejected(row, "source", sent, f"{ours}, whose file this is")
        for row, sent, ours in cursor.fetchall()
    ]
    if rejected:
        _forget(cursor, [one.row for one in rejected])
    cursor.execute("SELECT count(*) FROM incoming")
    accepted = cursor.fetchone()[0]
    changed = tell_by_answers(cursor)
    return Landed(changed=changed, unchanged=accepted - changed, rejected=rejected)


@transaction.atomic
def note_taken(*, by: Person, at: datetime) -> None:
    """Note that somebody takes the register of consent away. Raises NotAllowed."""
    check_can_see_consents(by)
    record(act="consent.export", subject=by, sentence="Took the register of consent.", by=by, at=at)


def _forget(cursor: CursorWrapper, rows: list[int]) -> None:
    """Drop rows, and the people that only they made."""
    cursor.execute("DELETE FROM incoming WHERE row = ANY(%s)", [rows])
    cursor.execute(
        """
        WITH gone AS (
            DELETE FROM customers_record WHERE id IN (
                SELECT record_id FROM founded
                EXCEPT SELECT record_id FROM staged WHERE record_id IS NOT NULL
            ) RETURNING id
        ), unidentified AS (
            DELETE FROM customers_identifier WHERE record_id IN (SELECT id FROM gone)
        ), linked AS (
            DELETE FROM customers_unlinked WHERE record_id IN (SELECT id FROM gone)
        )
        DELETE FROM customers_customer WHERE id IN (SELECT id FROM gone)
        """
    )
