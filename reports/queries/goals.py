"""Are we reaching the goals? Each goal's way from baseline to target."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from reports.drawing.bullet import Bullet, bullet
from reports.models import Reading
from reports.queries.definitions import unit
from reports.queries.freshness import SourceRow, too_old
from reports.queries.wording import basis, common, is_worse, written
from strategy.language.answers import GoalCounts
from strategy.language.dates import long_day, span
from strategy.language.gaps import measure_gap
from strategy.language.left_out import left_out
from strategy.models import Goal, Measure


class GoalRow(NamedTuple):
    """One goal. Values are written out; `now` and `window` are "" where nothing was measured.

    `status` is "ok", "near" (behind), "stale" or "none"; `icon` and `word` finish its tag.
    `window` and `sample` say what `now` stands on, `left_out` what it does without.
    """

    key: str
    name: str
    owner: str
    measure: str
    now: str
    window: str
    sample: str
    left_out: str
    baseline: str
    expected: str
    commit: str
    target: str
    due: str
    status: str
    icon: str
    word: str
    gap: str
    bullet: Bullet

    @property
    def is_stale(self) -> bool:
        return self.status == "stale"


def goal_rows(now: datetime, sources: list[SourceRow]) -> list[GoalRow]:
    """Return every goal with its newest full thirteen weeks, of the whole company.

    A goal's department answers for it; what is measured is the company. Two queries, however
    many goals.
    """
    goals = list(Goal.objects.select_related("measure", "department", "owner"))
    readings = _newest({goal.measure_id for goal in goals}, timezone.localdate(now))
    return [_row(goal, readings.get(goal.measure_id), now, sources) for goal in goals]


def goal_counts(rows: list[GoalRow]) -> GoalCounts:
    """Return how many goals stand where."""
    statuses = [row.status for row in rows]
    return GoalCounts(
        on_track=statuses.count("ok"),
        behind=statuses.count("near"),
        too_old=statuses.count("stale"),
        unmeasured=statuses.count("none"),
        worse=sum(row.status == "near" and row.bullet.is_back for row in rows),
    )


def shared_window(rows: list[GoalRow]) -> str:
    """Return the window of all goals that are judged, "" where they differ or none is."""
    return common(row.window for row in rows if row.status in {"ok", "near"})


def expected_by(goal: Goal, today: date) -> float:
    """Return the value on the straight line from the baseline's day to the target's.

    Before the first day it is the baseline, after the last the target.
    """
    way = (today - goal.starts_on).days / (goal.due_on - goal.starts_on).days
    baseline, target = float(goal.baseline), float(goal.target)
    return baseline + min(1.0, max(0.0, way)) * (target - baseline)


def newest_reading(measure: Measure, today: date) -> Reading | None:
    """Return a measure's newest full thirteen weeks of the whole company. One query."""
    return _newest({measure.pk}, today).get(measure.pk)


def _newest(measures: set[int], today: date) -> dict[int, Reading]:
    readings = (
        Reading.objects.filter(
            span=Reading.Span.QUARTER,
            department=None,
            measure__in=measures,
            ends_on__lte=today,
        )
        .order_by("measure_id", "-ends_on")
        .distinct("measure_id")
    )
    return {reading.measure_id: reading for reading in readings}


def _row(goal: Goal, reading: Reading | None, now: datetime, sources: list[SourceRow]) -> GoalRow:
    value = reading.value if reading else None
    expected = expected_by(goal, timezone.localdate(now))
    agreed = [float(goal.baseline), float(goal.commit), float(goal.target)]
    written_in = unit(goal.measure)
    known = [*agreed, expected] if value is None else [*agreed, expected, value]
    baseline, commit, target, due, *rest = written(known, written_in)
    status, icon, word, gap = _standing(goal, reading, expected, now, sources)
    return GoalRow(
        key=goal.key,
        name=goal.name,
        owner=f"{goal.department or 'All departments'}, {goal.owner}",
        measure=goal.measure.name,
        now=rest[0] if rest else "",
        window=span(reading.starts_on, reading.ends_on) if reading and rest else "",
        sample=basis(goal.measure, reading.denominator) if reading and rest else "",
        left_out=left_out(reading.left_out) if reading else "",
        baseline=baseline,
        expected=due,
        commit=commit,
        target=target,
        due=long_day(goal.due_on),
        status=status,
        icon=icon,
        word=word,
        gap=gap,
        bullet=bullet(
            baseline=agreed[0], commit=agreed[1], target=agreed[2], expected=expected, value=value
        ),
    )


def _standing(
    goal: Goal, reading: Reading | None, expected: float, now: datetime, sources: list[SourceRow]
) -> tuple[str, str, str, str]:
    if reading is None or reading.value is None:
        return "none", "none", "Not measured", "No reading yet"
    if reason := too_old(goal.measure, reading.ends_on, now, sources):
        return "stale", "stale", "Stale", reason
    fewer = goal.measure.better == Measure.Better.FEWER
    gap = measure_gap(reading.value, expected, unit(goal.measure), fewer_is_better=fewer)
    if is_worse(goal.measure, reading.value, expected):
        return "near", "behind", "Behind", gap
    return "ok", "ok", "On track", gap
