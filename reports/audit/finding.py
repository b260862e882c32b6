"""What an audit found, what it changes in the grade, and the numbers to draw."""

from typing import NamedTuple

from reports.evidence.checks import Check
from reports.evidence.grade import best_with

CHANGES = {
    "A": "It takes nothing from the grade.",
    "B": "It is one weakness: B at best, C with another.",
    "C": "It holds the grade at C at best.",
    "D": "It holds the grade at D at best.",
    "E": "It holds the grade at E at best.",
    "F": "It leaves a claim without data: F.",
}


class Curve(NamedTuple):
    """Points to be joined, x ascending.

    Attributes:
        x, y: of each point.
        x_name, y_name: what they are, as on an axis.
        marked: the point that was shown, or None.
        level: a y to draw across, such as the median, or None.

    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    x_name: str
    y_name: str
    marked: tuple[float, float] | None = None
    level: float | None = None


class Bars(NamedTuple):
    """Named values side by side.

    Attributes:
        names, values: of each bar.
        value_name: what they are, as on an axis.
        low, high: ends of an interval of each bar, empty without intervals.

    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    value_name: str
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


type Picture = Curve | Bars


class Finding(NamedTuple):
    """One way to be misled, whether it was taken, and what follows.

    Attributes:
        check: key, title, status and sentence.
        best_grade: the best letter that is left.
        changes: what it changes in the grade, in words.
        picture: None where there is nothing to draw.

    """

    check: Check
    best_grade: str
    changes: str
    picture: Picture | None


def finding(check: Check, picture: Picture | None = None, *, best_grade: str = "") -> Finding:
    """Return a finding; without `best_grade`, what a result's grade makes of the check."""
    letter = best_grade or best_with(check)
    return Finding(check, letter, CHANGES[letter], picture)
