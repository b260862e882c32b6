"""Values out of JSON that somebody else wrote: what can be used of them, and nothing else."""

import math
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from customers.intake.identifiers import is_nobody

LONGEST = 200
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_CENTS = Decimal("0.0001")
_MOST_MONEY = Decimal(10) ** 14
_MOST_WHOLE = 10**9


class RefusedError(ValueError):
    """A message can never be accepted; the text says why, without a value out of the message."""


def mapping(value: Any) -> dict[str, Any]:
    """Return the value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any, longest: int = LONGEST) -> str:
    r"""Return text that a database can hold, cut to `longest` characters; "" where it is none.

    >>> text(" Games\0 "), text(12), text(True), text(None)
    ('Games', '12', '', '')
    """
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    words = str(value).replace("\0", "").encode(errors="replace").decode().strip()
    return words[:longest]


def name(value: Any, field: str, longest: int = LONGEST) -> str:
    """Return an id as sent, trimmed; "" where there is none. Raises RefusedError.

    Ids are never cut or mended: two people would become one.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RefusedError(f"{field} is neither a text nor a whole number.")
    words = str(value).strip()
    if len(words) > longest:
        raise RefusedError(f"{field} is longer than {longest} characters.")
    if words != text(words):
        raise RefusedError(f"{field} holds characters that no text may hold.")
    return words


def person(value: Any, field: str) -> str:
    """Return who is meant, "" where a blocked value (0000, -1, null, anonymous) means nobody."""
    words = name(value, field)
    return "" if is_nobody(words) else words


def moment(value: Any, field: str) -> datetime | None:
    """Return an ISO 8601 moment (UTC where it names no offset), None where there is none.

    Raises RefusedError.
    """
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise RefusedError(f"{field} is no ISO 8601 moment.") from None
    return found


def not_before_1900(at: datetime) -> datetime:
    """Return the moment. Raises RefusedError for one that no shop was open at."""
    if at < _EARLIEST:
        raise RefusedError("The event lies before 1900.")
    return at


def number(value: Any) -> float | None:
    """Return a finite number, also one written as text; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def money(value: Any, field: str, *, below_zero: bool = False) -> Decimal | None:
    """Return an amount to 4 places, None where there is none.

    Raises RefusedError for more than 14 digits before the point, and for a negative amount
    unless `below_zero`.
    """
    if number(value) is None:
        return None
    try:
        found = Decimal(str(value).strip()).quantize(_CENTS)
    except InvalidOperation:
        raise RefusedError(f"{field} is no amount that a shop could take.") from None
    if abs(found) >= _MOST_MONEY or (found < 0 and not below_zero):
        raise RefusedError(f"{field} is negative or has more than 14 digits.")
    return found


def whole(value: Any) -> int | None:
    """Return a whole number of at most 9 digits, None where there is none."""
    found = number(value)
    return int(found) if found is not None and abs(found) < _MOST_WHOLE else None


def first(properties: dict[str, Any], *names: str) -> Any:
    """Return the first of the properties that is there."""
    return next((properties[one] for one in names if properties.get(one) is not None), None)
