"""What a mapping can work out of a file's columns: sums and products, and rules in order."""

import re
from typing import Any, NamedTuple, Self

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d{1,4})?)|(?P<column>[^\W\d]\w*)|`(?P<quoted>[^`]+)`"
    r"|(?P<sign>[-+*()]))"
)
_BINDS = {"+": 1, "-": 1, "*": 2}
MOST_FACTORS = 4
"""Numbers that may be multiplied in one expression; more would not fit 76 exact digits."""


class ExpressionError(ValueError):
    """The text is no expression; the message says what was expected."""


class Step(NamedTuple):
    """One step in postfix order: push a column or a number, or join the last two by a sign."""

    what: str
    text: str


def steps(text: str) -> list[Step]:
    """Return an expression of columns, numbers, + - * and brackets in postfix order.

    A column's name with other characters than letters, digits and _ stands in backquotes.

    >>> [step.text for step in steps("quantity * (`unit price` - 0.5)")]
    ['quantity', 'unit price', '0.5', '-', '*']
    """
    out: list[Step] = []
    signs: list[str] = []
    wants_value = True
    for what, found in _tokens(text):
        if what != "sign":
            _expect(text, wants_value)
            out.append(Step("number" if what == "number" else "column", found))
            wants_value = False
        elif found == "(":
            _expect(text, wants_value)
            signs.append(found)
        elif found == ")":
            _expect(text, not wants_value)
            while signs and signs[-1] != "(":
                out.append(Step("sign", signs.pop()))
            _expect(text, bool(signs))
            signs.pop()
        else:
            _expect(text, not wants_value)
            while signs and _BINDS.get(signs[-1], 0) >= _BINDS[found]:
                out.append(Step("sign", signs.pop()))
            signs.append(found)
            wants_value = True
    _expect(text, not wants_value and "(" not in signs and any(s.what == "column" for s in out))
    out += [Step("sign", sign) for sign in reversed(signs)]
    if sum(step.text == "*" for step in out) >= MOST_FACTORS:
        raise ExpressionError(f"at most {MOST_FACTORS} factors")
    return out


def columns_of(text: str) -> list[str]:
    """Return the columns that an expression reads, each once.

    >>> columns_of("a * b + a")
    ['a', 'b']
    """
    return list(dict.fromkeys(step.text for step in steps(text) if step.what == "column"))


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            _expect(text, expected=False)
            break
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _expect(_text: str, expected: bool) -> None:
    if not expected:
        raise ExpressionError("columns and numbers joined by + - * and brackets")


class Rule(NamedTuple):
    """A field is `then` where a column passes one test; "" leaves the row out.

    The tests: `begins` with a text; `equals` a text in any letter case; `below` or `above` a
    number; is `given`, or is not.
    """

    then: str
    column: str
    test: str
    value: str

    @classmethod
    def of(cls, found: Any) -> Self | None:
        """Return the rule that a table of the mapping writes, or None where it is none."""
        if not isinstance(found, dict) or set(found) - {"then", "column", *TESTS}:
            return None
        tests = [name for name in TESTS if name in found]
        then, column = found.get("then"), found.get("column")
        if len(tests) != 1 or not isinstance(then, str) or not isinstance(column, str):
            return None
        value = found[tests[0]]
        if not isinstance(value, TESTS[tests[0]]) or isinstance(value, bool) != (
            tests[0] == "given"
        ):
            return None
        return cls(then, column, tests[0], str(value))

    def __str__(self) -> str:
        how = {"True": "is given", "False": "is empty"}[self.value] if self.test == "given" else ""
        return f"{self.column} {how or f'{self.test} “{self.value}”'.replace('equals', 'is')}"


TESTS: dict[str, type | tuple[type, ...]] = {
    "begins": str,
    "equals": str,
    "below": (int, float),
    "above": (int, float),
    "given": bool,
}
RULE_SHAPE = (
    '{ then = "our value", column = "theirs", begins = "C" } '
    "(or equals = text, below = number, above = number, given = true)"
)
