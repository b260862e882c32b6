"""What each kind of identifier may join, and how far: one table, with a version of its own."""

from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """Kinds of identifiers, as numbered in columns."""

    ALIAS = 0
    """Two records of one source that it says are one: a visitor before and after signing in."""
    ACCOUNT_ID = 1
    EXTERNAL_ID = 2
    """Another source's own id of the person, as events and exports carry it."""
    LOYALTY_CARD = 3
    EMAIL = 4
    PHONE = 5
    PAYMENT_TOKEN = 6
    WIFI_DEVICE = 7


ALIAS = Kind.ALIAS.name.lower()
"""How tables name the kind that joins two names of one source; it shows nothing of a person."""


class State(IntEnum):
    """What became of one record's tie to one value."""

    OK = 0
    """It joins its record with whoever else `joins` says; that may be nobody."""
    BLOCKED = 1
    GENERIC = 2
    """Too many people share the value: it joins nobody."""
    CUT = 3
    """Others are joined by the value, and this record was kept from them."""
    AMBIGUOUS = 4
    """Its record faces two people and may be either."""


class Reason(IntEnum):
    """Why a tie is as it is; `WORDS` says it in words. Tables keep the numbers."""

    NONE = 0
    PLACEHOLDER = 1
    TOO_MANY_PEOPLE = 2
    SEVERAL_PEOPLE = 3
    EITHER = 4
    APART = 6
    TWO_ACCOUNTS = 7
    TWO_CARDS = 8
    NAMES = 9
    BIRTH_DAYS = 10
    SIZE = 11


WORDS = {
    Reason.NONE: "",
    Reason.PLACEHOLDER: "a placeholder that stands for nobody",
    Reason.TOO_MANY_PEOPLE: "shared by too many people",
    Reason.SEVERAL_PEOPLE: "shared by people with different names, birth days, accounts or cards",
    Reason.EITHER: "may belong to either of two people",
    Reason.APART: "a person has decided that they are not the same",
    Reason.TWO_ACCOUNTS: "they have two accounts in one source",
    Reason.TWO_CARDS: "they have two cards of which a person has one",
    Reason.NAMES: "their names differ",
    Reason.BIRTH_DAYS: "their birth days differ",
    Reason.SIZE: "one person would have too many records",
}


class Tier(IntEnum):
    """How sure an accepted proposal is."""

    CONFIRMED = 1
    PROBABLE = 2


class Rule(NamedTuple):
    """What one kind of identifier may join.

    Attributes:
        kind: which.
        rank: strength, 0 to 100; where not every tie can hold, stronger ones come first.
        cap: the most people (see `values.judge`) who may share a value before it is generic.
        one_per_person: nobody has two different values of it.

    """

    kind: Kind
    rank: int
    cap: int
    one_per_person: bool = False


class Rules(NamedTuple):
    """The whole table.

    Attributes:
        version: raised with every change, and kept beside what was linked by it.
        kinds: one rule for each kind, in the order of their numbers.
        largest: the most records that one person may have.
        crowd: the most records that may carry a value before it is generic unseen.

    """

    version: int
    kinds: tuple[Rule, ...]
    largest: int
    crowd: int


VETOES = frozenset({"given", "born"})
"""What keeps people apart where it differs: names, by the given name, and birth days."""

LARGEST_LOOSE = 50
"""The most records that one person may have where records are careless: as `Rules.largest`."""

RULES = Rules(
    version=2,
    kinds=(
        Rule(Kind.ALIAS, rank=100, cap=2),
        Rule(Kind.ACCOUNT_ID, rank=90, cap=4),
        Rule(Kind.EXTERNAL_ID, rank=90, cap=4),
        Rule(Kind.LOYALTY_CARD, rank=80, cap=4, one_per_person=True),
        Rule(Kind.EMAIL, rank=60, cap=5),
        Rule(Kind.PHONE, rank=40, cap=5),
        Rule(Kind.PAYMENT_TOKEN, rank=30, cap=4),
        Rule(Kind.WIFI_DEVICE, rank=20, cap=3),
    ),
    largest=12,
    crowd=36,
)
