"""Stores or regions that somebody chose: what their days show beside those of the others."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from reports.actions.tested import Tested, left_out_of
from reports.audit.finding import Finding, finding
from reports.audit.observed import graded, low_start_found, placebo_found
from reports.evidence.checks import Check, Status, rates_checks
from reports.evidence.judge import Judgement
from reports.evidence.sums import NotComputableError
from reports.evidence.verdict import Word
from reports.facts.engines import Engine
from reports.measures.definition import Definition
from reports.observed.effect import Effect
from reports.observed.guardrails import Standing, guardrails_say, stands
from reports.observed.places import Seen, look
from reports.queries.definitions import definition
from reports.queries.facts import first_event_on
from reports.queries.places import amounts_by_currency, days_by_place, periods_by_place
from strategy.language.dates import day
from strategy.language.words import count_words, counted, inside
from strategy.models import Guardrail, Measure

MOST_DAYS_BEFORE = timedelta(days=364)
"""How far back placebos reach; whole weeks, so that weekdays match."""
STILL_ASKED = frozenset({"plan_locked", "measure", "window"})
"""Checks of a test that hold for places that somebody chose as well."""
WHOLE_DAYS = "Each day counts by itself here, without the cap."


class Observed(NamedTuple):
    """What stands in a result in place of a test's judgement.

    `kept` has `rows` (`method`, `effect`, `low`, `high`, `p`, `expected`, `relative`, `treated`,
    `others`, `sentence`; all but the two counts and shares in the measure's unit, a place and
    window), `missing`: why a comparison cannot be made, by its name, and `guardrails`: each one's
    `measure` (its key), `name`, `margin`, `standing`, `reason` where it is not compared, and `row`
    as above where it is, else None.
    """

    verdict: str
    grade: str
    sentence: str
    safe_sentence: str
    why: str
    kept: dict[str, Any]
    findings: tuple[Finding, ...]


def observed(engine: Engine, facts: Tested, judgement: Judgement) -> Observed | None:
    """Return what chosen places show, None for an initiative that names none.

    Never better than Unproven and D. One question or two for each measure that is compared, one
    for amounts without a rate, and one query; none before the start.
    """
    plan = facts.plan
    if not plan.places or facts.obstacle:
        return None
    if facts.until <= plan.starts_on:
        return _unable(judgement, f"It has not started. It opens on {day(plan.starts_on)}.")
    first = max(plan.starts_on - MOST_DAYS_BEFORE, first_event_on() or plan.starts_on)
    success = definition(plan.success_measure)
    try:
        seen = _seen(engine, facts, success, first)
    except NotComputableError as reason:
        return _unable(judgement, f"Nobody can say. {reason}")
    if not seen.effects:
        return _unable(judgement, f"Nobody can say. {next(iter(seen.missing.values()))}")
    guarded = [_guarded(engine, facts, rail, first) for rail in facts.guardrails]
    on_guardrails = guardrails_say({one["name"]: Standing(one["standing"]) for one in guarded})
    compared = [success, *(definition(rail.measure) for rail in facts.guardrails)]
    findings = _findings(engine, facts, judgement, seen, compared)
    grade, why = graded(findings, compared=True)
    return Observed(
        verdict=Word.UNPROVEN.tag,
        grade=grade,
        sentence=f"{_sentence(facts, seen.effects[0])} {on_guardrails}".rstrip(),
        safe_sentence="Nobody can say. "
        + (
            f"Chance did not choose who got it. {on_guardrails}"
            if guarded
            else "No guardrail was named."
        ),
        why=why,
        kept={
            "rows": [_row(effect) for effect in seen.effects],
            "missing": dict(seen.missing),
            "guardrails": guarded,
        },
        findings=findings,
    )


def _unable(judgement: Judgement, sentence: str) -> Observed:
    """Return the judgement of what was not held out, with the reason why nothing is compared."""
    return Observed(
        verdict=judgement.verdict.word.tag,
        grade=judgement.grade.letter,
        sentence=sentence,
        safe_sentence=judgement.safety,
        why=judgement.grade.sentence,
        kept={},
        findings=tuple(finding(check) for check in judgement.checks),
    )


def _seen(engine: Engine, facts: Tested, measure: Definition, first: date) -> Seen:
    """Compare the places by a measure, whose days are asked from `first` on where they say it.

    A cap, and whom it counts once, are those of a whole period: days do not add up to that, and
    are asked without the cap, for the placebo alone.
    """
    starts_on, until = facts.plan.starts_on, facts.until
    length = (until - starts_on).days
    days = (
        days_by_place(engine, measure.uncapped, starts_on=first, ends_on=until, length=length)
        if measure.is_plain
        else {}
    )
    seen = look(
        days,
        facts.plan.places,
        start=(starts_on - first).days,
        length=length,
        is_ratio=measure.per != "customers",
        periods=None
        if measure.days_add_up
        else periods_by_place(engine, measure, starts_on=starts_on, length=length),
    )
    if measure.cap is None or seen.placebo is None:
        return seen
    told = seen.placebo._replace(sentence=f"{seen.placebo.sentence} {WHOLE_DAYS}")
    return seen._replace(placebo=told)


def _guarded(engine: Engine, facts: Tested, rail: Guardrail, first: date) -> dict[str, Any]:
    """Return where a guardrail stands by the first comparison that can be made of it."""
    measure, margin = definition(rail.measure), float(rail.margin)
    said: dict[str, Any] = {"measure": measure.key, "name": measure.name, "margin": margin}
    not_compared = said | {"standing": Standing.UNKNOWN.value, "row": None}
    try:
        seen = _seen(engine, facts, measure, first)
    except NotComputableError as reason:
        return not_compared | {"reason": str(reason)}
    if not seen.effects:
        return not_compared | {"reason": next(iter(seen.missing.values()))}
    effect = seen.effects[0]
    fewer = rail.measure.better == Measure.Better.FEWER
    standing = stands(effect, margin=margin, fewer_is_better=fewer)
    return said | {"standing": standing.value, "row": _row(effect), "reason": ""}


def _findings(
    engine: Engine,
    facts: Tested,
    judgement: Judgement,
    seen: Seen,
    compared: list[Definition],
) -> tuple[Finding, ...]:
    """Return what the audit finds: of the comparison, and of amounts in the periods compared."""
    plan = facts.plan
    some = count_words(seen.treated, capital=True)
    every = counted(seen.treated + seen.others, plan.unit)
    control = Check(
        "control_group",
        "Control group",
        Status.WARN,
        f"{some} of {every} got it; chance did not choose which.",
    )
    is_claimed = not seen.effects[0].low <= 0 <= seen.effects[0].high
    amounts = amounts_by_currency(
        engine,
        compared,
        starts_on=plan.starts_on - 2 * (facts.until - plan.starts_on),
        ends_on=facts.until,
    )
    return (
        finding(control),
        *([placebo_found(seen.placebo, is_claimed=is_claimed)] if seen.placebo else []),
        *([low_start_found(seen.start)] if seen.start else []),
        *(finding(check) for check in judgement.checks if check.key in STILL_ASKED),
        *(finding(check) for check in rates_checks([*map(left_out_of, amounts.values())])),
    )


def _sentence(facts: Tested, effect: Effect) -> str:
    """Answer "Did it work?" by the first comparison that can be made."""
    plan = facts.plan
    if facts.until < min(plan.ends_on, facts.stopped_on or plan.ends_on):
        gone, all_days = (facts.until - plan.starts_on).days, (plan.ends_on - plan.starts_on).days
        return f"Too early to say. Day {gone} of {all_days}: {inside(effect.sentence)}"
    better = plan.success_measure.better == Measure.Better.MORE
    rose, fell = effect.low > 0, effect.high < 0
    if rose or fell:
        return f"It may have {'worked' if rose == better else 'done harm'}. {effect.sentence}"
    return f"Nobody can say that it worked. {effect.sentence}"


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
