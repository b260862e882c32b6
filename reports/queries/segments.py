"""What a test came to in each segment of its customers."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from reports.evidence.sums import Sums
from reports.facts.engines import Engine
from reports.facts.schema import Facts
from reports.measures.definition import Definition, factor
from reports.queries.facts import sums_of

if TYPE_CHECKING:
    import ibis


def sums_by_segment(
    engine: Engine,
    initiative_id: int,
    measure: Definition,
    *,
    brought: Collection[str],
    starts_on: date,
    ends_on: date,
) -> dict[str, dict[str, Sums]]:
    """Return each segment's sums by arm, over the days [starts_on, ends_on). One question.

    A segment is how a customer bought in the year before the start (`reports.measures.rfm`),
    which no treatment can have touched.
    """

    def question(facts: Facts) -> "ibis.Table":
        from reports.measures.trials import trials  # noqa: PLC0415  loads Ibis

        return trials(
            facts,
            [measure],
            initiative_id=initiative_id,
            starts_on=starts_on,
            ends=[ends_on],
            brought=brought,
            by_segment=True,
            zone=ZoneInfo(settings.TIME_ZONE),
        )

    times = factor(measure, max(1, (ends_on - starts_on).days))
    found: dict[str, dict[str, Sums]] = {}
    for row in engine.execute(question).to_pylist():
        sums = sums_of(row, 0, is_ratio=measure.is_ratio).times(times)
        found.setdefault(row["segment"], {})[row["arm"]] = sums
    return found
