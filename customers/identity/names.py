"""Names as keys that are compared, and how far two people's names and birth days agree."""

import datetime as dt
import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii
from rapidfuzz.distance import OSA

from customers.identity.nicknames import GROUPS

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "lady", "lord"})
SUFFIXES = frozenset({"jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv", "esq"})
PARTICLES = frozenset({"al", "bin", "da", "de", "del", "den", "der", "di", "dos", "la", "le"}) | {
    *("mac", "mc", "o", "san", "st", "ter", "van", "von"),
}
NOBODY = frozenset({"anonymous", "customer", "guest", "na", "none", "null", "test", "unknown"})
"""Names that mean one another, a group of them in each text."""

SHORTEST_TYPO = 3
LONG = 8
FULL = 2
NO_DAY = -1
EPOCH = dt.date(1970, 1, 1).toordinal()
PLACEHOLDER_DAYS = frozenset(
    dt.date(year, 1, 1).toordinal() for year in (1, 1753, 1800, 1899, 1900, 1901, 1970, 2000)
)
"""First days that systems put where they know none; who was born on one says it by the rest."""


def keys(names: pa.Array) -> pa.Array:
    """Return names as they are compared: ASCII, small letters only; "" where there is none.

    >>> keys(pa.array(["Zoë", "O'Brien-Łuk", None, "test", "A."])).to_pylist()
    ['zoe', 'obrienluk', '', '', 'a']
    """
    encoded = pc.fill_null(names, "").dictionary_encode()
    changed = pa.array([_key(name) for name in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)


def parted(full_names: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the keys of the given and the family name in each full name.

    Titles and generations are left out; the family name is the last word and the particles
    before it, or what stands before a comma. One word alone is a family name.

    >>> [part.to_pylist() for part in parted(pa.array(["Mr. J. van der Berg Jr", "Byron, Ada"]))]
    [['j', 'ada'], ['vanderberg', 'byron']]
    """
    encoded = pc.fill_null(full_names, "").dictionary_encode()
    parts = [_parts(name) for name in encoded.dictionary.to_pylist()]
    given, family = (
        pa.array([_key(part[place]) for part in parts], pa.string()).take(encoded.indices)
        for place in (0, 1)
    )
    return given, family


def _key(name: str) -> str:
    key = re.sub(r"[^a-z]", "", anyascii(name).lower())
    return "" if key in NOBODY else key


def _parts(full_name: str) -> tuple[str, str]:
    before, comma, behind = full_name.partition(",")
    words = f"{behind} {before}".split() if comma else full_name.split()
    words = [word for word in words if word.strip(".").lower() not in TITLES | SUFFIXES]
    if comma:
        kept = len(before.split())
        return (words[0] if len(words) > kept else "", " ".join(words[-kept:]))
    first = max(len(words) - 1, 0)
    while first > 1 and words[first - 1].lower() in PARTICLES:
        first -= 1
    return (words[0] if first else "", " ".join(words[first:]))


def ordinals(days: pa.Array) -> npt.NDArray[np.int32]:
    """Return birth days (date32) as ordinals, -1 for none and for placeholders.

    >>> ordinals(pa.array([dt.date(1980, 5, 17), dt.date(1900, 1, 1), None])).tolist()
    [722952, -1, -1]
    """
    found = np.asarray(pc.fill_null(pc.cast(days, pa.int32()), NO_DAY - EPOCH)) + EPOCH
    return np.where(np.isin(found, list(PLACEHOLDER_DAYS)), NO_DAY, found).astype(np.int32)


class Person(NamedTuple):
    """What a record says about who somebody is.

    Attributes:
        given, family: keys; "" where unknown, one letter for an initial.
        born: ordinal of the birth day (`datetime.date.toordinal`), or -1.

    """

    given: str
    family: str
    born: int


class Level(IntEnum):
    """How far two values of one attribute agree."""

    CONFLICT = -1
    UNKNOWN = 0
    SIMILAR = 1
    EQUAL = 2


class Agreement(NamedTuple):
    """How far two records' people agree, each attribute and on the whole.

    Attributes:
        given, family, born: the level of each.
        names, days: whether these allow that the two are one person.

    """

    given: Level
    family: Level
    born: Level
    names: bool
    days: bool

    @property
    def strength(self) -> int:
        """How much speaks for one person: 0 (nothing is known of both) to 14."""
        return 2 * (max(self.given, 0) + max(self.family, 0)) + 3 * max(self.born, 0)


def agreement(a: Person, b: Person) -> Agreement:
    """Compare two people; symmetrical.

    Nicknames, initials and single typing errors agree; in three letters none that replaces one.
    A different family name agrees where the given name is equal in full and birth days do not
    conflict (a marriage), and a birth day that is off in one of year, month and day, or has day
    and month swapped, where both names are equal in full.
    """
    given, family = given_level(a.given, b.given), family_level(a.family, b.family)
    if (
        (given is Level.CONFLICT or family is Level.CONFLICT)
        and a.given == b.family
        and a.family == b.given
    ):
        given = family = Level.EQUAL
    born = born_level(a.born, b.born)
    equal_in_full = given is Level.EQUAL and family is Level.EQUAL and len(a.given) >= FULL
    married = given is Level.EQUAL and born is not Level.CONFLICT and len(a.given) >= FULL
    return Agreement(
        given=given,
        family=family,
        born=born,
        names=given is not Level.CONFLICT and (family is not Level.CONFLICT or married),
        days=born is not Level.CONFLICT and (born is not Level.SIMILAR or equal_in_full),
    )


def may_be_one(met: Sequence[Agreement]) -> bool:
    """Say whether two people's records, each of one compared with each of the other, allow one.

    Who is known by two family names, or by two birth days of which one is a typing error, is met
    by whoever has either.
    """
    family = any(two.family > Level.UNKNOWN for two in met)
    born = any(two.born is Level.EQUAL for two in met)
    return all(
        (two.names or (family and two.given is not Level.CONFLICT))
        and (two.days or (born and two.born is Level.SIMILAR))
        for two in met
    )


@lru_cache(maxsize=1_000_000)
def given_level(a: str, b: str) -> Level:
    """Compare two given names.

    >>> [given_level(*pair).name for pair in (("bob", "robert"), ("j", "john"), ("ann", "zoe"))]
    ['SIMILAR', 'SIMILAR', 'CONFLICT']
    """
    if not a or not b:
        return Level.UNKNOWN
    if a == b:
        return Level.EQUAL
    if len(a) == 1 or len(b) == 1:
        return Level.SIMILAR if a[0] == b[0] else Level.CONFLICT
    if not _MEANT.get(a, _NO_GROUPS).isdisjoint(_MEANT.get(b, _NO_GROUPS)) or _typo(a, b):
        return Level.SIMILAR
    return Level.CONFLICT


@lru_cache(maxsize=1_000_000)
def family_level(a: str, b: str) -> Level:
    """Compare two family names.

    >>> [family_level(*pair).name for pair in (("smith", "smiht"), ("cox", "fox"))]
    ['SIMILAR', 'CONFLICT']
    """
    if not a or not b:
        return Level.UNKNOWN
    if a == b:
        return Level.EQUAL
    if len(a) == 1 or len(b) == 1:
        return Level.SIMILAR if a[0] == b[0] else Level.CONFLICT
    return Level.SIMILAR if _typo(a, b) else Level.CONFLICT


def born_level(a: int, b: int) -> Level:
    """Compare two birth days: SIMILAR is one part off, or day and month swapped."""
    if NO_DAY in (a, b):
        return Level.UNKNOWN
    if a == b:
        return Level.EQUAL
    one, other = dt.date.fromordinal(a), dt.date.fromordinal(b)
    parts = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    off = sum(left != right for left, right in parts)
    swapped = one.year == other.year and one.month == other.day and one.day == other.month
    return Level.SIMILAR if off == 1 or swapped else Level.CONFLICT


def _typo(a: str, b: str) -> bool:
    shorter = min(len(a), len(b))
    if shorter < SHORTEST_TYPO:
        return False
    replaced = len(a) == len(b) and sorted(a) != sorted(b)
    if replaced and shorter == SHORTEST_TYPO:
        return False  # Tim and Tom
    allowed = 1 if shorter < LONG else 2
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


_NO_GROUPS: frozenset[int] = frozenset()
_MEANT: dict[str, frozenset[int]] = {}
for _number, _group in enumerate(GROUPS):
    for _name in _group:
        _MEANT[_name] = _MEANT.get(_name, _NO_GROUPS) | {_number}
