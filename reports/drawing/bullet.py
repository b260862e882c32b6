"""A goal's bar: from baseline to target, on a scale that all goals share."""

from typing import NamedTuple

BASELINE_X = 8.0  # per cent; the rest left and right is for labels and for values beyond the ends
TARGET_X = 92.0


class Bullet(NamedTuple):
    """Where a goal's marks stand, in per cent of the width.

    Attributes:
        start_x, width: the bar from the baseline to the value; it runs left of the baseline
            where the value is worse than that. None where nothing was measured.
        due_x: the value expected by now.
        commit_x, baseline_x, target_x: the agreed values.
        beyond: the side on which the value lies outside the drawing: "low", "high" or "".

    """

    start_x: float | None
    width: float | None
    due_x: float
    commit_x: float
    baseline_x: float = BASELINE_X
    target_x: float = TARGET_X
    beyond: str = ""

    @property
    def track_width(self) -> float:
        """From the baseline to the target."""
        return self.target_x - self.baseline_x

    @property
    def is_back(self) -> bool:
        """Whether the value is worse than the baseline."""
        return self.start_x is not None and self.start_x < self.baseline_x

    @property
    def beyond_x(self) -> float:
        """Where the arrowhead of `beyond` stands."""
        return 0.0 if self.beyond == "low" else 100.0


def bullet(
    *, baseline: float, commit: float, target: float, expected: float, value: float | None
) -> Bullet:
    """Return the geometry; it is the same whether more or fewer is better.

    >>> bullet(baseline=0.31, commit=0.34, target=0.36, expected=0.35, value=0.335)
    Bullet(start_x=8.0, width=42.0, due_x=75.2, commit_x=58.4, baseline_x=8.0, target_x=92.0, \
beyond='')

    Raises:
        ValueError: baseline and target are the same.

    """
    if target == baseline:
        raise ValueError("a goal goes from its baseline to another value")

    def x(point: float) -> float:
        way = (point - baseline) / (target - baseline)
        return round(BASELINE_X + (TARGET_X - BASELINE_X) * way, 1)

    due_x, commit_x = _inside(x(expected)), _inside(x(commit))
    if value is None:
        return Bullet(None, None, due_x, commit_x)
    now_x = x(value)
    end = _inside(now_x)
    return Bullet(
        start_x=min(BASELINE_X, end),
        width=round(abs(end - BASELINE_X), 1),
        due_x=due_x,
        commit_x=commit_x,
        beyond="" if end == now_x else "low" if now_x < end else "high",
    )


def _inside(x: float) -> float:
    return min(100.0, max(0.0, x))
