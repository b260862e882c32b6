"""Which planned initiatives clash, who yields, and what would solve it, in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from campaigns.clashes.sets import Pair
from strategy.language.dates import day, span
from strategy.language.numbers import number
from strategy.language.words import plural

ONE_DAY = timedelta(days=1)


class Side(NamedTuple):
    """One initiative of a clash. It runs [starts_on, ends_on); a draft may still move."""

    pk: int
    name: str
    department_key: str
    department: str
    channel: str
    starts_on: date
    ends_on: date
    is_draft: bool


class Clash(NamedTuple):
    """Two initiatives that may contact the same customers within the gap.

    Attributes:
        customers: exactly those whom both plan to contact; at least one.
        starts_on, ends_on: the days [starts_on, ends_on) on which it can happen.
        same_channel: whether both use one channel.
        yields, keeps: who gives way to whom, and `why`.
        rest: the whole days between them that would keep the gap.

    """

    first: Side
    second: Side
    customers: int
    starts_on: date
    ends_on: date
    same_channel: bool
    yields: Side
    keeps: Side
    why: str
    rest: int

    @property
    def moves_to(self) -> date | None:
        """The first day on which the draft that yields would be clear, None where it has begun."""
        return self.keeps.ends_on + timedelta(days=self.rest) if self.yields.is_draft else None

    @property
    def dates(self) -> str:
        """The days that would solve it, in words."""
        return _other_days(self.yields, self.keeps, self.rest)

    @property
    def cut(self) -> str:
        """The smaller audience that would solve it, in words."""
        return f"Or leave the {self.people} out of {self.yields.name}."

    @property
    def days(self) -> str:
        """The days on which it can happen, in words."""
        return span(self.starts_on, self.ends_on)

    @property
    def people(self) -> str:
        """The customers in common, in words."""
        return f"{number(self.customers)} {plural(self.customers, 'customer')}"


def days_of_rest(gap: timedelta) -> int:
    """Return the whole days that keep the gap whatever the hour of the contacts.

    >>> days_of_rest(timedelta(hours=36))
    2
    """
    return ceil(gap / ONE_DAY)


def meet(one: Side, other: Side, rest: int = 0) -> bool:
    """Return whether two windows have a day in common, or less than `rest` days between them."""
    apart = timedelta(days=rest)
    return one.starts_on < other.ends_on + apart and other.starts_on < one.ends_on + apart


def clashes(
    sides: Iterable[Side],
    customers: Mapping[Pair, int],
    *,
    gap: timedelta,
    first_come: Sequence[str] = (),
) -> list[Clash]:
    """Return the clashes, the one of most customers first.

    Args:
        sides: the initiatives that are not over.
        customers: of each pair `(smaller id, larger id)`, those in common.
        gap: the rest that the sheet asks for.
        first_come: department keys in the order in which the sheet lets them go first.

    """
    rest = days_of_rest(gap)
    known = {side.pk: side for side in sides}
    found = [
        _clash(known[one], known[other], both, rest, first_come)
        for (one, other), both in customers.items()
        if both and one in known and other in known and meet(known[one], known[other], rest)
    ]
    return sorted(
        found, key=lambda one: (-one.customers, one.starts_on, one.first.pk, one.second.pk)
    )


def _clash(one: Side, other: Side, both: int, rest: int, first_come: Sequence[str]) -> Clash:
    starts_on = max(one.starts_on, other.starts_on)
    yields, keeps, why = who_yields(one, other, first_come)
    return Clash(
        first=one,
        second=other,
        customers=both,
        starts_on=starts_on,
        ends_on=max(min(one.ends_on, other.ends_on), starts_on + ONE_DAY),
        same_channel=one.channel == other.channel,
        yields=yields,
        keeps=keeps,
        why=why,
        rest=rest,
    )


def who_yields(one: Side, other: Side, first_come: Sequence[str]) -> tuple[Side, Side, str]:
    """Return who gives way, who does not, and why.

    What has begun does not give way to a draft; then the sheet's order of departments decides,
    a department that it does not name coming last; then the one that begins later gives way.
    """
    if one.is_draft is not other.is_draft:
        draft, begun = (one, other) if one.is_draft else (other, one)
        return draft, begun, f"{begun.name} is agreed already."
    ranks = {key: rank for rank, key in enumerate(first_come)}
    rank, other_rank = (ranks.get(side.department_key, len(ranks)) for side in (one, other))
    if rank != other_rank:
        later, earlier = (one, other) if rank > other_rank else (other, one)
        return later, earlier, f"The sheet lets {earlier.department} go first."
    earlier, later = sorted((one, other), key=lambda side: (side.starts_on, side.pk))
    return later, earlier, f"{earlier.name} comes first."


def _other_days(yields: Side, keeps: Side, rest: int) -> str:
    clear_on, apart = keeps.ends_on + timedelta(days=rest), timedelta(days=rest)
    if yields.is_draft:
        return f"Start {yields.name} on {day(clear_on)}."
    if yields.starts_on < keeps.starts_on - apart and yields.ends_on <= clear_on:
        return f"End {yields.name} by {day(keeps.starts_on - apart - ONE_DAY)}."
    pause_on = max(yields.starts_on, keeps.starts_on - apart)
    return f"Pause {yields.name}: {span(pause_on, min(yields.ends_on, clear_on))}."
