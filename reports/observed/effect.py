"""An effect that chance did not vouch for, with the grade that it cannot pass."""

from enum import StrEnum
from typing import NamedTuple

from strategy.language.numbers import number, percent_change, signed_number
from strategy.language.words import counted

BEST_GRADE = "D"  # of any comparison that chance did not make


class Method(StrEnum):
    """How the untreated stood in for what would have happened."""

    DIFFERENCES = "difference in differences"
    ANCOVA = "regression on the units left alone"
    MATCHED = "matched comparison"


class Effect(NamedTuple):
    """What the treated had more, per unit and period, in the measure's unit.

    Attributes:
        method: how it was estimated.
        effect, low, high: with the 95% interval over units.
        p: two-sided.
        expected: mean that the treated would have had without the treatment.
        relative: effect over expected; None where that is not above zero.
        units: treated and untreated units that it rests on.
        sentence: what may be said.

    """

    method: Method
    effect: float
    low: float
    high: float
    p: float
    expected: float
    relative: float | None
    units: tuple[int, int]
    sentence: str


def described(
    method: Method,
    effect: float,
    low: float,
    high: float,
    p: float,
    *,
    expected: float,
    units: tuple[int, int],
) -> Effect:
    """Return the effect with its share of what was expected, and in words.

    The interval in the sentence is the effect's, over the same expected mean.
    """
    relative = effect / expected if expected > 0 else None
    told = (
        f"{signed_number(effect)} a unit ({number(low)} to {number(high)})"
        if relative is None
        else percent_change(relative, low / expected, high / expected)
    )
    sentence = (
        f"By {method}, {counted(units[0], 'treated unit')}: {told} against what "
        f"{counted(units[1], 'other')} led to expect. Chance did not choose them, so evidence "
        f"{BEST_GRADE} at best."
    )
    return Effect(method, effect, low, high, p, expected, relative, units, sentence)
