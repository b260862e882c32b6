"""Drawing arms: who of an audience is treated and who is held out, and who is in neither.

Each customer's draw is a keyed hash (campaigns.audience.arms), so that the same people come out
whatever the order, the machine or the day. A customer stands for all their records by the eldest,
whose id outlives merges: a merged customer keeps the founder's arm.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.actions.initiatives import RefusedError, WrongStatusError, held
from campaigns.audience.arms import (
    arm_of,
    assignment_key,
    company_name,
    initiative_name,
    stratified,
)
from campaigns.audience.definition import definition_of
from campaigns.models import CompanyHoldout, Draw, Initiative
from campaigns.queries.audiences import customers_of
from campaigns.queries.balance import balance_of, strata_of
from customers.actions import work as ledger
from customers.actions.link_tables import copy_in
from customers.actions.work import Progress
from strategy import permissions
from strategy.actions import audit
from strategy.language.numbers import percent
from strategy.models import Person

KIND = "draw"
KIND_OF_COMPANY = "company_holdout"

AGAIN_AFTER = timedelta(hours=23)

CANDIDATES = """
    CREATE TEMPORARY TABLE candidates ON COMMIT DROP AS
    WITH taken AS (
        SELECT r.customer_id FROM campaigns_assignment a JOIN customers_record r
            ON r.id = a.record_id WHERE a.initiative_id = %(initiative)s
        UNION SELECT r.customer_id FROM campaigns_spared s JOIN customers_record r
            ON r.id = s.record_id WHERE s.initiative_id = %(initiative)s
    )
    SELECT c.id AS record_id, c.public_id::text AS public_id, c.household,
        h.id IS NOT NULL AS is_held
    FROM asked JOIN customers_customer c ON c.id = asked.customer_id
    LEFT JOIN campaigns_held h ON h.record_id = c.id
    LEFT JOIN taken ON taken.customer_id = c.id
    WHERE taken.customer_id IS NULL
        AND EXISTS (SELECT FROM customers_record r WHERE r.customer_id = c.id)
"""
"""Who has no arm yet, by none of their records."""

WRITE = """
    WITH held AS (
        INSERT INTO campaigns_held (record_id, since)
        SELECT record_id, %(at)s FROM drawn WHERE is_held
        ON CONFLICT (record_id) DO NOTHING
    ), spared AS (
        INSERT INTO campaigns_spared (initiative_id, record_id, since)
        SELECT %(initiative)s, record_id, %(at)s FROM drawn WHERE is_held ORDER BY record_id
    )
    INSERT INTO campaigns_assignment
        (initiative_id, record_id, arm, at, unit, covariates, outcomes)
    SELECT %(initiative)s, record_id, arm, %(at)s, '', '{}', '{}' FROM drawn
    WHERE NOT is_held ORDER BY record_id
"""

ANALYSE = "ANALYZE campaigns_assignment"
"""Tells the planner at once who has an arm: guessing, it joins a million rows one by one."""


class NoAudienceError(RefusedError):
    """No audience is chosen, so there is nobody to draw."""


class DrawnAlreadyError(RefusedError):
    """The arms are drawn; nobody changes arms."""


class ShareError(RefusedError):
    """The share of the company's holdout cannot be that."""


class _Candidate(NamedTuple):
    record_id: int
    public_id: str
    household: str
    is_held: bool


@transaction.atomic
def give_draw(
    *,
    initiative: Initiative,
    unit: str = Draw.Unit.CUSTOMER,
    strata: str = Draw.Strata.NONE,
    by: Person,
    at: datetime,
) -> Draw:
    """Have the arms of an initiative drawn by the share of its plan; the ledger does it.

    Raises:
        NotAllowed: `by` may not draw arms for the department.
        WrongStatusError: the plan is not locked yet, or the initiative has ended.
        NoAudienceError: no audience is chosen.
        DrawnAlreadyError: they are drawn.

    """
    fresh = held(initiative)
    permissions.check_can_draw_arms(by, fresh.department)
    if Draw.objects.filter(initiative=fresh).exists():
        raise DrawnAlreadyError("The arms are drawn already. Nobody changes arms.")
    plan = fresh.plans.first()
    if plan is None or fresh.ended_at is not None:
        raise WrongStatusError("Arms are drawn when the plan is locked and before it has ended.")
    if fresh.audience_version is None:
        raise NoAudienceError("Choose an audience first: then there is somebody to draw.")
    work_id = ledger.give(kind=KIND, arguments={"initiative": fresh.pk}, at=at, by=by)
    draw = Draw.objects.create(
        initiative=fresh,
        version=fresh.audience_version,
        unit=unit,
        strata=strata,
        share=plan.holdout_share,
        asked_at=at,
        asked_by=by,
        work_id=work_id,
    )
    audit.record(
        act="initiative.draw",
        subject=fresh,
        sentence=f"Arms drawn from {draw.version}, {percent(draw.share)} held out.",
        by=by,
        at=at,
    )
    return draw


def draw_arms(
    *, initiative: int, progress: Progress, at: datetime, **_later: Any
) -> dict[str, Any]:
    """Draw whoever is in the audience and has no arm; the work of kind "draw".

    All that it writes and its end are one transaction: killed at any point, the next attempt
    draws the same people into the same arms.
    """
    draw = Draw.objects.select_for_update(of=("self",)).select_related(
        "initiative", "version"
    ).get(initiative=initiative)  # fmt: skip
    now = timezone.localtime(at)
    progress.step = "Asking who is in the audience"
    customer_ids = customers_of(definition_of(draw.version.definition), now)
    progress.total = len(customer_ids)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE asked (customer_id bigint) ON COMMIT DROP")
        copy_in(cursor, "asked", [customer_ids])
        cursor.execute("ANALYZE asked")
        cursor.execute(CANDIDATES, {"initiative": initiative})
        progress.step = "Drawing the arms"
        _copy_drawn(cursor, draw, progress, now)
        progress.step = "Writing them down"
        cursor.execute("ANALYZE drawn")
        cursor.execute(WRITE, {"at": at, "initiative": initiative})
        assigned = int(cursor.rowcount)
        cursor.execute(ANALYSE)
        cursor.execute("DROP TABLE asked, candidates, drawn")
    if assigned:
        draw.initiative.is_stale = True
        draw.initiative.save(update_fields=["is_stale"])
    draw.drawn_at, draw.balance = at, balance_of(initiative, now)
    draw.save(update_fields=["drawn_at", "balance"])
    return {"assigned": assigned}


def draw_rolling(*, at: datetime) -> list[int]:
    """Have whoever has joined a rolling audience drawn, once a day; return the works' ids."""
    due = Draw.objects.filter(
        version__audience__way="rolling",
        initiative__status=Initiative.Status.LIVE,
        drawn_at__lt=at - AGAIN_AFTER,
    )
    return [
        ledger.give(kind=KIND, arguments={"initiative": one.initiative_id}, at=at, once=str(one.pk))
        for one in due
    ]


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
    ledger.give(kind=KIND_OF_COMPANY, arguments={}, at=at, by=by, once="all")
    return made


def keep_company_holdout(*, at: datetime) -> int | None:
    """Have new customers drawn for the company's holdout too; None where there is none."""
    if not CompanyHoldout.objects.exists():
        return None
    return ledger.give(kind=KIND_OF_COMPANY, arguments={}, at=at, once="all")


def hold_company(*, progress: Progress, at: datetime, **_later: Any) -> dict[str, Any]:
    """Write down who is in the company's holdout today; the work of kind "company_holdout".

    Whoever is no longer drawn, since the share or the salt is another, goes free.
    """
    newest = CompanyHoldout.objects.first()
    progress.step = "Drawing the company’s holdout"
    key = assignment_key(settings.ASSIGNMENT_KEY)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE spared (record_id bigint) ON COMMIT DROP")
        cursor.execute(
            "SELECT id, public_id::text FROM customers_customer c"
            " WHERE EXISTS (SELECT FROM customers_record r WHERE r.customer_id = c.id)"
        )
        with connection.cursor() as other, other.copy("COPY spared FROM STDIN") as copy:
            for customer_id, public_id in cursor.fetchall():
                if newest and _is_spared(key, newest, public_id):
                    copy.write_row((customer_id,))
        cursor.execute(
            """
            WITH freed AS (
                DELETE FROM campaigns_held WHERE record_id NOT IN (SELECT record_id FROM spared)
            )
            INSERT INTO campaigns_held (record_id, since) SELECT record_id, %s FROM spared
            ON CONFLICT (record_id) DO NOTHING
            """,
            [at],
        )
        cursor.execute("SELECT count(*) FROM spared")
        count = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE spared")
    return {"held": count}


def _is_spared(key: bytes, newest: CompanyHoldout, public_id: str) -> bool:
    return arm_of(key, company_name(newest.salt), public_id, float(newest.share)) == "holdout"


def _copy_drawn(cursor: CursorWrapper, draw: Draw, progress: Progress, now: datetime) -> None:
    """Write into the table `drawn` which arm each candidate is in, and whom the company spares."""
    key = assignment_key(settings.ASSIGNMENT_KEY)
    newest = CompanyHoldout.objects.first()
    cursor.execute("SELECT * FROM candidates ORDER BY record_id")
    candidates = [_Candidate(*row) for row in cursor.fetchall()]
    arms = list(_arms(key, draw, candidates, now))  # it asks the database, which COPY keeps busy
    cursor.execute(
        "CREATE TEMPORARY TABLE drawn (record_id bigint, arm text, is_held boolean) ON COMMIT DROP"
    )
    with cursor.copy("COPY drawn FROM STDIN") as copy:
        for one, arm in zip(candidates, arms, strict=True):
            is_held = one.is_held or bool(newest and _is_spared(key, newest, one.public_id))
            copy.write_row((one.record_id, arm, is_held))
            progress.done += 1


def _arms(key: bytes, draw: Draw, candidates: list[_Candidate], now: datetime) -> Iterator[str]:
    """Return the arm of each candidate.

    Strata are for those who are drawn together at first; who joins later is drawn alone.
    """
    test, share = initiative_name(draw.initiative.key), float(draw.share)
    if draw.strata and draw.drawn_at is None:
        spared = {one.public_id for one in candidates if one.is_held}
        strata: dict[str, list[str]] = defaultdict(list)
        found = strata_of([one.record_id for one in candidates], draw.strata, now)
        for one, stratum in zip(candidates, found, strict=True):
            if one.public_id not in spared:
                strata[stratum].append(one.public_id)
        held_out = stratified(key, test, strata, share)
        for one in candidates:
            yield "holdout" if one.public_id in held_out else "treated"
        return
    is_household = draw.unit == Draw.Unit.HOUSEHOLD
    for one in candidates:
        unit = f"household:{one.household}" if is_household and one.household else one.public_id
        yield arm_of(key, test, unit, share)
