"""How a measure and its values are written."""

from collections.abc import Iterable, Sequence

from strategy.language.events import EVENTS
from strategy.language.numbers import number
from strategy.language.units import measure_value, measure_values
from strategy.language.words import join_words
from strategy.models import Measure


def written(values: Sequence[float], unit: str) -> list[str]:
    """Return values as short as they can be without two different ones reading the same.

    >>> written([3.0, 3.9], "per 1,000 events"), written([3.0, 3.02], "per 1,000 events")
    (['3.0', '3.9'], ['3.00', '3.02'])
    """
    short = [measure_value(value, unit) for value in values]
    if len(set(short)) < len(set(values)):
        return measure_values(list(values), unit)
    return short


def short_name(measure: Measure) -> str:
    """Return what stands before "per" in the name: "Opt-outs" of "Opt-outs per 1,000 contacts"."""
    return measure.name.partition(" per ")[0]


def basis(measure: Measure, denominator: int) -> str:
    """Return what a reading stands on: "of 9,388 orders", "per 1,000, of 54,279 contacts"."""
    if measure.per == Measure.Per.EVENTS:
        of = join_words([EVENTS[kind] for kind in measure.per_events])
    elif measure.per == Measure.Per.PEOPLE:
        of = "customers contacted" if measure.per_events == ["contact"] else "people"
    else:
        of = "customers"
    each = f"per {number(measure.scale)}, " if measure.scale > 1 else ""
    week = "a week, " if measure.weekly else ""
    return f"{week}{each}of {number(denominator)} {of}"


def is_plural(short: str) -> bool:
    """Return whether a short name is a plural noun in a sentence.

    >>> is_plural("Opt-outs"), is_plural("Conversion rate")
    (True, False)
    """
    return short.endswith("s") and not short.endswith("ss")


def is_worse(measure: Measure, value: float, than: float) -> bool:
    """Return whether a value is on the wrong side of another."""
    return value > than if measure.better == Measure.Better.FEWER else value < than


def common(texts: Iterable[str]) -> str:
    """Return the text that all rows share, so that it is said once; "" where they differ.

    >>> common(["31 January", "31 January"]), common(["31 January", ""])
    ('31 January', '')
    """
    different = set(texts)
    return different.pop() if len(different) == 1 else ""
