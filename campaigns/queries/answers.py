"""What the company's numbers say of a draft while it is written: one line for each answer.

This floor knows kind and rules (campaigns.queries.rules), customers reached, clashes and pressure.
Whoever knows more of a draft (the smallest effect that could be seen) adds a function to ANSWERERS
when its app is ready; the form shows the lines in that order.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from django.utils import timezone

from campaigns.audience.definition import definition_of
from campaigns.clashes.rules import Side
from campaigns.models import AudienceVersion, Initiative
from campaigns.pressure.forecast import WEEK
from campaigns.queries.audiences import Chosen, chosen
from campaigns.queries.clashes import clashes_if_moved, clashes_with
from campaigns.queries.forecasts import each_words, forecast_ahead
from strategy.language.dates import day
from strategy.language.numbers import number
from strategy.language.words import count_words, plural
from strategy.models import Department, Guardrail, Measure

WHO, CLASH, PRESSURE = "Who gets it?", "Does it clash?", "How many contacts are planned?"
UNSAVED = 0
"""The id of a draft that is not saved yet; no initiative has it."""


class Draft(NamedTuple):
    """A draft as far as it is written; what is missing or wrong is None or empty.

    `initiative_id` is None before it is saved. The window is [starts_on, ends_on); shares lie in
    [0, 1), `smallest_effect` is relative. `chosen` are those in the audience, whom `answers_of`
    counts once for all answers.
    """

    initiative_id: int | None
    name: str
    department: Department | None
    channel: str
    purpose: str
    audience: str
    audience_version: AudienceVersion | None
    unit: str
    holdout_share: Decimal | None
    planned_customers: int | None
    planned_reads: int
    success_measure: Measure | None
    further_measures: tuple[Measure, ...]
    guardrails: tuple[Guardrail, ...]
    smallest_effect: Decimal | None
    starts_on: date | None
    ends_on: date | None
    chosen: Chosen | None = None


class Answer(NamedTuple):
    """One line beside the form: a question's answer in a sentence, and what to do about it.

    `status` is that of a tag (templates/parts/_tag.html) with `word`; both may be empty.
    """

    question: str
    sentence: str
    note: str = ""
    status: Literal["", "good", "near", "breach", "none"] = ""
    word: str = ""


type Answerer = Callable[[Draft, datetime], Answer | None]
"""Answers one question of a draft as of a moment; None where it has nothing to say yet."""

ANSWERERS: list[Answerer] = []


def answers_of(draft: Draft, now: datetime) -> list[Answer]:
    """Return what is known of the draft.

    As many queries as the answerers cost together, and at most six to count its audience.
    """
    if draft.audience_version is not None:
        definition = definition_of(draft.audience_version.definition)
        draft = draft._replace(chosen=chosen(definition, timezone.localtime(now)))
    found = [answer(draft, now) for answer in ANSWERERS]
    return [one for one in found if one is not None]


def customers_in(draft: Draft) -> int | None:
    """Return how many customers a draft is for: as counted, else as planned; None for neither."""
    return draft.chosen.counted.customers if draft.chosen else draft.planned_customers


def reached(draft: Draft, _now: datetime) -> Answer | None:
    """Say how the customers divide over the arms. No query."""
    if draft.holdout_share is None:
        return None
    if draft.chosen is None:
        if not draft.planned_customers:
            return None
        sentence = _divided(draft.planned_customers, draft.holdout_share)
        return Answer(WHO, sentence, "As planned; nobody is chosen yet.")
    found = draft.chosen.counted
    if not found.customers:
        return Answer(WHO, "Nobody today.", found.says, "near", "Nobody")
    return Answer(WHO, _divided(found.customers, draft.holdout_share), found.answer)


def clashing(draft: Draft, now: datetime) -> Answer | None:
    """Say whom else its customers would hear from on its days, and which days are clear.

    Counted anew for the audience that is chosen; as last compared where none is. Five queries.
    """
    if draft.starts_on is None or draft.ends_on is None or draft.ends_on <= draft.starts_on:
        return None
    today = timezone.localdate(now)
    if draft.chosen is not None:
        side = _side(draft, draft.starts_on, draft.ends_on)
        found = clashes_with(side, draft.chosen.customers, today)
    elif saved := Initiative.objects.filter(pk=draft.initiative_id or UNSAVED).first():
        found = clashes_if_moved(saved, draft.starts_on, draft.ends_on)
    else:
        return Answer(CLASH, "Not known before an audience is chosen.")
    if not found:
        return Answer(CLASH, "Nobody else wants these customers on these days.", "", "good", "No")
    pk = draft.initiative_id or UNSAVED
    most = found[0]
    other = most.second if most.first.pk == pk else most.first
    more = len(found) - 1
    besides = f" So {plural(more, 'does', 'do')} {count_words(more)} more." if more else ""
    return Answer(
        CLASH,
        f"{other.name} wants {number(most.customers)} of these customers, {most.days}.{besides}",
        f"{most.why} {most.dates}",
        "near",
        count_words(len(found), capital=True),
    )


def pressing(draft: Draft, now: datetime) -> Answer | None:
    """Say how many contacts are planned in its weeks, its own included where it says them."""
    if draft.starts_on is None or draft.ends_on is None or draft.ends_on <= draft.starts_on:
        return None
    moved = _side(draft, draft.starts_on, draft.ends_on) if draft.initiative_id else None
    ahead = forecast_ahead(timezone.localdate(now), moved=moved)
    first, end = draft.starts_on, draft.ends_on
    weeks = [
        week
        for week in ahead.without or ahead.weeks
        if week.week_on < end and first < week.week_on + WEEK and week.per_customer is not None
    ]
    if not weeks:
        return Answer(PRESSURE, "None is planned in these weeks yet.", _unsaid(ahead.unsaid))
    fullest = max(weeks, key=lambda week: week.per_customer or 0)
    most = each_words(fullest.per_customer or 0, ahead.cap)
    limit = "" if ahead.cap is None else f"; the sheet allows {ahead.cap}"
    is_over = ahead.cap is not None and (fullest.per_customer or 0) > ahead.cap
    return Answer(
        PRESSURE,
        f"{most} for each customer reached in the week of {day(fullest.week_on)}{limit}.",
        _unsaid(ahead.unsaid),
        "breach" if is_over else "good",
        "Over the limit" if is_over else "Inside the limit",
    )


def _side(draft: Draft, starts_on: date, ends_on: date) -> Side:
    """Return the draft as clashes see it; before it is saved its id is that of none."""
    return Side(
        pk=draft.initiative_id or UNSAVED,
        name=draft.name or "this one",
        department_key=draft.department.key if draft.department else "",
        department=draft.department.name if draft.department else "",
        channel=dict(Initiative.Channel.choices).get(draft.channel, ""),
        starts_on=starts_on,
        ends_on=ends_on,
        is_draft=True,
    )


def _divided(customers: int, holdout_share: Decimal) -> str:
    held_out = round(customers * holdout_share)
    return f"{number(customers - held_out)} customers get it, {number(held_out)} are held out."


def _unsaid(names: list[str]) -> str:
    if not names:
        return ""
    who = f"{count_words(len(names), capital=True)} {plural(len(names), 'initiative')} ahead"
    says = plural(len(names), "does not say what it sends", "do not say what they send")
    return f"{who} {says}."


ANSWERERS += [reached, clashing, pressing]
