"""Did some customers gain more than others: asked once, when all days are in."""

from typing import Any

from campaigns.models import Initiative
from reports.actions.tested import HOLDOUT, TREATED, Tested
from reports.evidence.judge import NOBODY
from reports.evidence.segments import TooFewSegmentsError, segments, segments_to_json
from reports.facts.engines import Engine
from reports.queries.definitions import definition
from reports.queries.segments import sums_by_segment


def segments_of(engine: Engine, facts: Tested) -> dict[str, Any]:
    """Return the success measure's difference by segment, {} where it is not asked yet.

    It has the fields of `evidence.segments.Segments`.
    """
    plan, success = facts.plan, facts.plan.success_measure
    is_over = facts.until >= min(plan.ends_on, facts.stopped_on or plan.ends_on)
    by_customer = plan.counted_unit == Initiative.Unit.CUSTOMER
    if facts.obstacle or facts.gap(success) or not is_over or not by_customer:
        return {}
    if {TREATED, HOLDOUT} - facts.trial.sizes.keys():
        return {}
    found = sums_by_segment(
        engine,
        facts.initiative.pk,
        definition(success),
        brought=facts.brought,
        starts_on=plan.starts_on,
        ends_on=facts.until,
    )
    sides = {
        name: (arms.get(TREATED, NOBODY), arms.get(HOLDOUT, NOBODY))
        for name, arms in sorted(found.items())
    }
    try:
        return segments_to_json(segments(sides))
    except TooFewSegmentsError:
        return {}
