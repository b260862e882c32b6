"""What planned contacts add up to, week by week, and what they would without some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from campaigns.clashes.sets import Memberships

WEEK = timedelta(days=7)


class Send(NamedTuple):
    """One contact that every customer of an initiative is to get; it weighs `weight` contacts."""

    pk: int
    name: str
    initiative: int
    on: date
    weight: float


class WeekAhead(NamedTuple):
    """Planned contacts of the week [week_on, week_on + 7 days).

    `customers` get any, `contacts` (weighed) is their sum; `over_cap` of the customers get more
    than the cap in this week alone.
    """

    week_on: date
    contacts: float
    customers: int
    over_cap: int

    @property
    def per_customer(self) -> float | None:
        """Contacts for each customer who gets any; None where nobody does."""
        return self.contacts / self.customers if self.customers else None


def forecast(
    members: Memberships, sends: Iterable[Send], weeks: Iterable[date], cap: int
) -> list[WeekAhead]:
    """Return what the sends come to in the weeks that begin on these days.

    `members` are the customers of the initiatives, each said once an initiative.
    """
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    customers, dense = np.unique(members.customers, return_inverse=True)
    initiatives, group = np.unique(members.initiatives, return_inverse=True)
    planned = list(sends)
    found = []
    for week_on in weeks:
        weights = _weights(planned, week_on)
        each = np.array([weights.get(int(one), 0.0) for one in initiatives], dtype=float)
        counts = np.bincount(dense, weights=each[group], minlength=len(customers))
        found.append(
            WeekAhead(
                week_on,
                float(counts.sum()),
                int((counts > 0).sum()),
                int((counts > cap).sum()),
            )
        )
    return found


def _weights(sends: list[Send], week_on: date) -> Mapping[int, float]:
    """Return what each initiative sends to a customer in the week."""
    weights: dict[int, float] = {}
    for send in sends:
        if week_on <= send.on < week_on + WEEK:
            weights[send.initiative] = weights.get(send.initiative, 0.0) + send.weight
    return weights
