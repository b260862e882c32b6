"""The cumulative effect of an initiative on its success measure, week by week."""

from datetime import date, timedelta
from typing import NamedTuple

from reports.charts.figure import LABEL_MARGIN, Chart, Figure, apart, figure, label
from reports.drawing.forest import Change
from reports.models import Progress
from reports.queries.definitions import unit
from reports.queries.evidence import Evidence
from reports.queries.outcomes import absolute_of, relative_of
from strategy.language.dates import day_with_year
from strategy.language.numbers import number, percent_change, signed_percent
from strategy.language.units import measure_change, measure_value
from strategy.language.words import counted

ONE_DAY = timedelta(days=1)
SETTLED = 3  # the axis fits the weeks after the first third whole


class Point(NamedTuple):
    """The effect up to the end of one week, its last day included."""

    last_on: date
    change: Change
    text: str
    customers: str


def uplift_chart(evidence: Evidence) -> Chart | None:
    """Return the cumulative effect with its band; None with fewer than two weeks of it.

    In per cent where a percentage of the holdout exists at the end, else in the measure's unit.
    """
    measure = evidence.measure
    if measure is None or not evidence.progress:
        return None
    is_relative = relative_of(evidence.progress[-1]) is not None
    written_in = "relative" if is_relative else unit(measure)
    points = [
        point
        for progress in evidence.progress
        if (point := _point(progress, written_in)) is not None
    ]
    if len(points) <= 1:
        return None
    first, last = points[0], points[-1]
    scale = 100.0 if written_in in {"relative", "share"} else 1.0
    low, high = _range(points)
    is_cut = any(point.change.low < low or point.change.high > high for point in points)
    end = evidence.plan_ends_on - ONE_DAY if evidence.plan_ends_on else None
    is_running = end is not None and end > last.last_on
    axis = {
        "range": [scale * low, scale * high],
        "ticksuffix": "%" if written_in == "relative" else "",
    }
    return Chart(
        key="uplift",
        title=f"{measure.name} against the holdout, all weeks so far",
        note="Band: 95% interval that allows for a look at any time"
        + (", as the verdict’s does." if is_running else ", so wider than the verdict’s.")
        + (" Early weeks run off the chart; their numbers are below." if is_cut else "")
        + (f" The plan ends on {day_with_year(end)}, dotted." if is_running and end else ""),
        alt=f"Cumulative effect over {counted(len(points), 'week')}: first {first.text}, "
        f"newest {last.text}; 95% intervals.",
        figure=figure(
            _traces(points, scale),
            annotations=_labels(last, written_in, scale, high - low),
            shapes=[_planned_end(end)] if is_running and end else [],
            margin=LABEL_MARGIN,
            xaxis={"type": "date", "tickformat": "%-d %b", "nticks": 5},
            yaxis=axis,
        ),
        head=("Up to", "Change (95% interval)", evidence.units),
        rows=[(day_with_year(point.last_on), point.text, point.customers) for point in points],
    )


def _traces(points: list[Point], scale: float) -> list[Figure]:
    days = [point.last_on.isoformat() for point in points]
    colour = {"color": "var(--accent)"}
    dot = {"size": 7, "color": "var(--paper)", "line": {**colour, "width": 2}}
    return [
        _edge(days, [scale * point.change.high for point in points]),
        _edge(days, [scale * point.change.low for point in points])
        | {"fill": "tonexty", "fillcolor": "var(--band)"},
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": days,
            "y": [scale * point.change.effect for point in points],
            "line": colour,
            "marker": dot,
            "text": [point.text for point in points],
            "hovertemplate": "%{text}<extra></extra>",
        },
    ]


def _point(progress: Progress, unit: str) -> Point | None:
    change = relative_of(progress) if unit == "relative" else absolute_of(progress)
    if change is None:
        return None
    text = percent_change(*change) if unit == "relative" else measure_change(*change, unit)
    customers = number(progress.treated_count + progress.holdout_count)
    return Point(progress.ends_on - ONE_DAY, change, text, customers)


def _range(points: list[Point]) -> tuple[float, float]:
    """Return an axis that fits the later weeks whole, zero on it."""
    settled = points[len(points) // SETTLED :]
    lows = [0.0, *(point.change.low for point in settled), *(p.change.effect for p in points)]
    highs = [0.0, *(point.change.high for point in settled), *(p.change.effect for p in points)]
    low, high = min(lows), max(highs)
    margin = 0.08 * (high - low or 1.0)
    return low - margin, high + margin


def _labels(last: Point, unit: str, scale: float, height: float) -> list[Figure]:
    change = last.change
    ends = [scale * each for each in (change.low, change.effect, change.high)]
    low, middle, high = apart(ends, scale * height)
    effect = last.text.partition(" (")[0]
    return [
        label(low, f"Low {_end_text(change.low, unit)}", "var(--ink-2)"),
        label(middle, effect, "var(--accent)", weight=600),
        label(high, f"High {_end_text(change.high, unit)}", "var(--ink-2)"),
    ]


def _end_text(end: float, unit: str) -> str:
    return signed_percent(end) if unit == "relative" else measure_value(end, unit)


def _edge(days: list[str], values: list[float]) -> Figure:
    line = {"width": 0}
    return {"type": "scatter", "x": days, "y": values, "mode": "lines", "line": line,
            "hoverinfo": "skip"}  # fmt: skip


def _planned_end(end: date) -> Figure:
    on = end.isoformat()
    line = {"color": "var(--ink-2)", "dash": "dot", "width": 1.5}
    return {"type": "line", "x0": on, "x1": on, "yref": "paper", "y0": 0, "y1": 1, "line": line}
