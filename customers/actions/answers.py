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


def refuse_others(cursor: CursorWrapper, *, source_id: int) -> list[Rejected]:
    """Take the rows of other sources away."""
    cursor.execute(
        """
        DELETE FROM incoming i USING customers_source s
        WHERE s.id = %s
            AND i.source IS NOT NULL AND lower(i.source) NOT IN (lower(s.key), lower(s.name))
        RETURNING i.row, i.source, s.key
        """,
        [source_id],
    )
    return [
        Rejected(row, "source", sent, f"{ours}, whose file this is")
        for row, sent, ours in sorted(cursor.fetchall())
    ]


def land_answers(cursor: CursorWrapper, *, source_id: int, at: datetime) -> Landed:  # noqa: ARG001  every kind lands alike
    """Note every answer at its own moment."""
    cursor.execute("SELECT count(*) FROM incoming")
    accepted = cursor.fetchone()[0]
    changed = tell_by_answers(cursor)
    return Landed(changed=changed, unchanged=accepted - changed, rejected=[])


@transaction.atomic
def note_taken(*, by: Person, at: datetime) -> None:
    """Note that somebody takes the register of consent away. Raises NotAllowed."""
    check_can_see_consents(by)
    record(act="consent.export", subject=by, sentence="Took the register of consent.", by=by, at=at)
