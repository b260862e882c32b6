"""Judging one initiative: sums from the facts, a judgement from the evidence, rows for pages."""

from datetime import datetime

from django.utils import timezone

from campaigns.models import Initiative
from reports.actions.doses import keep_dose
from reports.actions.findings import best_with, findings_of, plan_became
from reports.actions.observed import observed
from reports.actions.outcomes import limit_of, numbers_of, outcomes_of
from reports.actions.segments import segments_of
from reports.actions.tested import HOLDOUT, TREATED, Tested, tested
from reports.audit.kept import picture_to_json
from reports.evidence import plan as evidence
from reports.evidence.compare import compare
from reports.evidence.grade import Grade
from reports.evidence.judge import Judgement, judge
from reports.evidence.sequence import as_extra_reads
from reports.facts.engines import Engine
from reports.models import Check, Outcome, Progress, Result
from reports.queries.definitions import definition, unit
from reports.queries.engine import database
from reports.queries.facts import WEEK, trials


def judge_initiative(
    initiative: Initiative,
    *,
    at: datetime,
    engine: Engine | None = None,
) -> Result:
    """Work out and keep an initiative's result as of `at`; without an engine, by PostgreSQL.

    Days count while their data are in: up to the newest event of the source that is furthest
    behind, of those that feed the plan's measures; today, the plan's end and the day on which it
    ended, whichever comes first. Outcomes that were brought are in for the whole window.
    """
    engine = engine or database()
    facts = tested(engine, initiative, at=at)
    judgement = _judgement(facts)
    chosen = observed(engine, facts, judgement)
    changed = plan_became(initiative)
    own = Grade(chosen.grade, chosen.why) if chosen else judgement.grade
    grade = max(own, best_with(changed), key=lambda one: one.letter)
    result, _ = Result.objects.update_or_create(
        initiative=initiative,
        defaults={
            "plan": facts.plan,
            "verdict": chosen.verdict if chosen else judgement.verdict.word.tag,
            "grade": grade.letter,
            "sentence": chosen.sentence if chosen else judgement.sentence,
            "why": grade.sentence,
            "safe_sentence": chosen.safe_sentence if chosen else judgement.safety,
            "starts_on": facts.plan.starts_on,
            "ends_on": facts.until,
            "as_of": at,
            "segments": segments_of(engine, facts),
            "observed": chosen.kept if chosen else {},
        },
    )
    result.outcomes.all().delete()
    Outcome.objects.bulk_create(outcomes_of(result, facts, judgement))
    keep_dose(result, facts)
    progress = _progress(engine, result, facts)
    found = (
        [*chosen.findings, changed] if chosen else findings_of(facts, judgement, progress, changed)
    )
    result.progress.all().delete()
    Progress.objects.bulk_create(progress)
    result.checks.all().delete()
    Check.objects.bulk_create(
        Check(
            result=result,
            key=one.check.key,
            title=one.check.title,
            status=one.check.status.tag,
            sentence=one.check.sentence,
            best_grade=one.best_grade,
            picture=picture_to_json(one.picture),
            position=place,
        )
        for place, one in enumerate(found)
    )
    return result


def _judgement(facts: Tested) -> Judgement:
    plan = facts.plan
    share = float(plan.holdout_share)
    return judge(
        sizes=facts.trial.sizes,
        success=[
            evidence.Success(
                measure.key,
                measure.name,
                unit(measure),
                evidence.Direction(measure.better),
                facts.trial.sums[measure.key],
                facts.gap(measure),
                facts.left_out(measure),
                facts.beside.get(measure.key),
            )
            for measure in facts.success
        ],
        guardrails=[
            evidence.Guardrail(
                rail.measure.key,
                rail.measure.name,
                unit(rail.measure),
                evidence.Direction(rail.measure.better),
                facts.trial.sums[rail.measure.key],
                float(rail.margin),
                limit_of(rail),
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
            success_keys=tuple(measure.key for measure in facts.success),
            unit=plan.counted_unit,
            planned_reads=plan.planned_reads,
            planned_customers=facts.planned,
        ),
        in_both_arms=facts.assigned.in_both_arms,
        late=facts.assigned.late,
        after=facts.assigned.after,
        exposed=facts.exposed,
        removed=facts.removed,
    )


def _progress(engine: Engine, result: Result, facts: Tested) -> list[Progress]:
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
    widened = as_extra_reads(people, facts.planned or people)
    looks = []
    found = trials(
        engine,
        facts.initiative.pk,
        [measure],
        brought=(),
        starts_on=start,
        ends=ends,
        unit=facts.plan.counted_unit,
    )
    for end, one in zip(ends, found, strict=True):
        comparison = compare(
            arm=TREATED,
            treated=one.sums[measure.key][TREATED],
            holdout_arm=HOLDOUT,
            holdout=one.sums[measure.key][HOLDOUT],
            key=measure.key,
            extra_reads=widened,
        )
        numbers = numbers_of(comparison)
        del numbers["p"], numbers["p_adjusted"], numbers["low_base"]
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
