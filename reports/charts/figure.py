"""What all figures share: the template, labels beside lines, lines across."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

LABEL_ROOM = 0.075  # share of the axis that a line of text needs
LABEL_MARGIN = {"r": 136}  # pixels that labels have right of the plot

type Figure = dict[str, Any]


class Chart(NamedTuple):
    """A figure with its words: title, note, message (`alt`), and its numbers as a table."""

    key: str
    title: str
    note: str
    alt: str
    figure: Figure
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


@cache
def _template() -> Figure:
    template: Figure = json.loads(
        files("reports").joinpath("plotly-template.json").read_text("utf-8")
    )
    return template


def figure(traces: list[Figure], **layout: Any) -> Figure:
    """Return a figure on the shared template."""
    return {"data": traces, "layout": {"template": _template(), **layout}}


def label(y: float, text: str, colour: str = "var(--ink)", *, weight: int = 400) -> Figure:
    """Return a name right of the plot, beside the end of its line."""
    font = {"color": colour, "weight": weight}
    return {"x": 1.01, "xref": "paper", "y": y, "text": text, "font": font, "showarrow": False}


def across(y: float, colour: str) -> Figure:
    """Return a dashed line from side to side, such as a limit."""
    line = {"color": colour, "dash": "dash", "width": 1.5}
    ends = {"xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y}
    return {"type": "line", "layer": "above", "line": line, **ends}


def apart(heights: Sequence[float], top: float) -> list[float]:
    """Return label heights, moved up where they would lie on one another; in their order."""
    room, placed = LABEL_ROOM * top, list[float]()
    for height in heights:
        placed.append(max(height, placed[-1] + room) if placed else height)
    return placed
