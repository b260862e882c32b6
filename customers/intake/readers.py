"""Text to the type of its rule, by whole columns."""

import re
from collections.abc import Iterable
from functools import singledispatch

import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.fields import (
    Choice,
    Day,
    Email,
    Formats,
    Moment,
    Money,
    Number,
    Phone,
    Rate,
    Rule,
    Text,
    Whole,
    YesNo,
)
from customers.intake.identifiers import EMAIL_SHAPE
from customers.intake.moments import UTC_MOMENT, read_days, read_moments

_EMAIL = f"^{EMAIL_SHAPE}$"
_PHONE = r"(?i)^(?P<number>\+?[\d\s()./-]+?)(?:\s*(?:x|ext\.?)\s*\d{1,6})?$"
MONEY = pa.decimal128(18, 4)
RATE = pa.decimal128(20, 10)
_YES = ("yes", "true", "y", "t", "1")
_NO = ("no", "false", "n", "f", "0")


_TYPES: dict[type[Rule], pa.DataType] = {
    Text: pa.string(),
    Choice: pa.string(),
    Email: pa.string(),
    Phone: pa.string(),
    Moment: UTC_MOMENT,
    Day: pa.date32(),
    Money: MONEY,
    Rate: RATE,
    Whole: pa.int64(),
    Number: pa.float64(),
    YesNo: pa.bool_(),
}


def arrow_type(rule: Rule) -> pa.DataType:
    """Return the Arrow type of a column with this rule."""
    return _TYPES[type(rule)]


@singledispatch
def read(rule: Rule, texts: pa.StringArray, formats: Formats) -> pa.Array:
    """Return the values, null where a text is not what the rule expects.

    The texts are trimmed and none is empty or null.
    """
    raise TypeError(f"{rule!r} is no rule; {texts.type} in {formats!r} stays unread.")


@read.register
def _text(rule: Text, texts: pa.StringArray, _formats: Formats) -> pa.StringArray:
    short = pc.less_equal(pc.utf8_length(texts), rule.longest)
    return _where(pc.and_not(short, pc.match_substring(texts, "\0")), texts)


@read.register
def _choice(rule: Choice, texts: pa.StringArray, _formats: Formats) -> pa.StringArray:
    folded = pc.utf8_upper(texts) if rule.upper else pc.utf8_lower(texts)
    return _where(_among(folded, rule.options), folded)


@read.register
def _email(_rule: Email, texts: pa.StringArray, _formats: Formats) -> pa.StringArray:
    return _kept(texts, _EMAIL)


@read.register
def _phone(_rule: Phone, texts: pa.StringArray, _formats: Formats) -> pa.StringArray:
    number = pc.struct_field(pc.extract_regex(texts, _PHONE), "number")
    digits = pc.utf8_length(pc.replace_substring_regex(number, r"\D", ""))
    return _where(pc.and_(pc.greater_equal(digits, 5), pc.less_equal(digits, 15)), texts)


@read.register
def _moment(_rule: Moment, texts: pa.StringArray, formats: Formats) -> pa.TimestampArray:
    return read_moments(texts, formats)


@read.register
def _day(_rule: Day, texts: pa.StringArray, formats: Formats) -> pa.Date32Array:
    return read_days(texts, formats)


@read.register
def _money(_rule: Money, texts: pa.StringArray, formats: Formats) -> pa.Decimal128Array:
    return _decimals(texts, formats, MONEY)


@read.register
def _rate(_rule: Rate, texts: pa.StringArray, formats: Formats) -> pa.Decimal128Array:
    rates = _decimals(texts, formats, RATE)
    return _where(pc.greater(rates, 0), rates)


@read.register
def _whole(_rule: Whole, texts: pa.StringArray, formats: Formats) -> pa.Int64Array:
    whole = _kept(texts, rf"^[+-]?\d{{1,9}}(?:{re.escape(formats.decimal)}0*)?$")
    return pc.replace_substring_regex(whole, r"^\+|[.,]0*$", "").cast(pa.int64())


@read.register
def _number(_rule: Number, texts: pa.StringArray, formats: Formats) -> pa.DoubleArray:
    point = re.escape(formats.decimal)
    shape = rf"^[+-]?(?:\d+(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,3}})?$"
    plain = pc.replace_substring(_kept(texts, shape), formats.decimal, ".")
    numbers = pc.replace_substring_regex(plain, r"^\+", "").cast(pa.float64())
    return _where(pc.is_finite(numbers), numbers)


@read.register
def _yes_no(_rule: YesNo, texts: pa.StringArray, _formats: Formats) -> pa.BooleanArray:
    folded = pc.utf8_lower(texts)
    yes = _among(folded, _YES)
    return _where(pc.or_(yes, _among(folded, _NO)), yes)


def _decimals(
    texts: pa.StringArray, formats: Formats, kind: pa.Decimal128Type
) -> pa.Decimal128Array:
    """Return exact numbers of a type, null where one has more digits than the type."""
    places, whole = kind.scale, kind.precision - kind.scale
    point = re.escape(formats.decimal)
    shape = rf"^[+-]?(?:\d{{1,{whole}}}(?:{point}\d{{0,{places}}}0*)?|{point}\d{{1,{places}}}0*)$"
    plain = pc.replace_substring(_kept(texts, shape), formats.decimal, ".")
    return pc.replace_substring_regex(plain, rf"(\.\d{{{places}}})0+$", r"\1").cast(kind)


def _where(test: pa.BooleanArray, values: pa.Array) -> pa.Array:
    return pc.if_else(test, values, None)


def _kept(texts: pa.StringArray, shape: str) -> pa.StringArray:
    return _where(pc.match_substring_regex(texts, shape), texts)


def _among(texts: pa.StringArray, options: Iterable[str]) -> pa.BooleanArray:
    return pc.is_in(texts, value_set=pa.array(sorted(options)))
