"""Of everybody's rhythms, when they are due again: the days as columns hold them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from campaigns.audience.traits import day_number, key
from customers.memory.due import rhythm

type Bought = tuple[int, str, str, list[date]]
"""A customer, a product, its category, and the days on which they bought it."""


def due_days(bought: Iterable[Bought], today: date) -> list[tuple[int, str, int]]:
    """Return (customer, column, days) for whatever each is or will be due for.

    A column holds one window: the one that opens first among those that are not over. Once it
    is over the customer is asked anew, so the column is right on every day. The windows are
    those of customers.memory.due.
    """
    windows: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for customer, _, category, days in bought:
        regular = rhythm(days)
        if regular is None or regular.gone_on <= today:
            continue
        early = timedelta(days=min(regular.every_days // 4, 28))
        window = (day_number(regular.due_on - early), day_number(regular.gone_on))
        windows[customer, key("due")].append(window)
        if category:
            windows[customer, key("due", category)].append(window)
    return [
        (customer, column, opens << 16 | closes)
        for (customer, column), of_theirs in windows.items()
        for opens, closes in [min(of_theirs)]
    ]
