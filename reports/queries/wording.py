"""How a measure and its values are written."""

from collections.abc import Iterable, Sequence

from strategy.language.units import measure_value, measure_values
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
