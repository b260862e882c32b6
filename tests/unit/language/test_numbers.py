from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.language import numbers, units
from strategy.language.numbers import NoNumberError

WRITERS: list[Callable[[Any], object]] = [
    numbers.percent,
    numbers.signed_percent,
    numbers.points,
    numbers.number,
    numbers.signed_number,
    numbers.money,
    numbers.signed_money,
    numbers.times,
    numbers.moved,
    lambda value: numbers.interval(value, value),
    lambda value: numbers.percent_change(value, value, value),
    lambda value: numbers.shared_digits([value]),
    lambda value: units.measure_value(value, "share"),
    lambda value: units.measure_value(value, "money:GBP"),
    lambda value: units.measure_value(value, "count"),
    lambda value: units.measure_value(value, "per customer"),
    lambda value: units.measure_values([value], "share"),
    lambda value: units.measure_change(value, value, value, "share"),
]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf"), Decimal("NaN"), "", True])
def test_what_is_no_number_is_never_written(
    write: Callable[[Any], object], nothing: object
) -> None:
    with pytest.raises(NoNumberError):
        write(nothing)


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.331, 1, "33.1%"),
        (0, 1, "0.0%"),
        (-0.0004, 1, "0.0%"),
        (-0.02, 1, "−2.0%"),
        (0.0125, 1, "1.3%"),
        (0.285, 0, "29%"),
        (12.5, 0, "1,250%"),
    ],
)
def test_percent(share: float, digits: int, text: str) -> None:
    assert numbers.percent(share, digits) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.127, "+12.7%"), (-0.048, "−4.8%"), (0, "0.0%"), (-0.0004, "0.0%"), (0.0004, "0.0%")],
)
def test_signed_percent(share: float, text: str) -> None:
    assert numbers.signed_percent(share) == text


def test_points() -> None:
    assert numbers.points(0.0068) == "+0.68 points"
    assert numbers.points(-0.02, 1) == "−2.0 points"
    assert numbers.points(0.02, 1, signed=False) == "2.0 points"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3.0, "3"),
        (40212, "40,212"),
        (1234567.8, "1,234,568"),
        (99.96, "100.0"),
        (14.24, "14.2"),
        (0.0684, "0.068"),
        (-0.5, "−0.50"),
        (Decimal("2.25"), "2.3"),
    ],
)
def test_number_has_the_decimals_that_its_size_deserves(value: numbers.Number, text: str) -> None:
    assert numbers.number(value) == text


def test_interval() -> None:
    assert numbers.interval(2.2, 24.2) == "(2.2 to 24.2)"
    assert numbers.interval(-0.8, 6.7) == "(−0.8 to 6.7)"
    with pytest.raises(ValueError, match="from low to high"):
        numbers.interval(3, 2)


def test_percent_change() -> None:
    assert numbers.percent_change(0.127, 0.022, 0.242) == "+12.7% (2.2 to 24.2)"
    assert numbers.percent_change(-0.006, -0.03, 0.018) == "−0.6% (−3.0 to 1.8)"


def test_money() -> None:
    assert numbers.money(1.42) == "£1.42"
    assert numbers.money(-1234.5, "EUR") == "−€1,234.50"
    assert numbers.money(-0.001) == "£0.00"
    assert numbers.signed_money(0.77) == "+£0.77"
    assert numbers.signed_money(-0.77, "CHF") == "−CHF 0.77"
    assert numbers.signed_money(0.001) == "£0.00"


def test_times() -> None:
    assert numbers.times(3.13) == "3.1 times"
    assert numbers.times(1.98) == "twice"
    assert numbers.times(0.42) == "0.4 times"


@pytest.mark.parametrize(
    ("ratio", "verb"),
    [
        (1.127, "rose 12.7%"),
        (0.952, "fell 4.8%"),
        (1.0004, "did not change"),
        (0.5, "halved"),
        (2.05, "doubled"),
        (1.8, "rose 80.0%"),
        (2.5, "rose 2.5\N{NON-BREAKING HYPHEN}fold"),
        (4.7 / 1.5, "tripled"),
        (0, "fell 100.0%"),
    ],
)
def test_moved(ratio: float, verb: str) -> None:
    assert numbers.moved(ratio) == verb


def test_compared_numbers_share_their_decimals() -> None:
    assert units.measure_values([0.00573, 0.01253, 0.00884], "share") == [
        "0.573%",
        "1.253%",
        "0.884%",
    ]
    assert units.measure_values([0.106, 0.183, 0.151], "share") == ["10.6%", "18.3%", "15.1%"]
    assert units.measure_values([0.653, 1.423], "money:USD") == ["$0.65", "$1.42"]
    assert units.measure_values([0, 0], "per customer") == ["0.0", "0.0"]
    assert units.measure_values([1204, 87], "count") == ["1,204", "87"]
    assert units.measure_values([0.124, 1.5], "count") == ["0.124", "1.500"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.331, "share", "33.1%"),
        (0.0057, "share", "0.57%"),
        (0, "share", "0.0%"),
        (1.423, "money", "£1.42"),
        (1.423, "money:EUR", "€1.42"),
        (2.71, "count", "2.7"),
        (40212, "count", "40,212"),
        (3.94, "per 1,000 contacts", "3.9"),
        (3, "per 1,000 contacts", "3.0"),
        (0.124, "per customer", "0.12"),
    ],
)
def test_measure_value(value: float, unit: str, text: str) -> None:
    assert units.measure_value(value, unit) == text


def test_measure_value_with_given_decimals() -> None:
    assert units.measure_value(0.85, "share", 0) == "85%"
    assert units.measure_value(18, "per 1,000 orders", 2) == "18.00"


@pytest.mark.parametrize("unit", ["", "money:", "GBP", "percent"])
def test_an_unknown_unit_is_refused(unit: str) -> None:
    with pytest.raises(units.UnknownUnitError, match="no measure is counted in"):
        units.measure_value(1, unit)


def test_measure_change() -> None:
    assert units.measure_change(0.0068, 0.005, 0.0086, "share") == "+0.68 points (0.50 to 0.86)"
    assert units.measure_change(0.77, 0.39, 1.15, "money:GBP") == "+£0.77 (0.39 to 1.15)"
    assert units.measure_change(-3.2, -3.7, -2.7, "per 1,000 contacts") == "−3.2 (−3.7 to −2.7)"
    assert units.measure_change(-0.02, -0.031, -0.009, "share") == "−2.0 points (−3.1 to −0.9)"
    assert units.measure_change(0.02, 0.013, 0.027, "count") == "+0.020 (0.013 to 0.027)"
    assert units.measure_change(0.02, -0.13, 0.17, "share") == "+2.0 points (−13.0 to 17.0)"
    assert units.measure_change(12, -3, 27, "count") == "+12 (−3 to 27)"
    assert units.measure_change(3.2, 2.7, 3.7, "count", 2) == "+3.20 (2.70 to 3.70)"


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_what_is_written_reads_back_as_the_number(value: float, digits: int) -> None:
    text = numbers.signed_number(value, digits)

    read = Decimal(text.replace("−", "-").replace(",", ""))

    assert abs(read - Decimal(str(value))) <= Decimal(5).scaleb(-digits - 1)
    assert (text[0] in "+−") == (read != 0)
