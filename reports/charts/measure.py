"""A measure over time, a line for each scope, with the windows in which its definition changed."""

from datetime import timedelta
from itertools import pairwise

from reports.charts.figure import LABEL_MARGIN, Chart, Figure, apart, figure, label
from reports.measures.windows import Window
from reports.queries.definitions import unit
from reports.queries.explorer import Explored, Point
from strategy.language.dates import day_with_year
from strategy.language.numbers import number
from strategy.language.units import measure_value
from strategy.models import Measure

ONE_DAY = timedelta(days=1)
LINES_AT_MOST = 5
LONGEST_LABEL = 18


def measure_chart(measure: Measure, found: Explored) -> Chart | None:
    """Return the lines; None with fewer than two windows of anything."""
    if len({point.ends_on for point in found.points.values()}) <= 1:
        return None
    drawn = list(found.names)[:LINES_AT_MOST]
    in_unit = unit(measure)
    scale = 100.0 if in_unit == "share" else 1.0
    days = [(window.ends_on - ONE_DAY).isoformat() for window in found.windows]
    traces, ends = [], []
    for place, scope in enumerate(drawn):
        values = [_value(found.at(scope, window), scale) for window in found.windows]
        known = [value for value in values if value is not None]
        if not known:
            continue
        colour = "var(--accent)" if scope == "" else COLOURS[place % len(COLOURS)]
        traces.append(_line(days, values, found.names[scope], colour, in_unit))
        ends.append((known[-1], _short(found.names[scope]), colour))
    ends.sort()
    top = max([value for trace in traces for value in trace["y"] if value is not None] or [1.0])
    heights = apart([value for value, _, _ in ends], top)
    marks = [] if len(traces) == 0 else _changes(found)
    return Chart(
        key="measure",
        title=f"{measure.name}, by the last day of each window",
        note=_note(found, drawn),
        alt=f"{found.answer} Lines: {', '.join(found.names[scope] for scope in drawn)}.",
        figure=figure(
            traces,
            annotations=[
                *(
                    label(y, name, colour)
                    for y, (_, name, colour) in zip(heights, ends, strict=True)
                ),
                *(_mark_label(point) for point in marks),
            ],
            shapes=[_mark(point) for point in marks],
            margin=LABEL_MARGIN,
            xaxis={"type": "date", "tickformat": "%-d %b", "nticks": 6},
            yaxis={"rangemode": "tozero", "ticksuffix": "%" if in_unit == "share" else ""},
        ),
        head=("Window", *found.names.values()),
        rows=[_row(window, found, in_unit) for window in reversed(found.windows)],
    )


COLOURS = (
    "var(--d-ecommerce)",
    "var(--d-stores)",
    "var(--d-service)",
    "var(--d-marketing)",
    "var(--ink-2)",
)


def _line(
    days: list[str], values: list[float | None], name: str, colour: str, in_unit: str
) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(days) < 32 else "lines",  # noqa: PLR2004  a month of days
        "x": days,
        "y": values,
        "name": name,
        "line": {"color": colour},
        "marker": {"size": 5, "color": colour},
        "hovertemplate": "%{y:.1f}%" if in_unit == "share" else "%{y:,.4~g}",
    }


def _changes(found: Explored) -> list[Point]:
    """Return the first point of each version after the first."""
    ordered = sorted(
        (point for point in found.points.values() if point.scope == ""),
        key=lambda point: point.ends_on,
    )
    return [point for before, point in pairwise(ordered) if before.version != point.version]


def _mark(point: Point) -> Figure:
    on = (point.ends_on - ONE_DAY).isoformat()
    return {"type": "line", "x0": on, "x1": on, "yref": "paper", "y0": 0, "y1": 1}


def _mark_label(point: Point) -> Figure:
    on = (point.ends_on - ONE_DAY).isoformat()
    return {"x": on, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
            "text": f"Version {point.version}"}  # fmt: skip


def _note(found: Explored, drawn: list[str]) -> str:
    hidden = len(found.names) - len(drawn)
    said = f"The largest {len(drawn)} of {len(found.names)} are drawn. " if hidden else ""
    changed = "A dotted line marks a changed definition. " if _changes(found) else ""
    return f"{said}{changed}In brackets: over how many.".strip()


def _row(window: Window, found: Explored, in_unit: str) -> tuple[str, ...]:
    last = window.ends_on - ONE_DAY
    head = day_with_year(last)
    days = window.days
    first = f"{head}, {days} days" if days > 1 else head
    return (first, *(_cell(found.at(scope, window), in_unit) for scope in found.names))


def _cell(point: Point | None, in_unit: str) -> str:
    if point is None or point.value is None:
        return ""
    beside = (
        "" if point.uncapped is None else f", {measure_value(point.uncapped, in_unit)} uncapped"
    )
    return f"{measure_value(point.value, in_unit)} ({number(point.denominator)}{beside})"


def _value(point: Point | None, scale: float) -> float | None:
    return None if point is None or point.value is None else point.value * scale


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
