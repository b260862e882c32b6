"""Drawing arms: who of an audience is treated and who is held out, and who is in neither.

Each customer's draw is a keyed hash (campaigns.audience.arms), so that the same people come out
whatever the order, the machine or the day. A customer stands for all their records by the eldest,
whose id outlives merges: a merged customer keeps the founder's arm.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.actions.company_holdout import TREATED, drawn_by_company
from campaigns.actions.initiatives import RefusedError, WrongStatusError, held
from campaigns.audience.arms import (
    assignment_key,
    draws,
    held_out,
    initiative_name,
    stratified,
)
from campaigns.audience.definition import definition_of
from campaigns.models import DRAWN_BY, CompanyHoldout, Draw, Initiative
from campaigns.queries.audiences import customers_of
from campaigns.queries.balance import balance_of, strata_of
from customers.actions import work as ledger
from customers.actions.link_tables import copy_in, copy_out
from customers.actions.work import Progress
from strategy import permissions
from strategy.actions import audit
from strategy.language.numbers import percent
from strategy.models import Person

if TYPE_CHECKING:
    import pyarrow as pa


KIND = "draw"

AGAIN_AFTER = timedelta(hours=23)

WRITTEN_AT_ONCE = 50_000
"""Arms of one statement, so that progress is seen and a cancelled draw ends within seconds."""

CANDIDATES = """
    CREATE TEMPORARY TABLE candidates ON COMMIT DROP AS
    WITH taken AS (
        SELECT r.customer_id FROM campaigns_assignment a JOIN customers_record r
            ON r.id = a.record_id WHERE a.initiative_id = %(initiative)s
        UNION SELECT r.customer_id FROM campaigns_spared s JOIN customers_record r
            ON r.id = s.record_id WHERE s.initiative_id = %(initiative)s
    )
    SELECT c.id AS record_id, c.public_id::text AS public_id, c.household,
        (h.id IS NOT NULL)::int AS is_held
    FROM asked JOIN customers_customer c ON c.id = asked.customer_id
    LEFT JOIN campaigns_held h ON h.record_id = c.id
    LEFT JOIN taken ON taken.customer_id = c.id
    WHERE taken.customer_id IS NULL
        AND EXISTS (SELECT FROM customers_record r WHERE r.customer_id = c.id)
"""
"""Who has no arm yet, by none of their records."""

WRITE = f"""
    WITH part AS (
        SELECT * FROM drawn WHERE record_id BETWEEN %(first)s AND %(last)s
    ), held AS (
        INSERT INTO campaigns_held (record_id, since)
        SELECT record_id, %(at)s FROM part one WHERE is_spared AND NOT EXISTS ({TREATED})
        ON CONFLICT (record_id) DO NOTHING
    ), spared AS (
        INSERT INTO campaigns_spared (initiative_id, record_id, since)
        SELECT %(initiative)s, record_id, %(at)s FROM part WHERE is_spared ORDER BY record_id
    )
    INSERT INTO campaigns_assignment
        (initiative_id, record_id, arm, at, unit, covariates, outcomes)
    SELECT %(initiative)s, record_id, CASE WHEN is_held_out THEN 'holdout' ELSE 'treated' END,
        %(at)s, '', '{{}}', '{{}}'
    FROM part WHERE NOT is_spared ORDER BY record_id
"""  # noqa: S608  of the text above

ANALYSE = "ANALYZE campaigns_assignment"
"""Tells the planner at once who has an arm: guessing, it joins a million rows one by one."""


class NoAudienceError(RefusedError):
    """No audience is chosen, so there is nobody to draw."""


class DrawnAlreadyError(RefusedError):
    """The arms are drawn; nobody changes arms."""


class DrawnByFileError(RefusedError):
    """The plan puts places into arms; chance is not ours then."""


class StrataError(RefusedError):
    """Strata are of customers: a household has no scores and no store."""


@transaction.atomic
def give_draw(
    *,
    initiative: Initiative,
    strata: str = Draw.Strata.NONE,
    by: Person,
    at: datetime,
) -> Draw:
    """Have the arms of an initiative drawn by the unit and share of its plan; the ledger does it.

    A draw that failed is given again; a launch that waited for it waits no longer.

    Raises:
        NotAllowed: `by` may not draw arms for the department.
        WrongStatusError: the plan is not locked yet, or the initiative has ended.
        DrawnByFileError: the plan is for stores or regions.
        StrataError: the plan is for households, and strata are asked for.
        NoAudienceError: no audience is chosen.
        DrawnAlreadyError: they are drawn, or about to be.

    """
    fresh = held(initiative)
    permissions.check_can_draw_arms(by, fresh.department)
    earlier = Draw.objects.select_related("work").filter(initiative=fresh).first()
    if earlier and not earlier.has_failed:
        raise DrawnAlreadyError("The arms are drawn already. Nobody changes arms.")
    plan = fresh.plans.first()
    if plan is None or fresh.ended_at is not None:
        raise WrongStatusError("Arms are drawn when the plan is locked and before it has ended.")
    unit = DRAWN_BY.get(plan.unit)
    if unit is None:
        raise DrawnByFileError("Stores and regions are put into arms by a file.")
    if strata and unit != Draw.Unit.CUSTOMER:
        raise StrataError("Strata are for customers, and its plan is for households.")
    if fresh.audience_version is None:
        raise NoAudienceError("Choose an audience first: then there is somebody to draw.")
    work_id = ledger.give(kind=KIND, arguments={"initiative": fresh.pk}, at=at, by=by)
    draw, _ = Draw.objects.update_or_create(
        initiative=fresh,
        defaults={
            "version": fresh.audience_version,
            "unit": unit,
            "strata": strata,
            "share": plan.holdout_share,
            "asked_at": at,
            "asked_by": by,
            "work_id": work_id,
            "launched_by": None,
        },
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
    customers = customers_of(definition_of(draw.version.definition), now)
    progress.total = len(customers)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE asked (customer_id bigint) ON COMMIT DROP")
        copy_in(cursor, "asked", [customers])
        cursor.execute("ANALYZE asked")
        cursor.execute(CANDIDATES, {"initiative": initiative})
        progress.check()
        progress.step = "Drawing the arms"
        _draw(cursor, draw, now)
        progress.check()
        progress.step = "Writing them down"
        assigned = _write(cursor, initiative, progress, at)
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


def _draw(cursor: CursorWrapper, draw: Draw, now: datetime) -> None:
    """Write into the table `drawn` which arm each candidate is in, and whom the company spares."""
    people = copy_out(
        cursor, "SELECT * FROM candidates ORDER BY record_id", texts=["public_id", "household"]
    )
    ids, public_ids = people["record_id"].to_numpy(), people["public_id"]
    is_spared = (people["is_held"].to_numpy() != 0) | drawn_by_company(
        CompanyHoldout.objects.first(), public_ids
    )
    key, test = assignment_key(settings.ASSIGNMENT_KEY), initiative_name(draw.initiative.key)
    share = float(draw.share)
    drawn = draws(key, test, _units(draw, people))
    is_held_out = held_out(drawn, share)
    if draw.strata and draw.drawn_at is None:  # who joins later is drawn alone
        there = ~is_spared
        strata, names = strata_of(ids[there], draw.strata, now)
        is_held_out[there] = stratified(
            key, test, drawn[there], strata=strata, names=names, share=share
        )
    cursor.execute(
        """
        CREATE TEMPORARY TABLE drawn
            (record_id bigint, is_held_out boolean, is_spared boolean) ON COMMIT DROP
        """
    )
    copy_in(cursor, "drawn", [ids, is_held_out, is_spared])
    cursor.execute("ANALYZE drawn")


def _units(draw: Draw, people: "pa.Table") -> list[str]:
    """Return what each candidate is drawn by: the household where that is asked and known."""
    public_ids: list[str] = people["public_id"].to_pylist()
    if draw.unit != Draw.Unit.HOUSEHOLD:
        return public_ids
    homes = people["household"].to_pylist()
    return [
        f"household:{home}" if home else public_id
        for home, public_id in zip(homes, public_ids, strict=True)
    ]


def _write(cursor: CursorWrapper, initiative: int, progress: Progress, at: datetime) -> int:
    """Write down everybody in the table `drawn`; return how many are in an arm."""
    cursor.execute("SELECT record_id FROM drawn ORDER BY record_id")
    ids = [record_id for (record_id,) in cursor.fetchall()]
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else all are checked at the end, unseen
    said: dict[str, Any] = {"initiative": initiative, "at": at, "today": timezone.localdate(at)}
    assigned = 0
    for first in range(0, len(ids), WRITTEN_AT_ONCE):
        progress.check()
        part = ids[first : first + WRITTEN_AT_ONCE]
        cursor.execute(WRITE, said | {"first": part[0], "last": part[-1]})
        assigned += int(cursor.rowcount)
        progress.done += len(part)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return assigned
