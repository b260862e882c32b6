"""The company's holdout: whom nobody treats, whatever is launched.

Whoever is new is drawn too, and whom an initiative treats joins once it is over: no running test
loses anybody to it.
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from campaigns.actions.initiatives import RefusedError
from campaigns.audience.arms import assignment_key, company_name, draws, held_out
from campaigns.models import CompanyHoldout
from customers.actions import work as ledger
from customers.actions.link_tables import copy_in, copy_out
from customers.actions.work import Progress
from strategy import permissions
from strategy.actions import audit
from strategy.language.numbers import percent
from strategy.models import Person

if TYPE_CHECKING:
    import pyarrow as pa

    from campaigns.audience.arms import Mask

KIND = "company_holdout"

TREATED = """
    SELECT FROM campaigns_assignment a JOIN campaigns_initiative i ON i.id = a.initiative_id
    JOIN customers_record r ON r.id = a.record_id
    WHERE r.customer_id = one.record_id AND a.arm = 'treated'
        AND i.ended_at IS NULL AND i.ends_on > %(today)s
"""
"""Whether `one` is treated by an initiative that is not over: no test loses them to the company."""

JOIN_LATER = f"""
    WITH joining AS (
        DELETE FROM spared one WHERE EXISTS ({TREATED}) RETURNING record_id
    )
    INSERT INTO campaigns_joining (record_id) SELECT record_id FROM joining
"""  # noqa: S608  of the text above
"""Leaves in the table `spared` only whom nothing treats."""


class ShareError(RefusedError):
    """The share of the company's holdout cannot be that."""


@transaction.atomic
def set_company_holdout(
    *, share: Decimal, salt: str, reason: str, by: Person, at: datetime
) -> CompanyHoldout:
    """Leave a share in [0, 1) of all customers alone from now on, whatever is launched.

    Raises:
        NotAllowed: `by` may not set it.
        ShareError: the share is not in [0, 1), or the reason is missing.

    """
    permissions.check_can_hold_out(by)
    if not 0 <= share < 1:
        raise ShareError("The share must be from 0% to less than 100%.")
    if not reason.strip():
        raise ShareError("Give a reason, so that others can learn from it.")
    made = CompanyHoldout.objects.create(
        share=share, salt=salt, since=at, set_at=at, set_by=by, reason=reason
    )
    audit.record(
        act="company.holdout",
        subject=made,
        sentence=f"The whole company leaves {percent(share)} of customers alone: {reason}",
        by=by,
        at=at,
    )
    ledger.give(kind=KIND, arguments={}, at=at, by=by, once="all")
    return made


def keep_company_holdout(*, at: datetime) -> int | None:
    """Have new customers drawn for the company's holdout too; None where there is none."""
    if not CompanyHoldout.objects.exists():
        return None
    return ledger.give(kind=KIND, arguments={}, at=at, once="all")


def hold_company(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Write down who is in the company's holdout today; the work of kind "company_holdout".

    Whoever is no longer drawn, since the share or the salt is another, goes free. Whoever is
    drawn while an initiative that is not over treats them joins once it is.
    """
    newest = CompanyHoldout.objects.first()
    progress.step = "Drawing the company’s holdout"
    with connection.cursor() as cursor:
        people = copy_out(
            cursor,
            "SELECT id, public_id FROM customers_customer c"
            " WHERE EXISTS (SELECT FROM customers_record r WHERE r.customer_id = c.id)",
            texts=["public_id"],
        )
        progress.total = len(people)
        spared = people["id"].to_numpy()[drawn_by_company(newest, people["public_id"])]
        progress.check()
        cursor.execute("CREATE TEMPORARY TABLE spared (record_id bigint) ON COMMIT DROP")
        copy_in(cursor, "spared", [spared])
        cursor.execute("ANALYZE spared")
        cursor.execute("DELETE FROM campaigns_joining")
        cursor.execute(JOIN_LATER, {"today": timezone.localdate(at)})
        joining = int(cursor.rowcount)
        cursor.execute(
            """
            WITH freed AS (
                DELETE FROM campaigns_held h
                WHERE NOT EXISTS (SELECT FROM spared s WHERE s.record_id = h.record_id)
            )
            INSERT INTO campaigns_held (record_id, since) SELECT record_id, %s FROM spared
            ON CONFLICT (record_id) DO NOTHING
            """,
            [at],
        )
        cursor.execute("DROP TABLE spared")
    progress.done = len(people)
    return {"held": len(spared) - joining, "joining": joining}


def drawn_by_company(newest: CompanyHoldout | None, public_ids: "pa.ChunkedArray") -> "Mask":
    """Return whom the company's holdout draws, if there is one."""
    import numpy as np  # noqa: PLC0415  heavy, worker only

    if newest is None:
        return np.zeros(len(public_ids), bool)
    key = assignment_key(settings.ASSIGNMENT_KEY)
    drawn = draws(key, company_name(newest.salt), public_ids.to_pylist())
    return held_out(drawn, float(newest.share))
