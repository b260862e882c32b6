"""Joining tie by tie where not all of them can hold: the strongest first, no limit broken."""

from typing import NamedTuple

from customers.identity.names import Agreement, may_be_one
from customers.identity.people import People
from customers.identity.rules import Reason


class Link(NamedTuple):
    """A reason to join two records; links are tried in descending order of `strength`.

    Attributes:
        a, b: places of the records.
        strength: what is compared; equal ones are tried in order of (a, b).
        forced: said by a person or the source itself: only a decision to the contrary holds it up.
        probable: counts for probable customers only, and is tried after all that do not.
        number: for the caller.

    """

    a: int
    b: int
    strength: float
    forced: bool = False
    probable: bool = False
    number: int = -1


class Limits(NamedTuple):
    """What may not meet in one person.

    Attributes:
        people: the people of all records.
        account: for each record its register, or -1.
        cards: by record, the values of which a person has one, by kind.
        apart: by record, those that people have decided are others.
        largest: the most records of one person.

    """

    people: People
    account: list[int]
    cards: dict[int, dict[int, set[int]]]
    apart: dict[int, set[int]]
    largest: int


class Repaired(NamedTuple):
    """What came of the links.

    Attributes:
        confirmed, all: for each record the smallest record it is joined with, without and with
            probable links.
        refused: for each link that could not hold, its `number` and the reason.

    """

    confirmed: dict[int, int]
    all: dict[int, int]
    refused: list[tuple[int, Reason]]


class _Cluster:
    """Records joined so far; the people in one of `aliases` are one with several names."""

    __slots__ = ("accounts", "aliases", "apart", "cards", "records")

    def __init__(self, record: int, limits: Limits) -> None:
        self.records = [record]
        self.aliases = {frozenset({int(limits.people.of[record])})}
        self.accounts = {limits.account[record]} - {-1}
        self.cards = {kind: set(cards) for kind, cards in limits.cards.get(record, {}).items()}
        self.apart = set(limits.apart.get(record, ()))

    def take(self, other: "_Cluster", *, forced: bool) -> None:
        self.records += other.records
        self.aliases |= other.aliases
        if forced or any(len(alias) > 1 for alias in self.aliases):
            self.aliases = {frozenset().union(*self.aliases)}
        self.accounts |= other.accounts
        for kind, cards in other.cards.items():
            self.cards.setdefault(kind, set()).update(cards)
        self.apart |= other.apart


def repair(records: list[int], links: list[Link], limits: Limits) -> Repaired:
    """Join the records of one component as far as the limits allow.

    Where two people were forced together, all in their cluster count as one with several names
    and birth days: another agrees with them where it agrees with one.
    """
    clusters = {record: _Cluster(record, limits) for record in records}
    refused: list[tuple[int, Reason]] = []
    confirmed: dict[int, int] | None = None
    for link in sorted(links, key=_order):
        if link.probable and confirmed is None:
            confirmed = _smallest(clusters)
        one, other = clusters[link.a], clusters[link.b]
        if one is other:
            continue
        reason = _against(one, other, limits, forced=link.forced)
        if reason is not Reason.NONE:
            refused.append((link.number, reason))
            continue
        if len(one.records) < len(other.records):
            one, other = other, one
        one.take(other, forced=link.forced)
        for record in other.records:
            clusters[record] = one
    joined = _smallest(clusters)
    return Repaired(joined if confirmed is None else confirmed, joined, refused)


def _order(link: Link) -> tuple[bool, bool, float, int, int]:
    return (not link.forced, link.probable, -link.strength, link.a, link.b)


def _smallest(clusters: dict[int, _Cluster]) -> dict[int, int]:
    smallest = {id(cluster): min(cluster.records) for cluster in clusters.values()}
    return {record: smallest[id(cluster)] for record, cluster in clusters.items()}


def _against(one: _Cluster, other: _Cluster, limits: Limits, *, forced: bool) -> Reason:
    """Say what speaks against joining two clusters."""
    if not one.apart.isdisjoint(other.records) or not other.apart.isdisjoint(one.records):
        return Reason.APART
    if forced:
        return Reason.NONE
    if not one.accounts.isdisjoint(other.accounts):
        return Reason.TWO_ACCOUNTS
    if any(_differ(cards, other.cards.get(kind)) for kind, cards in one.cards.items()):
        return Reason.TWO_CARDS
    if len(one.records) + len(other.records) > limits.largest:
        return Reason.SIZE
    return _unlike(one, other, limits.people)


def _differ(cards: set[int], others: set[int] | None) -> bool:
    return others is not None and not (cards <= others or others <= cards)


def _unlike(one: _Cluster, other: _Cluster, people: People) -> Reason:
    """Say whether names or birth days speak against one person.

    Of who was joined by force, only what differs from all their names and birth days does.
    """
    met = [
        two
        for a in one.aliases
        for b in other.aliases
        for two in _nearest([people.agreement(x, y) for x in a for y in b])
    ]
    if may_be_one(met):
        return Reason.NONE
    return Reason.BIRTH_DAYS if all(two.names for two in met) else Reason.NAMES


def _nearest(met: list[Agreement]) -> list[Agreement]:
    fitting = [two for two in met if two.names and two.days]
    return fitting[:1] or met
