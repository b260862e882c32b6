"""What a measurement says, and the table that it is printed in."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple


class Plan(NamedTuple):
    """What to measure: rows of a file, rows to grow to (0: no growth), where files may lie."""

    rows: int
    growth_to: int
    folder: Path
    seed: int = 2026


class Figure(NamedTuple):
    """One thing measured.

    `seconds` are wall time; `worker_seconds` and `server_seconds` processor time of this process
    and of PostgreSQL's, None where they cannot be known. `ratio` is the rate of wall time divided
    by that of `baseline`, measured in the same run. `least` is the goal for `judged`: "worker" rows
    a processor second of the worker, "whole" of the worker and PostgreSQL together, "wall" rows a
    second, "ratio" the ratio; None is no goal.
    `longest` are the seconds that 99 of 100 requests take at most, and `longest_goal` those they
    should. `peak` is the most memory that this process has had, in megabytes, and `peak_goal` what
    it may.
    """

    what: str
    rows: int
    seconds: float
    worker_seconds: float | None = None
    server_seconds: float | None = None
    baseline: str = ""
    ratio: float | None = None
    judged: Literal["worker", "whole", "wall", "ratio"] = "wall"
    least: float | None = None
    longest: float | None = None
    longest_goal: float | None = None
    peak: float | None = None
    peak_goal: float | None = None

    @property
    def rate(self) -> float:
        """Rows a second of wall time."""
        return self.rows / self.seconds

    @property
    def worker_rate(self) -> float | None:
        """Rows a processor second of the worker."""
        return self.rows / self.worker_seconds if self.worker_seconds else None

    @property
    def whole_rate(self) -> float | None:
        """Rows a processor second of the worker and PostgreSQL together."""
        if self.worker_seconds is None or self.server_seconds is None:
            return None
        return self.rows / (self.worker_seconds + self.server_seconds)

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None without one, or where it could not be measured."""
        reached = {
            "worker": self.worker_rate,
            "whole": self.whole_rate,
            "wall": self.rate,
            "ratio": self.ratio,
        }[self.judged]
        if self.least is None or reached is None:
            return None
        limits = ((self.longest, self.longest_goal), (self.peak, self.peak_goal))
        return reached >= self.least and all(
            found < most for found, most in limits if found is not None and most is not None
        )

    @property
    def goal(self) -> str:
        """The goal in words; empty without one."""
        if self.least is None:
            return ""
        unit = {
            "worker": "/worker CPU s",
            "whole": "/CPU s",
            "wall": "/s",
            "ratio": " of baseline",
        }[self.judged]
        goal = f"≥ {_number(self.least)}{unit}"
        if self.peak_goal:
            goal += f", < {self.peak_goal:,.0f} MB"
        return f"{goal}, p99 < {self.longest_goal:g} s" if self.longest_goal else goal

    def to_json(self) -> dict[str, Any]:
        """Return everything for a program to read."""
        rates = {"rate": self.rate, "worker_rate": self.worker_rate, "whole_rate": self.whole_rate}
        return self._asdict() | rates | {"goal": self.goal, "is_met": self.is_met}


HEADINGS = (
    "what", "rows", "rows/s", "/worker CPU s", "/worker + PG CPU s", "p99 s", "MB",
    "baseline", "ratio", "goal", "met",
)  # fmt: skip


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines of columns, headings first."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    numbers = (figure.rows, figure.rate, figure.worker_rate, figure.whole_rate)
    limits = (figure.longest, figure.peak)
    met = {True: "met", False: "not met", None: ""}[figure.is_met]
    ratio = _number(figure.ratio)
    cells = map(_number, (*numbers, *limits))
    return (figure.what, *cells, figure.baseline, ratio, figure.goal, met)


def _number(value: float | None) -> str:
    """Write a number: with thousands apart, or with two digits after the point below ten."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004  two digits are enough
