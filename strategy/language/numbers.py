"""Numbers as people read them: true minus "−", thousands commas, halves rounded away from zero.

Shares are fractions of one (0.331 is written "33.1%"). A number that rounds to zero carries
no sign. Every function raises `NoNumberError` for None, NaN and infinity.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

MINUS = "−"
SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
WHOLE_FROM = 100
HUNDRED = 100
EVERY_DIGIT = Context(prec=400, rounding=ROUND_HALF_UP)  # the largest double has 309
LIKE_WHOLE_MULTIPLE = 0.05

type Number = int | float | Decimal


class NoNumberError(ValueError):
    """There is no number to write: nothing was measured, or it could not be computed."""


def exact(value: Number) -> Decimal:
    """Return a number as it is written, free of binary noise: 0.285 is exactly 0.285.

    Raises:
        NoNumberError: the value is None, NaN, infinite or no number at all.

    """
    try:
        decimal = Decimal(str(value))
    except InvalidOperation:
        raise NoNumberError(f"no number to write: {value!r}") from None
    if not decimal.is_finite():
        raise NoNumberError(f"no number to write: {value!r}")
    return decimal


def percent(share: Number, digits: int = 1) -> str:
    """Return a share as a percentage.

    >>> percent(0.331)
    '33.1%'
    """
    return number(exact(share) * HUNDRED, digits) + "%"


def signed_percent(share: Number, digits: int = 1) -> str:
    """Return a relative change as a signed percentage.

    >>> signed_percent(0.127)
    '+12.7%'
    """
    return signed_number(exact(share) * HUNDRED, digits) + "%"


def points(share: Number, digits: int = 2, *, signed: bool = True) -> str:
    """Return a difference of two shares in percentage points.

    >>> points(0.0068)
    '+0.68 points'
    >>> points(0.02, digits=1, signed=False)
    '2.0 points'
    """
    value = exact(share) * HUNDRED
    return f"{signed_number(value, digits) if signed else number(value, digits)} points"


def number(value: Number, digits: int | None = None) -> str:
    """Return a number with `digits` decimals, or with as many as its size deserves.

    Without `digits`: whole numbers and everything from 100 up have none, from 1 up one,
    smaller numbers two significant figures.

    >>> number(40212), number(2.71), number(0.0684), number(-3, 1)
    ('40,212', '2.7', '0.068', '−3.0')
    """
    rounded = _rounded(value, digits)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,f}"


def signed_number(value: Number, digits: int | None = None) -> str:
    """Return a number with its sign; what rounds to zero has none.

    >>> signed_number(3.2), signed_number(-0.04, 1)
    ('+3.2', '0.0')
    """
    text = number(value, digits)
    return f"+{text}" if _rounded(value, digits) > 0 else text


def interval(low: Number, high: Number, digits: int = 1) -> str:
    """Return an interval in brackets; both ends in the unit shown, so 2.2 for 2.2%.

    >>> interval(-0.8, 6.7)
    '(−0.8 to 6.7)'

    Raises:
        ValueError: the ends are the wrong way round.

    """
    if exact(low) > exact(high):
        raise ValueError(f"an interval runs from low to high, not from {low} to {high}")
    return f"({number(low, digits)} to {number(high, digits)})"


def percent_change(change: Number, low: Number, high: Number, digits: int = 1) -> str:
    """Return a relative change and its interval, all three as shares.

    >>> percent_change(0.127, 0.022, 0.242)
    '+12.7% (2.2 to 24.2)'
    """
    ends = interval(exact(low) * HUNDRED, exact(high) * HUNDRED, digits)
    return f"{signed_percent(change, digits)} {ends}"


def money(amount: Number, currency: str = "GBP", digits: int = 2) -> str:
    """Return an amount; `currency` is an ISO 4217 code, printed where it has no symbol here.

    >>> money(1.42), money(-1234.5, "EUR"), money(20, "CHF", 0)
    ('£1.42', '−€1,234.50', 'CHF 20')
    """
    text = number(amount, digits)
    sign = MINUS if text.startswith(MINUS) else ""
    return f"{sign}{SYMBOLS.get(currency, f'{currency} ')}{text.removeprefix(MINUS)}"


def signed_money(amount: Number, currency: str = "GBP", digits: int = 2) -> str:
    """Return a difference of two amounts with its sign.

    >>> signed_money(0.77)
    '+£0.77'
    """
    text = money(amount, currency, digits)
    return f"+{text}" if _rounded(amount, digits) > 0 else text


def times(ratio: Number) -> str:
    """Return a ratio as a multiple, to stand before a noun: "3.1 times the holdout".

    >>> times(3.13), times(2)
    ('3.1 times', 'twice')
    """
    text = number(ratio, 1)
    return "twice" if text == "2.0" else f"{text} times"


def moved(ratio: Number) -> str:
    """Return a ratio of new to old as a verb, to stand after a noun: "opt-outs tripled".

    Within 5% of a half, two or three it names the multiple; otherwise the change.

    >>> moved(1.127), moved(3.13), moved(0.9), moved(4.21), moved(1.0)
    ('rose 12.7%', 'tripled', 'fell 10.0%', 'rose 4.2\u2011fold', 'did not change')
    """
    value = exact(ratio)
    for multiple, verb in (("0.5", "halved"), ("2", "doubled"), ("3", "tripled")):
        if abs(value / Decimal(multiple) - 1) <= Decimal(str(LIKE_WHOLE_MULTIPLE)):
            return verb
    if value > 2:  # noqa: PLR2004 - past doubling a percentage is hard to picture
        return f"rose {number(value, 1)}\N{NON-BREAKING HYPHEN}fold"
    change = _rounded((value - 1) * HUNDRED, 1)
    if not change:
        return "did not change"
    return f"{'rose' if change > 0 else 'fell'} {number(abs(change), 1)}%"


def shared_digits(values: Sequence[Number], significant: int = 3) -> int:
    """Return the decimals that give the smallest value `significant` figures, zero aside.

    Numbers that are compared are written with the same decimals. At most six.

    >>> shared_digits([0.573, 1.253, 0.884]), shared_digits([10.6, 18.3])
    (3, 1)
    """
    sizes = [size.adjusted() for value in values if (size := exact(value))]
    return min(6, max(0, significant - 1 - min(sizes))) if sizes else 1


def _rounded(value: Number, digits: int | None) -> Decimal:
    decimal = exact(value)
    places = _fitting_digits(decimal) if digits is None else digits
    rounded = decimal.quantize(Decimal(1).scaleb(-places), context=EVERY_DIGIT)
    return rounded or abs(rounded)


def _fitting_digits(decimal: Decimal) -> int:
    if decimal == decimal.to_integral_value() or abs(decimal) >= WHOLE_FROM:
        return 0
    return 1 if abs(decimal) >= 1 else 1 - decimal.adjusted()
