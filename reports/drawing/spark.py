"""A guardrail's last weeks as a line with its limit."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 100
HEIGHT = 40
EDGE = 2.0  # kept free above and below


class Spark(NamedTuple):
    """An SVG path in a box of 100 by 40, and the height of the limit in it."""

    path: str
    limit_y: float


def spark(values: Sequence[float | None], limit: float) -> Spark:
    """Return the line; a week without a value is a gap in it, never a zero.

    >>> spark([1.0, None, 3.0, 2.0], 3.0)
    Spark(path='M0.0 38.0 M66.7 2.0 L100.0 20.0', limit_y=2.0)
    """
    known = [value for value in values if value is not None] + [limit]
    low, high = min(known), max(known)

    def y(value: float) -> float:
        way = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * way, 1)

    parts: list[str] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        x = round(at * WIDTH / max(1, len(values) - 1), 1)
        starts = not at or values[at - 1] is None
        parts.append(f"{'M' if starts else 'L'}{x} {y(value)}")
    return Spark(" ".join(parts), y(limit))
