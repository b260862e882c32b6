"""What the company's numbers say of a draft while it is written: one line for each answer.

This floor knows kind and rules (campaigns.queries.rules). Whoever knows more of a draft (clashes,
pressure, customers reached, the smallest effect that could be seen) adds a function to ANSWERERS
when its app is ready; the form shows the lines in that order.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from strategy.language.numbers import number
from strategy.models import Department, Guardrail, Measure


class Draft(NamedTuple):
    """A draft as far as it is written; what is missing or wrong is None or empty.

    `initiative_id` is None before it is saved. The window is [starts_on, ends_on); shares lie in
    [0, 1), `smallest_effect` is relative.
    """

    initiative_id: int | None
    name: str
    department: Department | None
    channel: str
    purpose: str
    audience: str
    unit: str
    holdout_share: Decimal | None
    planned_customers: int | None
    planned_reads: int
    success_measure: Measure | None
    guardrails: tuple[Guardrail, ...]
    smallest_effect: Decimal | None
    starts_on: date | None
    ends_on: date | None


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
    """Return what is known of the draft. As many queries as the answerers cost together."""
    found = [answer(draft, now) for answer in ANSWERERS]
    return [one for one in found if one is not None]


def reached(draft: Draft, _now: datetime) -> Answer | None:
    """Say how the planned customers divide over the arms. No query."""
    if not draft.planned_customers or draft.holdout_share is None:
        return None
    held_out = round(draft.planned_customers * draft.holdout_share)
    return Answer(
        "Who gets it?",
        f"{number(draft.planned_customers - held_out)} customers get it, "
        f"{number(held_out)} are held out.",
        "As planned; nobody is chosen yet.",
    )


ANSWERERS.append(reached)
