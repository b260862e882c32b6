"""Stores or regions that somebody chose: what their days show beside those of the others."""

from datetime import timedelta
from typing import Any, NamedTuple

from reports.actions.tested import Tested
from reports.audit.finding import Finding, finding
from reports.audit.observed import graded, low_start_found, placebo_found
from reports.evidence.checks import Check, Status
from reports.evidence.judge import Judgement
from reports.evidence.sums import NotComputableError
from reports.evidence.verdict import Word
from reports.facts.engines import Engine
from reports.measures.definition import Definition
from reports.observed.effect import Effect
from reports.observed.places import Seen, look
from reports.queries.definitions import definition
from reports.queries.facts import first_event_on
from reports.queries.places import days_by_place
from strategy.language.dates import day
from strategy.language.words import count_words, counted
from strategy.models import Measure

MOST_DAYS_BEFORE = timedelta(days=364)
"""How far back placebos reach; whole weeks, so that weekdays match."""
STILL_ASKED = frozenset({"plan_locked", "measure", "window"})
"""Checks of a test that hold for places that somebody chose as well."""


class Observed(NamedTuple):
    """What stands in a result in place of a test's judgement.

    `kept` has `rows` (`method`, `effect`, `low`, `high`, `p`, `expected`, `relative`, `treated`,
    `others`, `sentence`; all but the two counts and shares in the measure's unit, a place and
    window) and `missing`: why a comparison cannot be made, by its name.
    """

    verdict: str
    grade: str
    sentence: str
    why: str
    kept: dict[str, Any]
    findings: tuple[Finding, ...]


def observed(engine: Engine, facts: Tested, judgement: Judgement) -> Observed | None:
    """Return what chosen places show, None for an initiative that names none.

    Never better than Unproven and D. One question and one query, none before the start.
    """
    plan, measure = facts.plan, definition(facts.plan.success_measure)
    if not plan.places or facts.obstacle:
        return None
    length = (facts.until - plan.starts_on).days
    if length <= 0:
        return _unable(judgement, f"It has not started. It opens on {day(plan.starts_on)}.")
    if measure.shape or not measure.is_plain:
        reason = f"“{measure.name}” is not added up by {plan.unit} and day."
        return _unable(judgement, f"Nobody can say. {reason}")
    try:
        seen = _seen(engine, facts, measure, length)
    except NotComputableError as reason:
        return _unable(judgement, f"Nobody can say. {reason}")
    if not seen.effects:
        return _unable(judgement, f"Nobody can say. {next(iter(seen.missing.values()))}")
    is_claimed = not seen.effects[0].low <= 0 <= seen.effects[0].high
    some = count_words(seen.treated, capital=True)
    every = counted(seen.treated + seen.others, plan.unit)
    control = Check(
        "control_group",
        "Control group",
        Status.WARN,
        f"{some} of {every} got it; chance did not choose which.",
    )
    findings = (
        finding(control),
        *([placebo_found(seen.placebo, is_claimed=is_claimed)] if seen.placebo else []),
        *([low_start_found(seen.start)] if seen.start else []),
        *(finding(check) for check in judgement.checks if check.key in STILL_ASKED),
    )
    grade, why = graded(findings, compared=True)
    return Observed(
        verdict=Word.UNPROVEN.tag,
        grade=grade,
        sentence=_sentence(facts, seen.effects[0]),
        why=why,
        kept={"rows": [_row(effect) for effect in seen.effects], "missing": dict(seen.missing)},
        findings=findings,
    )


def _unable(judgement: Judgement, sentence: str) -> Observed:
    """Return the judgement of what was not held out, with the reason why nothing is compared."""
    return Observed(
        verdict=judgement.verdict.word.tag,
        grade=judgement.grade.letter,
        sentence=sentence,
        why=judgement.grade.sentence,
        kept={},
        findings=tuple(finding(check) for check in judgement.checks),
    )


def _seen(engine: Engine, facts: Tested, measure: Definition, length: int) -> Seen:
    starts_on = facts.plan.starts_on
    first = max(starts_on - MOST_DAYS_BEFORE, first_event_on() or starts_on)
    days = days_by_place(engine, measure, starts_on=first, ends_on=facts.until)
    return look(
        days,
        facts.plan.places,
        start=(starts_on - first).days,
        length=length,
        is_ratio=measure.per != "customers",
    )


def _sentence(facts: Tested, effect: Effect) -> str:
    """Answer "Did it work?" by the first comparison that can be made."""
    plan = facts.plan
    if facts.until < min(plan.ends_on, facts.stopped_on or plan.ends_on):
        gone, all_days = (facts.until - plan.starts_on).days, (plan.ends_on - plan.starts_on).days
        return f"Too early to say. Day {gone} of {all_days}: {_inside(effect.sentence)}"
    better = plan.success_measure.better == Measure.Better.MORE
    rose, fell = effect.low > 0, effect.high < 0
    if rose or fell:
        return f"It may have {'worked' if rose == better else 'done harm'}. {effect.sentence}"
    return f"Nobody can say that it worked. {effect.sentence}"


def _inside(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _row(effect: Effect) -> dict[str, Any]:
    treated, others = effect.units
    return {
        "method": effect.method.value,
        "effect": effect.effect,
        "low": effect.low,
        "high": effect.high,
        "p": effect.p,
        "expected": effect.expected,
        "relative": effect.relative,
        "treated": treated,
        "others": others,
        "sentence": effect.sentence,
    }
