"""Which of the values that a person's records hold is shown: the golden view.

Nothing is averaged and nothing is mixed: a value is one that some record holds, and the parts of
an address come from one record. Where records differ, the choice says so. What the database
keeps of it (customers.actions.golden) is chosen by the same rules in SQL.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple


class Told(NamedTuple):
    """What one record says of its person; blank or None where it says nothing.

    `trust_rank` is the source's, 1 most trusted; `told_at` is when the source last changed the
    record, or else when it was first seen.
    """

    record_id: int
    source: str
    trust_rank: int
    told_at: datetime
    name: str = ""
    born_on: date | None = None
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


class Place(NamedTuple):
    """Where somebody lives, all parts from one record."""

    address: str
    postcode: str
    city: str
    country: str


class Chosen[Value](NamedTuple):
    """The value that is shown, who told it and when, and whether any record says otherwise."""

    value: Value
    source: str
    told_at: datetime
    is_disputed: bool


class Golden(NamedTuple):
    """What is shown of a person; None where no record says."""

    name: Chosen[str] | None
    born_on: Chosen[date] | None
    place: Chosen[Place] | None


def spelled(full_name: str, given_name: str = "", family_name: str = "") -> str:
    """Return a record's name in one spelling of its spaces.

    >>> spelled("", " Ada ", "King  Byron")
    'Ada King Byron'
    """
    return " ".join((full_name if full_name.strip() else f"{given_name} {family_name}").split())


def golden(told: Iterable[Told]) -> Golden:
    """Choose for one person; the order of the records does not matter.

    - Name: of the most trusted source; there the spelling that most records have, the longest,
      the newest. Capitals do not make another name.
    - Birth day: the one that most records have, then as the most trusted source says.
    - Place: of a record with a street and a postcode before one with either, and that before a
      town alone; then the newest.
    """
    records = list(told)
    return Golden(_name(records), _born_on(records), _place(records))


def _name(records: list[Told]) -> Chosen[str] | None:
    named = [one for one in records if one.name]
    times = Counter(one.name.lower() for one in named)
    return _first(
        named,
        lambda one: (one.trust_rank, -times[one.name.lower()], -len(one.name)),
        lambda one: one.name,
        lambda one: one.name.lower(),
    )


def _born_on(records: list[Told]) -> Chosen[date] | None:
    days = Counter(one.born_on for one in records)
    return _first(
        [one for one in records if one.born_on],
        lambda one: (-days[one.born_on], one.trust_rank),
        lambda one: one.born_on or date.min,
        lambda one: one.born_on,
    )


def _place(records: list[Told]) -> Chosen[Place] | None:
    return _first(
        [one for one in records if one.address or one.postcode or one.city],
        lambda one: (-bool(one.address) - bool(one.postcode),),
        lambda one: Place(one.address, one.postcode, one.city, one.country),
        lambda one: one.postcode.replace(" ", "").lower() or None,
    )


def _first[Value](
    records: Sequence[Told],
    rank: Callable[[Told], tuple[int, ...]],
    value: Callable[[Told], Value],
    compared: Callable[[Told], Hashable],
) -> Chosen[Value] | None:
    """Choose the least rank, then the newest, the more trusted and the elder record."""
    if not records:
        return None
    one = min(
        records,
        key=lambda each: (
            rank(each),
            -each.told_at.timestamp(),
            each.trust_rank,
            each.record_id,
        ),
    )
    said = {compared(each) for each in records} - {None}
    return Chosen(value(one), one.source, one.told_at, is_disputed=len(said) > 1)
