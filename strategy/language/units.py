"""Values of measures in words: one place that knows how each unit is written.

Units: "share" (a fraction of one), "money" (pounds) or "money:EUR" (any ISO 4217 code),
"count" (a number of anything, an average of one too), and rates that begin with "per " ("per
1,000 contacts"). What is counted stands in the measure's name and is not repeated.
"""

from collections.abc import Sequence
from decimal import Decimal

from strategy.language.numbers import (
    HUNDRED,
    Number,
    exact,
    interval,
    money,
    number,
    percent,
    points,
    shared_digits,
    signed_money,
    signed_number,
)

SMALL_SHARE = 0.01


class UnknownUnitError(ValueError):
    """No measure has this unit."""


def measure_value(value: Number, unit: str, digits: int | None = None) -> str:
    """Return one value of a measure; without `digits`, as many decimals as its unit deserves.

    >>> measure_value(0.331, "share"), measure_value(1.423, "money:GBP")
    ('33.1%', '£1.42')
    >>> measure_value(3.94, "per 1,000 contacts"), measure_value(40212, "count")
    ('3.9', '40,212')
    >>> measure_value(0.0057, "share"), measure_value(0.124, "per customer")
    ('0.57%', '0.12')

    Raises:
        NoNumberError: the value is None, NaN or infinite.
        UnknownUnitError: the unit is none of those above.

    """
    family, currency = _family(unit)
    if family == "money":
        return money(value, currency, 2 if digits is None else digits)
    if family == "share":
        small = 0 < abs(exact(value)) < SMALL_SHARE
        return percent(value, (2 if small else 1) if digits is None else digits)
    if family == "rate" and digits is None:
        small = 0 < abs(exact(value)) < 1
        return number(value, None if small else 1)
    return number(value, digits)


def measure_values(values: Sequence[Number], unit: str) -> list[str]:
    """Return values that are compared, all with the decimals that the smallest one needs.

    >>> measure_values([0.00573, 0.01253], "share")
    ['0.573%', '1.253%']
    """
    family, _ = _family(unit)
    if family == "money":
        return [measure_value(value, unit) for value in values]
    shown = [_shown(value, family) for value in values]
    whole = family == "count" and all(value == int(value) for value in shown)
    digits = 0 if whole else max(1, shared_digits(shown))
    return [measure_value(value, unit, digits) for value in values]


def measure_change(
    change: Number, low: Number, high: Number, unit: str, digits: int | None = None
) -> str:
    """Return an absolute difference of two values and its interval, in the measure's unit.

    Shares differ by percentage points. Without `digits`, money has two decimals and everything
    else as many as give the interval's width two significant figures, points at least one.

    >>> measure_change(0.0068, 0.005, 0.0086, "share")
    '+0.68 points (0.50 to 0.86)'
    >>> measure_change(0.77, 0.39, 1.15, "money")
    '+£0.77 (0.39 to 1.15)'
    >>> measure_change(-3.2, -3.7, -2.7, "per 1,000 contacts")
    '−3.2 (−3.7 to −2.7)'
    """
    family, currency = _family(unit)
    ends = _shown(low, family), _shown(high, family)
    places = digits
    if places is None:
        places = 2 if family == "money" else shared_digits([ends[1] - ends[0]], significant=2)
    if family == "share":
        places = max(1, places) if digits is None else places
        return f"{points(change, places)} {interval(*ends, places)}"
    if family == "money":
        return f"{signed_money(change, currency, places)} {interval(*ends, places)}"
    return f"{signed_number(change, places)} {interval(*ends, places)}"


def _shown(value: Number, family: str) -> Decimal:
    return exact(value) * (HUNDRED if family == "share" else 1)


def _family(unit: str) -> tuple[str, str]:
    if unit in {"share", "count"}:
        return unit, ""
    if unit.startswith("per "):
        return "rate", ""
    family, colon, currency = unit.partition(":")
    if family == "money" and bool(colon) == bool(currency):
        return family, currency or "GBP"
    raise UnknownUnitError(f"no measure is counted in {unit!r}")
