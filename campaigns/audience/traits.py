"""What is known of every customer, as columns: one small number for each, by the customer's id.

A column is cut into blocks of 65,536 customers, so that little is written when few change, and a
block in which nobody has the trait is not kept. 0 is always "no" or "never".
"""

from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Column = npt.NDArray[np.unsignedinteger]

BLOCK = 65_536
"""Customers of one block; a customer's block is id // BLOCK."""

DAY_0 = date(2000, 1, 1)
"""Days are counted from here, so that each fits two bytes until 2179."""

WINDOW_DAYS = 730
"""How far back a day may be asked for."""

YEAR_DAYS = 365
"""The days over which orders and spend are added up, today the last of them."""

EVERYBODY = "everybody"
LAST_BOUGHT = "bought"
LAST_ORDERED = "ordered"
ORDERS = "orders"
ORDER_COUNT = "order_count"
SPEND = "spend"
COMPLAINT = "complaint"

WIDTHS: dict[str, Literal[1, 2, 4]] = {
    EVERYBODY: 1,
    LAST_BOUGHT: 2,
    LAST_ORDERED: 2,
    ORDERS: 2,
    ORDER_COUNT: 2,
    SPEND: 4,
    COMPLAINT: 2,
    "category": 2,
    "viewed": 2,
    "due": 4,
    "channel": 2,
    "store": 2,
    "consent": 1,
    "prefers": 1,
    "country": 1,
    "in": 1,
}
"""Bytes of one customer in a column, by the family that its key begins with.

Those of two bytes are days; ORDERS are the days on which somebody bought in a year, ORDER_COUNT the
orders of that year, and SPEND what they came to, in parts (PARTS) of the company's currency, each
by the rate of its day. A due one is two days, `from · 65,536 + until`.
"""

PARTS = 100
"""What SPEND counts of one unit of the currency, so that scores tell apart what amounts do."""


def key(family: str, *parts: str) -> str:
    """Return the name of a column.

    >>> key("consent", "email", "marketing")
    'consent:email:marketing'
    """
    return ":".join((family, *parts))


def family_of(column: str) -> str:
    """Return what a column is one of.

    >>> family_of("category:Garden: tools")
    'category'
    """
    return column.partition(":")[0]


def value_of(column: str) -> str:
    """Return what a column speaks of; "" where it is the only one of its family."""
    return column.partition(":")[2]


def dtype_of(column: str) -> str:
    """Return the column's type as NumPy names it, little-endian on every machine."""
    return f"<u{WIDTHS[family_of(column)]}"


def largest(column: str) -> int:
    """Return the largest number that a column holds; more is written as that."""
    return int(256 ** WIDTHS[family_of(column)] - 1)


def day_number(day: date) -> int:
    """Return a day as columns hold it; a day before 2000 is the first of them."""
    return max((day - DAY_0).days, 1)
