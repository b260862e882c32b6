"""A meter of single things against a limit: one block for each, and a line at the limit."""

from typing import NamedTuple

GAP = 2.0
WHOLE = 100.0


class Meter(NamedTuple):
    """Blocks from the left, each `(x, width)`, and the limit's x, all in per cent of the width."""

    blocks: list[tuple[float, float]]
    limit: float


def meter(count: int, limit: int) -> Meter:
    """Return the drawing of `count` things where `limit` are allowed; both 0 or more.

    >>> meter(1, 2)
    Meter(blocks=[(0.0, 48.0)], limit=100.0)
    """
    places = max(count, limit, 1)
    step = WHOLE / places
    blocks = [(round(place * step, 2), round(step - GAP, 2)) for place in range(count)]
    return Meter(blocks, round(limit * step, 2))
