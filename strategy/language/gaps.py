"""How far a value is from where it should be, in words."""

from strategy.language.numbers import Number, exact, points
from strategy.language.units import measure_value

ONE_POINT_TENTH = exact(0.001)


def measure_gap(value: Number, expected: Number, unit: str, *, fewer_is_better: bool) -> str:
    """Return the way between two values of a measure; units as in `strategy.language.units`.

    >>> measure_gap(0.331, 0.351, "share", fewer_is_better=False)
    '2.0 points short'
    >>> measure_gap(2.7, 2.9, "per customer", fewer_is_better=True)
    '0.20 ahead'
    """
    gap = exact(value) - exact(expected)
    if gap == 0:
        return "as expected"
    if unit == "share":
        size = points(abs(gap), 1 if abs(gap) >= ONE_POINT_TENTH else 2, signed=False)
    else:
        size = measure_value(abs(gap), unit)
    if (gap < 0) == fewer_is_better:
        return f"{size} ahead"
    return f"{size} {'too many' if fewer_is_better else 'short'}"
