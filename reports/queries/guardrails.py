"""Is the customer experience safe? The company's guardrails over the last twelve weeks."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from reports.drawing.spark import Spark, spark
from reports.models import Reading
from reports.queries.definitions import unit
from reports.queries.freshness import SourceRow, too_old
from reports.queries.wording import basis, is_plural, is_worse, short_name, written
from strategy.language.answers import Broken, GuardrailCounts
from strategy.language.dates import day
from strategy.language.left_out import left_out
from strategy.language.units import measure_value
from strategy.language.words import plural
from strategy.models import Guardrail, Measure

ONE_DAY = timedelta(days=1)
WEEKS = 12
NEAR = 0.1  # this share of the limit away from it is close


class GuardrailRow(NamedTuple):
    """One guardrail: the newest week, its limit and how it went.

    `status` is "ok", "near", "breach", "stale" or "none"; `weeks_over` counts the weeks in a row,
    the newest included, on the wrong side of the limit, `weeks_over_in_all` every such week of
    the `weeks_seen`. `sample` says what `now` stands on, `left_out` what it does without, `trend`
    the line in words.
    """

    name: str
    short: str
    is_floor: bool
    now: str
    limit: str
    status: str
    word: str
    weeks_over: int
    weeks_over_in_all: int
    weeks_seen: int
    sample: str
    left_out: str
    week: str
    trend: str
    spark: Spark | None


def guardrail_rows(now: datetime, sources: list[SourceRow]) -> list[GuardrailRow]:
    """Return every guardrail with its last twelve weeks. Two queries, however many there are."""
    guardrails = list(Guardrail.objects.select_related("measure"))
    numbered = Window(RowNumber(), partition_by=F("measure"), order_by=F("ends_on").desc())
    newest_first: dict[int, list[Reading]] = defaultdict(list)
    for reading in (
        Reading.objects.filter(
            span=Reading.Span.WEEK,
            department=None,
            ends_on__lte=timezone.localdate(now),
            measure__in=[guardrail.measure_id for guardrail in guardrails],
        )
        .annotate(week=numbered)
        .filter(week__lte=WEEKS)
        .order_by("-ends_on")
    ):
        newest_first[reading.measure_id].append(reading)
    return [_row(each, newest_first[each.measure_id], now, sources) for each in guardrails]


def guardrail_counts(rows: list[GuardrailRow]) -> GuardrailCounts:
    """Return the broken guardrails by name and the others by number."""
    statuses = [row.status for row in rows]
    return GuardrailCounts(
        broken=tuple(
            Broken(
                row.short,
                row.weeks_over,
                is_plural(row.short),
                row.is_floor,
                row.weeks_over_in_all,
                row.weeks_seen,
            )
            for row in rows
            if row.status == "breach"
        ),
        close=statuses.count("near"),
        inside=statuses.count("ok"),
        too_old=statuses.count("stale"),
        unmeasured=statuses.count("none"),
    )


def _row(
    guardrail: Guardrail, readings: list[Reading], now: datetime, sources: list[SourceRow]
) -> GuardrailRow:
    measure, limit = guardrail.measure, float(guardrail.limit)
    is_floor = measure.better == Measure.Better.MORE
    values = [reading.value for reading in reversed(readings)]
    newest = readings[0] if readings else None
    known = [value for value in values if value is not None]
    written_in = unit(measure)
    agreed, *newest_known = written([limit, *known[-1:]], written_in)
    status, word = _standing(measure, limit, newest, now, sources)
    over = [each.value is not None and is_worse(measure, each.value, limit) for each in readings]
    return GuardrailRow(
        name=measure.name,
        short=short_name(measure),
        is_floor=is_floor,
        now=newest_known[0] if newest and newest.value is not None else "",
        limit=f"{'Floor' if is_floor else 'Limit'} {agreed}",
        status=status,
        word=word,
        weeks_over=sum(1 for _ in takewhile(bool, over)),
        weeks_over_in_all=sum(over),
        weeks_seen=len(over),
        sample=basis(measure, newest.denominator) if newest and newest.value is not None else "",
        left_out=left_out(newest.left_out) if newest else "",
        week=f"Week to {day(newest.ends_on - ONE_DAY)}" if newest else "",
        trend=_trend([measure_value(value, written_in) for value in known]),
        spark=spark(values, limit) if known else None,
    )


def _standing(
    measure: Measure, limit: float, newest: Reading | None, now: datetime, sources: list[SourceRow]
) -> tuple[str, str]:
    if newest is None or newest.value is None:
        return "none", "Not measured"
    if reason := too_old(measure, newest.ends_on, now, sources):
        return "stale", reason
    if is_worse(measure, newest.value, limit):
        over = "Under the floor" if measure.better == Measure.Better.MORE else "Over the limit"
        return "breach", over
    if abs(newest.value - limit) <= NEAR * abs(limit):
        return "near", "Close"
    return "ok", "Safe"


def _trend(values: list[str]) -> str:
    if not values:
        return "no week measured"
    weeks = f"{len(values)} {plural(len(values), 'week')}"
    return f"last {weeks}: first {values[0]}, newest {values[-1]}"
