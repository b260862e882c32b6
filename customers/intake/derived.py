"""Expressions and rules of a mapping on the rows of a batch, by whole columns."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from customers.intake.expressions import Rule, columns_of, steps
from customers.intake.fields import Formats, Money
from customers.intake.readers import read

_PLACES = 4
_MOST_DIGITS = 76
_JOIN = {"+": pc.add, "-": pc.subtract, "*": pc.multiply}


def worked_out(
    expression: str, texts: dict[str, pa.StringArray], formats: Formats
) -> pa.StringArray:
    """Return an expression's value for each row, exact, rounded to 4 decimals half away from 0.

    It is empty where a column is empty; where one is no number, the texts themselves, so that
    the row is refused with what stood there.
    """
    columns = columns_of(expression)
    trimmed = {name: pc.utf8_trim_whitespace(texts[name]) for name in columns}
    numbers = {name: _numbers(text, formats) for name, text in trimmed.items()}
    stack: list[pa.Array] = []
    for what, text in steps(expression):
        if what == "column":
            stack.append(numbers[text])
        elif what == "number":
            stack.append(pa.scalar(Decimal(text), pa.decimal256(18, _PLACES)))
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(_JOIN[text](left, right))
    result = pc.round(stack.pop(), _PLACES, "half_towards_infinity")
    plain = result.cast(pa.decimal256(_MOST_DIGITS, _PLACES)).cast(pa.string())
    given = list(trimmed.values())
    shown = pc.coalesce(plain, pc.binary_join_element_wise(*given, " "))
    for text in given:
        shown = pc.if_else(pc.equal(text, ""), "", shown)
    return shown


def holds(rule: Rule, texts: pa.StringArray, formats: Formats) -> pa.BooleanArray:
    """Say for each row whether a rule's test is passed; what is no number passes none by size."""
    trimmed = pc.utf8_trim_whitespace(texts)
    if rule.test == "begins":
        return pc.starts_with(trimmed, rule.value)
    if rule.test == "equals":
        return pc.equal(pc.utf8_lower(trimmed), rule.value.lower())
    if rule.test == "given":
        return pc.equal(pc.not_equal(trimmed, ""), rule.value == "True")
    compare = pc.less if rule.test == "below" else pc.greater
    bound = pa.scalar(Decimal(rule.value).quantize(Decimal("0.0001")), pa.decimal256(18, _PLACES))
    return pc.fill_null(compare(_numbers(trimmed, formats), bound), fill_value=False)


def _numbers(texts: pa.StringArray, formats: Formats) -> pa.Array:
    """Return numbers of up to 4 decimals, null where a text is empty or no number."""
    empty = pc.equal(texts, "")
    found = read(Money(), pc.if_else(empty, "0", texts), formats)
    return pc.if_else(empty, None, found).cast(pa.decimal256(18, _PLACES))
