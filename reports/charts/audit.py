"""What an audit's finding draws: a curve with the shown point marked, or bars side by side."""

from collections.abc import Callable, Sequence
from typing import Protocol

from reports.audit.finding import Bars, Curve, Picture
from reports.charts.figure import LABEL_MARGIN, Chart, Figure, across, figure, label
from strategy.language.numbers import number, percent, signed_percent

TABLE_ROWS = 11
"""Rows of a curve's table at most; a curve has up to a hundred points and more."""
PERCENT_NAMES = {"Uplift", "Change with nothing done", "Change before the start"}
SHARE_NAMES = {
    "Share",
    "Share lost",
    "Share reached by others",
    "Share of windows with less",
    "Share of windows with more",
}


class Found(Protocol):
    """One finding as a page shows it."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def picture(self) -> Picture | None: ...


def drawn[Row: Found](findings: Sequence[Row]) -> list[tuple[Row, Chart | None]]:
    """Return each finding with its chart, None where there is nothing to draw."""
    return [
        (
            one,
            picture_chart(f"{one.key}-picture", one.title, one.sentence, one.picture)
            if one.picture
            else None,
        )
        for one in findings
    ]


def picture_chart(key: str, title: str, sentence: str, picture: Picture) -> Chart:
    """Return a finding's picture as a chart; `key` is unique on its page."""
    if isinstance(picture, Curve):
        return _curve(key, title, sentence, picture)
    return _bars(key, title, sentence, picture)


def written(name: str) -> Callable[[float], str]:
    """Return how values of this name are written: relative changes, shares, or plain numbers."""
    if name in PERCENT_NAMES:
        return signed_percent
    return percent if name in SHARE_NAMES else number


def _curve(key: str, title: str, sentence: str, picture: Curve) -> Chart:
    x_text, y_text = written(picture.x_name), written(picture.y_name)
    traces: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": picture.x,
            "y": picture.y,
            "line": {"color": "var(--ink-2)"},
            "hovertemplate": "%{y}<extra></extra>",
        }
    ]
    notes, lines = [], []
    if picture.level is not None:
        lines.append(across(picture.level, "var(--ink-2)"))
        notes.append(label(picture.level, _level_words(picture, y_text), "var(--ink-2)"))
    if picture.marked is not None:
        x, y = picture.marked
        ring = {"size": 11, "color": "var(--bad)", "line": {"color": "var(--paper)", "width": 2}}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [x],
                "y": [y],
                "marker": ring,
                "hovertemplate": f"Shown: {y_text(y)}<extra></extra>",
            }
        )
        notes.append(
            {
                "x": x,
                "y": y,
                "text": f"Shown {y_text(y)}",
                "font": {"color": "var(--bad)", "weight": 600},
                "showarrow": False,
                "xanchor": "right" if x > _middle(picture.x) else "left",
                "yanchor": "bottom",
                "yshift": 8,
            }
        )
    step = max(1, (len(picture.x) - 1) // (TABLE_ROWS - 1))
    shown = list(zip(picture.x, picture.y, strict=True))[::step]
    rows: list[tuple[str, ...]] = [(x_text(x), y_text(y)) for x, y in shown]
    if picture.marked is not None:
        rows.append((f"Shown: {x_text(picture.marked[0])}", y_text(picture.marked[1])))
    return Chart(
        key=key,
        title=title,
        note=f"{picture.y_name} by {picture.x_name.lower()}.",
        alt=sentence,
        figure=figure(
            traces,
            annotations=notes,
            shapes=lines,
            margin=LABEL_MARGIN,
            xaxis={"tickformat": _ticks(picture.x_name), "title": {"text": picture.x_name}},
            yaxis={"tickformat": _ticks(picture.y_name)},
        ),
        head=(picture.x_name, picture.y_name),
        rows=rows,
    )


def _bars(key: str, title: str, sentence: str, picture: Bars) -> Chart:
    text = written(picture.value_name)
    names = [name[:1].upper() + name[1:] for name in picture.names]
    trace: Figure = {
        "type": "bar",
        "x": names,
        "y": picture.values,
        "width": 0.4,
        "marker": {"color": "var(--accent)"},
        "hovertemplate": "%{y}<extra></extra>",
    }
    has_ends = bool(picture.low)
    if has_ends:
        above = [high - value for high, value in zip(picture.high, picture.values, strict=True)]
        below = [value - low for low, value in zip(picture.low, picture.values, strict=True)]
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": above,
            "arrayminus": below,
            "color": "var(--ink)",
        }
    rows = [
        (name, text(value), *([f"{text(low)} to {text(high)}"] if has_ends else []))
        for name, value, low, high in zip(
            names,
            picture.values,
            picture.low or picture.values,
            picture.high or picture.values,
            strict=True,
        )
    ]
    ends = ("95% interval",) if has_ends else ()
    return Chart(
        key=key,
        title=title,
        note=f"{picture.value_name}{', with 95% intervals' if has_ends else ''}.",
        alt=sentence,
        figure=figure(
            [trace],
            xaxis={"type": "category"},
            yaxis={"tickformat": _ticks(picture.value_name), "rangemode": "tozero"},
        ),
        head=("", picture.value_name, *ends),
        rows=rows,
    )


def _level_words(picture: Curve, text: Callable[[float], str]) -> str:
    level = picture.level or 0.0
    return "Nothing" if level == 0 else f"Median {text(level)}"


def _middle(x: tuple[float, ...]) -> float:
    return (min(x) + max(x)) / 2


def _ticks(name: str) -> str:
    return ".0%" if name in PERCENT_NAMES | SHARE_NAMES else ""
