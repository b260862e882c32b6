"""The audit of a result: every check with what to draw, and what the plan became."""

from collections.abc import Sequence

from django.utils import timezone

from campaigns.models import Initiative, Plan
from reports.actions.tested import Tested
from reports.audit.finding import Finding
from reports.audit.panel import Known, Look, panel
from reports.audit.plans import Version, plan_changes
from reports.evidence.grade import Grade
from reports.evidence.judge import Judgement
from reports.models import Progress


def findings_of(
    facts: Tested, judgement: Judgement, progress: Sequence[Progress], changed: Finding
) -> list[Finding]:
    """Return the judgement's checks with what to draw, and what the plan became."""
    start = facts.plan.starts_on
    looks = [
        Look((one.ends_on - start).days, one.effect) for one in progress if one.effect is not None
    ]
    known = Known(
        sizes=facts.trial.sizes, removed=facts.removed, exposed=facts.exposed, looks=looks
    )
    return list(panel(judgement, known, [changed]))


def plan_became(initiative: Initiative) -> Finding:
    """Return what was changed in the plan after its start. Four queries."""
    plans = Plan.objects.filter(initiative=initiative).select_related("success_measure")
    return plan_changes(
        [
            Version(
                locked_on=timezone.localdate(plan.locked_at),
                success=tuple(measure.name for measure in plan.success_measures),
                guardrails={
                    rail.measure.name: float(rail.margin) for rail in plan.guardrails.all()
                },
                starts_on=plan.starts_on,
                ends_on=plan.ends_on,
                holdout_share=float(plan.holdout_share),
                smallest_effect=float(plan.smallest_effect),
                planned_reads=plan.planned_reads,
            )
            for plan in plans.prefetch_related("guardrails__measure", "further_measures").order_by(
                "version"
            )
        ]
    )


def best_with(changed: Finding) -> Grade:
    """Return the best grade that what became of the plan leaves, and why."""
    why = f"Evidence {changed.best_grade}: the plan was changed after the start."
    return Grade(changed.best_grade, why)
