"""What a test came to in each segment of its customers."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from reports.evidence.segments import ALPHA
from reports.evidence.sums import Sums
from reports.facts.engines import Engine
from reports.facts.schema import Facts
from reports.measures.definition import Definition, factor
from reports.queries.facts import sums_of
from strategy.language.numbers import number
from strategy.language.units import measure_change

if TYPE_CHECKING:
    import ibis


class SegmentRow(NamedTuple):
    """What one segment gained, and whether it may be read by itself; "" where it may not.

    `size` says how many are in each arm, "" where that was not kept; `change` is the reason where
    there is no difference.
    """

    name: str
    size: str
    change: str
    alone: str


def segment_rows(kept: Mapping[str, Any], unit: str) -> tuple[SegmentRow, ...]:
    """Return what `evidence.segments.segments_to_json` kept, in words. No query."""
    found = [
        SegmentRow(
            name=row["name"],
            size=_size(row),
            change=measure_change(row["effect"], row["low"], row["high"], unit),
            alone=_alone(row["adjusted"]),
        )
        for row in kept.get("rows", [])
    ]
    missing = kept.get("missing", {})
    return (*found, *(SegmentRow(name, "", reason, "") for name, reason in missing.items()))


def _size(row: Mapping[str, Any]) -> str:
    if "treated" not in row:
        return ""
    return f"{number(row['treated'])} treated, {number(row['holdout'])} held out"


def _alone(adjusted: float | None) -> str:
    if adjusted is None:
        return ""
    return "An effect of its own" if adjusted < ALPHA else "No effect of its own shown"


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
