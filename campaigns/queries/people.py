"""Who gets an initiative: the audience, the arms, what was handed over and what was sent."""

from datetime import datetime
from typing import NamedTuple

from campaigns.models import Assignment, CompanyHoldout, Draw, Held, Initiative
from campaigns.queries.balance import BalanceRow, balance_rows
from campaigns.queries.deliveries import DeliveryRow, Sent, delivery_rows, sent_of
from campaigns.queries.steps import refusal
from customers.models import Work
from strategy import permissions
from strategy.language.dates import long_day
from strategy.language.numbers import number, percent
from strategy.models import Person


class DrawnArms(NamedTuple):
    """How the arms were drawn; `state` is that of the work, `balance` empty before its end."""

    version: str
    says: str
    unit: str
    strata: str
    share: str
    state: str
    error: str
    balance: list[BalanceRow]
    uneven: int


class PeoplePage(NamedTuple):
    """All that the page shows; `chosen` and `says` are the audience's, "" where none is.

    `not_now` says why nobody may be handed over, "" where they may.
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
    sent: Sent | None
    deliveries: list[DeliveryRow]
    is_locked: bool
    may_choose: bool
    may_draw: bool
    may_take: bool
    not_now: str


class CompanyHoldoutShown(NamedTuple):
    """Whom the whole company leaves alone, in a sentence."""

    says: str
    reason: str
    by: str


def people_page(initiative: Initiative, person: Person, now: datetime) -> PeoplePage:
    """Return who gets an initiative, as `person` may see it. At most ten queries; local `now`."""
    draw = (
        Draw.objects.select_related("version__audience", "work")
        .filter(initiative=initiative)
        .first()
    )
    chosen = initiative.audience_version
    sent = sent_of(initiative)
    department = initiative.department
    is_over = initiative.ended_at is not None
    is_locked = initiative.plans.exists()
    not_now = refusal(initiative.status, "reach")
    return PeoplePage(
        pk=initiative.pk,
        name=initiative.name,
        department=department.name,
        audience=initiative.audience,
        chosen_pk=chosen.audience_id if chosen else None,
        chosen=str(chosen) if chosen else "",
        says=chosen.says if chosen else "",
        answer=_answer(initiative, draw, sent),
        draw=_drawn(draw) if draw else None,
        sent=sent,
        deliveries=delivery_rows(initiative.pk, now),
        is_locked=is_locked,
        may_choose=draw is None
        and not is_over
        and permissions.can_make_audience(person, department),
        may_draw=draw is None
        and not is_over
        and is_locked
        and chosen is not None
        and permissions.can_draw_arms(person, department),
        may_take=sent is not None
        and not not_now
        and permissions.can_take_people(person, department),
        not_now=not_now,
    )


def company_holdout() -> CompanyHoldoutShown | None:
    """Return the company's holdout in words; None where there never was one. Two queries."""
    newest = CompanyHoldout.objects.select_related("set_by").first()
    if newest is None:
        return None
    says = (
        f"The whole company leaves {percent(newest.share)} of customers alone since "
        f"{long_day(newest.since)}: {number(Held.objects.count())} today."
        if newest.share
        else "The whole company leaves nobody alone."
    )
    return CompanyHoldoutShown(says, newest.reason, newest.set_by.name)


def _answer(initiative: Initiative, draw: Draw | None, sent: Sent | None) -> str:
    if sent is not None:
        held = f" The whole company leaves {number(sent.held)} more alone." if sent.held else ""
        return f"{number(sent.treated)} get it, {number(sent.holdout)} are held out.{held}"
    if draw is not None:
        return "Its arms are being drawn."
    if Assignment.objects.filter(initiative=initiative).exists():
        return "Everybody in it is held out."
    if initiative.audience_version:
        return "Whoever fits its audience; nobody is drawn yet."
    return "It is said in words only. Choose an audience to count and draw them."


def _drawn(draw: Draw) -> DrawnArms:
    balance = balance_rows(draw)
    return DrawnArms(
        version=str(draw.version),
        says=draw.version.says,
        unit=Draw.Unit(draw.unit).label,
        strata=Draw.Strata(draw.strata).label if draw.strata else "",
        share=percent(draw.share),
        state=draw.work.state if draw.drawn_at is None else Work.State.DONE,
        error=draw.work.error,
        balance=balance,
        uneven=sum(not row.is_small for row in balance),
    )
