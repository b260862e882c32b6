"""Judging one initiative: sums from the facts, a judgement from the evidence, rows for pages."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Initiative, Plan
from reports.audit.finding import Finding
from reports.audit.kept import picture_to_json
from reports.audit.panel import Known, Look, panel
from reports.audit.plans import Version, plan_changes
from reports.evidence import plan as evidence
from reports.evidence.compare import Comparison, compare
from reports.evidence.grade import Grade
from reports.evidence.guardrails import Guarded
from reports.evidence.intervals import mean_interval
from reports.evidence.judge import NOBODY, Judgement, judge
from reports.evidence.sequence import as_extra_reads
from reports.evidence.sums import NotComputableError, Sums
from reports.facts.engines import Engine
from reports.models import Check, Outcome, Progress, Result
from reports.queries.definitions import definition, unit
from reports.queries.engine import database
from reports.queries.facts import WEEK, Assigned, Trial, assigned, brought_outcomes, trials
from reports.queries.overlap import reached_by_others
from strategy.language.left_out import left_out
from strategy.language.numbers import number
from strategy.language.words import counted, join_words
from strategy.models import Guardrail, Measure

TREATED, HOLDOUT = "treated", "holdout"
ONE_DAY = timedelta(days=1)


class _Facts(NamedTuple):
    """An initiative's locked plan and what its test came to so far."""

    initiative: Initiative
    plan: Plan
    guardrails: list[Guardrail]
    also: list[Measure]
    until: date
    brought: set[str]
    assigned: Assigned
    exposed: dict[str, int]
    trial: Trial

    @property
    def stopped_on(self) -> date | None:
        """The first day on which it no longer ran."""
        ended_at = self.initiative.ended_at
        return ended_at and timezone.localdate(ended_at) + ONE_DAY

    @property
    def obstacle(self) -> str:
        """Why nothing can be judged, "" where something can."""
        if self.initiative.launched_at is None and self.stopped_on:
            return "It was called off before its launch."
        if self.stopped_on and self.stopped_on <= self.plan.starts_on:
            return "It ended before its first planned day."
        if self.initiative.launched_at is None and self.until > self.plan.starts_on:
            return "Its first planned day has passed, and it was not launched."
        if self.assigned.unit:
            return (
                f"It was randomised by store or region, such as “{self.assigned.unit}”; "
                "Hymnsheet judges customers so far."
            )
        return ""

    def left_out(self, measure: Measure) -> evidence.LeftOut | None:
        """Return which amounts have no rate; None where none are added up from events."""
        if not definition(measure).is_money or measure.key in self.brought:
            return None
        found = self.trial.left_out[measure.key]
        unpriced = {currency: kinds for currency, kinds in found.items() if currency}
        counts = [sum(kinds.values()) for kinds in (*unpriced.values(), found.get("", {}))]
        share = sum(counts[:-1]) / max(1, sum(counts))
        return evidence.LeftOut(left_out(unpriced), share)

    def gap(self, measure: Measure) -> str:
        """Return why a measure's sums may not be used, "" where they may."""
        if measure.key in self.brought and definition(measure).is_ratio:
            return (
                "Only its outcomes were brought, not what they are divided by; "
                "leave them out to have events counted."
            )
        missing = self.trial.missing[measure.key]
        if not missing:
            return ""
        arms = {TREATED: "treated", HOLDOUT: "held-out"}
        some = [
            f"{number(missing.get(arm, 0))} of {counted(size, f'{arms[arm]} customer')}"
            for arm, size in sorted(self.trial.sizes.items(), reverse=True)
        ]
        return (
            f"{join_words(some)} have no value of “{measure.name}”; "
            "bring one for everybody, 0 where nothing happened."
        )


def judge_initiative(
    initiative: Initiative,
    *,
    newest_event_on: date | None,
    at: datetime,
    engine: Engine | None = None,
) -> Result:
    """Work out and keep an initiative's result as of `at`; without an engine, by PostgreSQL.

    Days count while their data are in: up to the newest event's day, today, the plan's end and
    the day on which it ended, whichever comes first. Tests that bring their own outcomes are read
    over their whole window.
    """
    engine = engine or database()
    facts = _facts(engine, initiative, newest_event_on=newest_event_on, at=at)
    judgement = _judgement(facts)
    changed = plan_changes(_versions(initiative))
    grade = max(judgement.grade, _allowed(changed), key=lambda one: one.letter)
    result, _ = Result.objects.update_or_create(
        initiative=initiative,
        defaults={
            "plan": facts.plan,
            "verdict": judgement.verdict.word.tag,
            "grade": grade.letter,
            "sentence": judgement.sentence,
            "why": grade.sentence,
            "safe_sentence": judgement.safety,
            "starts_on": facts.plan.starts_on,
            "ends_on": facts.until,
            "as_of": at,
        },
    )
    result.outcomes.all().delete()
    Outcome.objects.bulk_create(_outcomes(result, facts, judgement))
    progress = _progress(engine, result, facts)
    result.progress.all().delete()
    Progress.objects.bulk_create(progress)
    result.checks.all().delete()
    Check.objects.bulk_create(
        Check(
            result=result,
            key=found.check.key,
            title=found.check.title,
            status=found.check.status.tag,
            sentence=found.check.sentence,
            best_grade=found.best_grade,
            picture=picture_to_json(found.picture),
            position=place,
        )
        for place, found in enumerate(_panel(facts, judgement, progress, changed))
    )
    return result


def _allowed(changed: Finding) -> Grade:
    """Return the best grade with what became of the plan, and why."""
    why = f"Evidence {changed.best_grade}: the plan was changed after the start."
    return Grade(changed.best_grade, why)


def _panel(
    facts: _Facts, judgement: Judgement, progress: list[Progress], changed: Finding
) -> list[Finding]:
    """Return the audit: the judgement's checks with what to draw, and what the plan became."""
    start = facts.plan.starts_on
    looks = [
        Look((one.ends_on - start).days, one.effect) for one in progress if one.effect is not None
    ]
    known = Known(sizes=facts.trial.sizes, exposed=facts.exposed, looks=looks)
    return list(panel(judgement, known, [changed]))


def _versions(initiative: Initiative) -> list[Version]:
    """Return the plan's locked versions, the oldest first."""
    plans = Plan.objects.filter(initiative=initiative).select_related("success_measure")
    return [
        Version(
            locked_on=timezone.localdate(plan.locked_at),
            success=(plan.success_measure.name,),
            guardrails={rail.measure.name: float(rail.margin) for rail in plan.guardrails.all()},
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            holdout_share=float(plan.holdout_share),
            smallest_effect=float(plan.smallest_effect),
            planned_reads=plan.planned_reads,
        )
        for plan in plans.prefetch_related("guardrails__measure").order_by("version")
    ]


def _facts(
    engine: Engine, initiative: Initiative, *, newest_event_on: date | None, at: datetime
) -> _Facts:
    plan = (
        Plan.objects.filter(initiative=initiative)
        .select_related("success_measure")
        .order_by("-version")
    )[0]
    guardrails = list(plan.guardrails.select_related("measure"))
    today = timezone.localdate(at)
    brought = brought_outcomes(initiative.pk)
    also = list(
        Measure.objects.filter(key__in=brought - {plan.success_measure.key})
        .order_by("key", "-version")
        .distinct("key")
    )
    data_until = (
        today
        if plan.success_measure.key in brought or newest_event_on is None
        else min(today, newest_event_on + timedelta(days=1))
    )
    if initiative.ended_at:
        data_until = min(data_until, timezone.localdate(initiative.ended_at) + ONE_DAY)
    until = max(plan.starts_on, min(plan.ends_on, data_until))
    measures = [definition(plan.success_measure)]
    measures += [definition(guardrail.measure) for guardrail in guardrails]
    measures += [definition(measure) for measure in also]
    (found,) = trials(
        engine, initiative.pk, measures, brought=brought, starts_on=plan.starts_on, ends=[until]
    )
    came = assigned(initiative.pk, starts_on=plan.starts_on, ends_on=until)
    exposed = reached_by_others(initiative.pk, starts_on=plan.starts_on, ends_on=until)
    return _Facts(initiative, plan, guardrails, also, until, brought, came, exposed, found)


def _judgement(facts: _Facts) -> Judgement:
    plan, success = facts.plan, facts.plan.success_measure
    share = float(plan.holdout_share)
    return judge(
        sizes=facts.trial.sizes,
        success=[
            evidence.Success(
                success.key,
                success.name,
                unit(success),
                evidence.Direction(success.better),
                facts.trial.sums[success.key],
                facts.gap(success),
                facts.left_out(success),
            )
        ],
        guardrails=[
            evidence.Guardrail(
                rail.measure.key,
                rail.measure.name,
                unit(rail.measure),
                evidence.Direction(rail.measure.better),
                facts.trial.sums[rail.measure.key],
                float(rail.margin),
                _limit(rail),
                facts.gap(rail.measure),
                facts.left_out(rail.measure),
            )
            for rail in facts.guardrails
        ],
        plan=evidence.Plan(
            holdout=HOLDOUT if share else None,
            shares={TREATED: 1 - share, HOLDOUT: share} if share else None,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            as_of=facts.until,
            stopped_on=facts.stopped_on,
            obstacle=facts.obstacle,
            locked_on=timezone.localdate(plan.locked_at),
            smallest_effect=float(plan.smallest_effect),
            success_keys=(success.key,),
        ),
        in_both_arms=facts.assigned.in_both_arms,
        late=facts.assigned.late,
        after=facts.assigned.after,
        exposed=facts.exposed,
    )


def _limit(rail: Guardrail) -> float | None:
    """Return the company's limit where a test's mean can be held against it.

    It can for rates per event. Other readings divide by a week's customers, a test by everybody
    assigned over its whole window.
    """
    return float(rail.limit) if definition(rail.measure).is_ratio else None


def _outcomes(result: Result, facts: _Facts, judgement: Judgement) -> list[Outcome]:
    parts: list[tuple[str, Measure, Comparison, Guardrail | None, Guarded | None]] = [
        (Outcome.Part.SUCCESS, facts.plan.success_measure, comparison, None, None)
        for comparison in judgement.comparisons
    ]
    guards = zip(facts.guardrails, judgement.guarded, judgement.guardrail_comparisons, strict=False)
    parts += [
        (Outcome.Part.GUARDRAIL, rail.measure, comparison, rail, guarded)
        for rail, guarded, comparison in guards
    ]
    return [
        Outcome(
            result=result,
            part=part,
            measure=measure,
            position=place,
            margin=float(rail.margin) if rail else None,
            limit=_limit(rail) if rail else None,
            status=guarded.standing.tag if guarded else "",
            **_arms(judgement, measure),
            **_numbers(comparison),
            reason=(guarded.reason if guarded else "") or comparison.absolute_reason,
        )
        for place, (part, measure, comparison, rail, guarded) in enumerate(parts)
    ] + [_also(result, facts, measure) for measure in facts.also]


def _also(result: Result, facts: _Facts, measure: Measure) -> Outcome:
    """Return a measure that the test brought along: shown, and no part of the verdict."""
    gap = facts.obstacle or facts.gap(measure)
    sums = {} if gap else facts.trial.sums[measure.key]
    treated, holdout = sums.get(TREATED, NOBODY), sums.get(HOLDOUT, NOBODY)
    comparison = compare(
        arm=TREATED, treated=treated, holdout_arm=HOLDOUT, holdout=holdout, key=measure.key
    )
    return Outcome(
        result=result,
        part=Outcome.Part.ALSO,
        measure=measure,
        **_arm(TREATED, treated),
        **_arm(HOLDOUT, holdout),
        **_numbers(comparison),
        reason=gap or comparison.absolute_reason,
    )


def _arm(arm: str, sums: Sums) -> dict[str, float | int | None]:
    try:
        mean = mean_interval(sums)
    except NotComputableError:
        return {f"{arm}_count": sums.n}
    return {
        f"{arm}_count": sums.n,
        f"{arm}_mean": mean.effect,
        f"{arm}_low": mean.low,
        f"{arm}_high": mean.high,
    }


def _arms(judgement: Judgement, measure: Measure) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {"treated_count": 0, "holdout_count": 0}
    for arm in judgement.arms:
        if arm.key == measure.key:
            found |= {
                f"{arm.arm}_count": arm.n,
                f"{arm.arm}_mean": arm.mean,
                f"{arm.arm}_low": arm.low,
                f"{arm.arm}_high": arm.high,
            }
    return found


def _numbers(comparison: Comparison) -> dict[str, float | None]:
    absolute, relative = comparison.absolute, comparison.relative
    return {
        "effect": absolute and absolute.effect,
        "effect_low": absolute and absolute.low,
        "effect_high": absolute and absolute.high,
        "p": absolute and absolute.p,
        "relative": relative and relative.effect,
        "relative_low": relative and relative.low,
        "relative_high": relative and relative.high,
        "low_base": comparison.low_base,
    }


def _progress(engine: Engine, result: Result, facts: _Facts) -> list[Progress]:
    """Return the effect so far at the end of each week, with intervals valid at every look."""
    sizes = facts.trial.sizes
    success = facts.plan.success_measure.key
    if facts.obstacle or success in facts.brought or {TREATED, HOLDOUT} - sizes.keys():
        return []
    start = facts.plan.starts_on
    weeks = range(1, (facts.until - start).days // 7 + 1)
    ends = sorted({*(start + week * WEEK for week in weeks), facts.until} - {start})
    if not ends:
        return []
    measure = definition(facts.plan.success_measure)
    people = sum(sizes.values())
    widened = as_extra_reads(people, people)
    looks = []
    found = trials(engine, facts.initiative.pk, [measure], brought=(), starts_on=start, ends=ends)
    for end, one in zip(ends, found, strict=True):
        comparison = compare(
            arm=TREATED,
            treated=one.sums[measure.key][TREATED],
            holdout_arm=HOLDOUT,
            holdout=one.sums[measure.key][HOLDOUT],
            key=measure.key,
            extra_reads=widened,
        )
        numbers = _numbers(comparison)
        del numbers["p"], numbers["low_base"]
        looks.append(
            Progress(
                result=result,
                ends_on=end,
                treated_count=sizes[TREATED],
                holdout_count=sizes[HOLDOUT],
                **numbers,
            )
        )
    return looks
