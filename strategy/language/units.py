"""Values of measures in words: one place that knows how each unit is written.

Units: "share" (a fraction of one), "money:GBP" (and other ISO 4217 codes), "count", and rates
that begin with "per " ("per 1,000 contacts", "per customer"). A rate's unit stands in the
measure's name, so it is not repeated beside each number.
"""

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


def measure_values(values: list[Number], unit: str) -> list[str]:
    """Return values that are compared, all with the decimals that the smallest one needs.

    >>> measure_values([0.00573, 0.01253], "share")
    ['0.573%', '1.253%']
    """
    family, _ = _family(unit)
    if family in {"money", "count"}:
        return [measure_value(value, unit) for value in values]
    shown: list[Number] = (
        [exact(value) * HUNDRED for value in values] if family == "share" else values
    )
    digits = max(1, shared_digits(shown))
    return [measure_value(value, unit, digits) for value in values]


def measure_change(
    change: Number, low: Number, high: Number, unit: str, digits: int | None = None
) -> str:
    """Return an absolute difference of two values and its interval, in the measure's unit.

    Shares differ by percentage points. Without `digits`: two decimals, none for counts.

    >>> measure_change(0.0068, 0.005, 0.0086, "share")
    '+0.68 points (0.50 to 0.86)'
    >>> measure_change(0.77, 0.39, 1.15, "money:GBP")
    '+£0.77 (0.39 to 1.15)'
    >>> measure_change(-3.2, -3.7, -2.7, "per 1,000 contacts", 1)
    '−3.2 (−3.7 to −2.7)'
    """
    family, currency = _family(unit)
    places = (0 if family == "count" else 2) if digits is None else digits
    if family == "share":
        ends = interval(exact(low) * HUNDRED, exact(high) * HUNDRED, places)
        return f"{points(change, places)} {ends}"
    if family == "money":
        return f"{signed_money(change, currency, places)} {interval(low, high, places)}"
    return f"{signed_number(change, places)} {interval(low, high, places)}"


def _family(unit: str) -> tuple[str, str]:
    if unit in {"share", "count"}:
        return unit, ""
    if unit.startswith("money:") and unit != "money:":
        return "money", unit.removeprefix("money:")
    if unit.startswith("per "):
        return "rate", ""
    raise UnknownUnitError(f"no measure is counted in {unit!r}")
