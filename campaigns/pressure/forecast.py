"""What planned contacts add up to, week by week, and what they would without some of them.

Every customer's sum is added up at once, on sets of bits: plane n holds the n-th binary digit of
all sums (O'Neil and Quass, 1997, SIGMOD, "Improved query performance with variant indexes").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from campaigns.clashes.sets import size

if TYPE_CHECKING:
    from campaigns.clashes.sets import Sets, Words

WEEK = timedelta(days=7)
PARTS = 100
"""Weights have two decimals, so sums are whole numbers of hundredths."""


class Send(NamedTuple):
    """One contact that every customer of an initiative is to get; it weighs `weight` contacts."""

    pk: int
    name: str
    initiative: int
    on: date
    weight: Decimal


class WeekAhead(NamedTuple):
    """Planned contacts of the week [week_on, week_on + 7 days).

    `customers` get any, `contacts` (weighed) is their sum; `over_cap` of the customers get more
    than the cap in this week alone, None where there is no cap.
    """

    week_on: date
    contacts: float
    customers: int
    over_cap: int | None

    @property
    def per_customer(self) -> float | None:
        """Contacts for each customer who gets any; None where nobody does."""
        return self.contacts / self.customers if self.customers else None


def forecast(
    sets: Sets, sends: Iterable[Send], weeks: Iterable[date], cap: int | None
) -> list[WeekAhead]:
    """Return what the sends come to in the weeks that begin on these days.

    `sets` are the customers of the initiatives; one without a set has none.
    """
    planned = [send for send in sends if send.initiative in set(sets.initiatives)]
    return [_week(sets, _weights(planned, week_on), week_on, cap) for week_on in weeks]


def _week(sets: Sets, weights: Mapping[int, int], week_on: date, cap: int | None) -> WeekAhead:
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    step = int(np.gcd.reduce([*weights.values()])) if weights else PARTS
    planes: list[Words] = []
    for initiative, weight in weights.items():
        _add(planes, sets.of(initiative), weight // step)
    reached = np.bitwise_or.reduce(planes, axis=0) if planes else sets.words[:0]
    return WeekAhead(
        week_on,
        sum(weight * size(sets.of(one)) for one, weight in weights.items()) / PARTS,
        size(reached),
        None if cap is None else size(_above(planes, cap * PARTS // step)),
    )


def _add(planes: list[Words], customers: Words, weight: int) -> None:
    """Add a weight to the sums of these customers, as one adds on paper: digit by digit."""
    for digit in range(weight.bit_length()):
        carry, at = customers if weight >> digit & 1 else customers[:0], digit
        while carry.any():
            while len(planes) <= at:
                planes.append(customers ^ customers)
            planes[at], carry = planes[at] ^ carry, planes[at] & carry
            at += 1


def _above(planes: list[Words], limit: int) -> Words:
    """Return whose sum is larger than a limit, from the highest digit down."""
    import numpy as np  # noqa: PLC0415  as above

    if not planes or limit >> len(planes):
        return np.zeros(0, dtype=np.uint64)
    above = planes[0] ^ planes[0]
    level = ~above
    for at in reversed(range(len(planes))):
        if limit >> at & 1:
            level &= planes[at]
        else:
            above |= level & planes[at]
            level &= ~planes[at]
    return above


def _weights(sends: list[Send], week_on: date) -> Mapping[int, int]:
    """Return what each initiative sends to a customer in the week, in hundredths of a contact."""
    weights: dict[int, int] = {}
    for send in sends:
        parts = int(send.weight * PARTS)
        if parts and week_on <= send.on < week_on + WEEK:
            weights[send.initiative] = weights.get(send.initiative, 0) + parts
    return weights
