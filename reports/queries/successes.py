"""Several success measures of one test, judged together."""

from typing import NamedTuple

from reports.evidence.verdict import WIN_ALPHA
from reports.models import Outcome
from reports.queries.definitions import unit
from reports.queries.outcomes import change_text
from strategy.language.numbers import percent
from strategy.language.units import measure_value
from strategy.language.words import count_words

SMALLEST_SHOWN = 0.001
TAGS = {Outcome.Status.SHOWN: "ok", Outcome.Status.WORSE: "breach"}


class SuccessRow(NamedTuple):
    """One of several success measures: both arms, the change, its adjusted p, where it stands."""

    name: str
    treated: str
    holdout: str
    change: str
    p: str
    tag: str
    word: str
    reason: str


class Successes(NamedTuple):
    """Success measures that share one chance of luck, and how; no rows where there is one only."""

    rows: tuple[SuccessRow, ...] = ()
    note: str = ""


def successes_of(outcomes: list[Outcome], *, hold: bool) -> Successes:
    """Return a test's success measures, the leading one first; on hold without what they show."""
    found = [one for one in outcomes if one.part == Outcome.Part.SUCCESS]
    if len(found) <= 1:
        return Successes()
    return Successes(tuple(_row(one, hold=hold) for one in found), _note(found))


def _note(found: list[Outcome]) -> str:
    many = count_words(len(found))
    if all(one.p_adjusted is None for one in found):
        return (
            f"The {many} share one chance of luck: until the planned end each is held to an equal "
            "part of it, at the end p is adjusted for all of them (Holm)."
        )
    return (
        f"p is adjusted for the {many} success measures (Holm) and asks whether the treated did "
        f"better; {percent(WIN_ALPHA, 0)} or less shows it. Each interval is its measure’s alone."
    )


def _row(one: Outcome, *, hold: bool) -> SuccessRow:
    status = Outcome.Status(one.status or Outcome.Status.OPEN)
    return SuccessRow(
        name=one.measure.name,
        treated=_mean(one.treated_mean, one),
        holdout=_mean(one.holdout_mean, one),
        change="" if hold else change_text(one),
        p="" if hold else _p(one.p_adjusted),
        tag="none" if hold else TAGS.get(status, "none"),
        word="Not judged" if hold else status.label,
        reason=one.reason,
    )


def _mean(mean: float | None, one: Outcome) -> str:
    return "" if mean is None else measure_value(mean, unit(one.measure))


def _p(value: float | None) -> str:
    if value is None:
        return ""
    if value < SMALLEST_SHOWN:
        return f"below {percent(SMALLEST_SHOWN)}"
    return percent(value)
