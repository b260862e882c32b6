"""Who gets an initiative: the audience, the arms, what was handed over and what was sent."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import (
    DRAWN_BY,
    Assignment,
    CompanyHoldout,
    Draw,
    Held,
    Initiative,
    Joining,
    SentCount,
)
from campaigns.queries.balance import BalanceRow, balance_rows
from campaigns.queries.deliveries import DeliveryRow, Sent, delivery_rows, sent_as
from campaigns.queries.steps import refusal
from strategy import permissions
from strategy.language.dates import long_day, stamp
from strategy.language.numbers import number, percent
from strategy.models import Person


class DrawnArms(NamedTuple):
    """How the arms were drawn; `failed` says why they could not be."""

    version: str
    says: str
    unit: str
    strata: str
    share: str
    failed: str
    balance: list[BalanceRow]
    uneven: int


class PeoplePage(NamedTuple):
    """All that the page shows; `chosen` and `says` are the audience's, "" where none is.

    `drawn_by` is the locked plan's unit, "" while there is none and where a file says the arms.
    `sent` is as last counted, `counted_at` when, and None while somebody is treated and nobody has
    counted yet. `not_now` says why nobody may be handed over, "" where they may.
    """

    pk: int
    name: str
    department: str
    audience: str
    chosen_pk: int | None
    chosen: str
    says: str
    answer: str
    draw: DrawnArms | None
    is_anybody_treated: bool
    sent: Sent | None
    counted_at: str
    deliveries: list[DeliveryRow]
    is_locked: bool
    drawn_by: str
    may_choose: bool
    may_draw: bool
    may_stratify: bool
    may_take: bool
    not_now: str


class CompanyHoldoutShown(NamedTuple):
    """Whom the whole company leaves alone, in a sentence."""

    says: str
    reason: str
    by: str


def people_page(
    initiative: Initiative,
    person: Person,
    now: datetime,
    *,
    count: SentCount | None,
    is_anybody_treated: bool,
) -> PeoplePage:
    """Return who gets an initiative, as `person` may see it. At most nine queries; local `now`."""
    draw = (
        Draw.objects.select_related("version__audience", "work")
        .filter(initiative=initiative)
        .first()
    )
    chosen = initiative.audience_version
    sent = sent_as(count)
    department = initiative.department
    is_over = initiative.ended_at is not None
    is_undrawn = draw is None or draw.has_failed
    plan = initiative.plans.first()
    drawn_by = DRAWN_BY.get(plan.unit) if plan else None
    not_now = refusal(initiative.status, "reach")
    return PeoplePage(
        pk=initiative.pk,
        name=initiative.name,
        department=department.name,
        audience=initiative.audience,
        chosen_pk=chosen.audience_id if chosen else None,
        chosen=str(chosen) if chosen else "",
        says=chosen.says if chosen else "",
        answer=_answer(initiative, draw, sent, is_anybody_treated=is_anybody_treated),
        draw=_drawn(draw) if draw else None,
        is_anybody_treated=is_anybody_treated,
        sent=sent,
        counted_at=stamp(timezone.localtime(count.at)) if count else "",
        deliveries=delivery_rows(initiative.pk, now),
        is_locked=plan is not None,
        drawn_by=drawn_by.label if drawn_by else "",
        may_choose=is_undrawn and not is_over and permissions.can_make_audience(person, department),
        may_draw=is_undrawn
        and not is_over
        and drawn_by is not None
        and chosen is not None
        and permissions.can_draw_arms(person, department),
        may_stratify=drawn_by == Draw.Unit.CUSTOMER,
        may_take=is_anybody_treated
        and not not_now
        and permissions.can_take_people(person, department),
        not_now=not_now,
    )


def company_holdout() -> CompanyHoldoutShown | None:
    """Return the company's holdout in words; None where there never was one. Three queries."""
    newest = CompanyHoldout.objects.select_related("set_by").first()
    if newest is None:
        return None
    says = (
        f"The whole company leaves {percent(newest.share)} of customers alone since "
        f"{long_day(newest.since)}: {number(Held.objects.count())} today."
        if newest.share
        else "The whole company leaves nobody alone."
    )
    if joining := Joining.objects.count():
        join = "joins" if joining == 1 else "join"
        says += f" {number(joining)} more {join} once the initiatives that treat them are over."
    return CompanyHoldoutShown(says, newest.reason, newest.set_by.name)


def _answer(
    initiative: Initiative, draw: Draw | None, sent: Sent | None, *, is_anybody_treated: bool
) -> str:
    if is_anybody_treated:
        return _counted(sent)
    if draw is not None and draw.has_failed:
        return "Its arms could not be drawn."
    if draw is not None and draw.drawn_at is None:
        return "Its arms are being drawn."
    if Assignment.objects.filter(initiative=initiative).exists():
        return "Everybody in it is held out."
    if initiative.audience_version:
        return "Whoever fits its audience; nobody is drawn yet."
    return "It is said in words only. Choose an audience to count and draw them."


def _counted(sent: Sent | None) -> str:
    if sent is None:
        return "Its arms are drawn; how many get it is not counted yet."
    held = f" The whole company leaves {number(sent.held)} more alone." if sent.held else ""
    return f"{number(sent.treated)} get it, {number(sent.holdout)} are held out.{held}"


def _drawn(draw: Draw) -> DrawnArms:
    balance = balance_rows(draw)
    return DrawnArms(
        version=str(draw.version),
        says=draw.version.says,
        unit=Draw.Unit(draw.unit).label,
        strata=Draw.Strata(draw.strata).label if draw.strata else "",
        share=percent(draw.share),
        failed=draw.failure,
        balance=balance,
        uneven=sum(not row.is_small for row in balance),
    )
