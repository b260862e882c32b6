"""How many customers initiatives have in common, exactly, by sets of bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORD = 64
"""Bits in a word of a set."""

SPARSE = 8
"""Numbers spread over more than so many times their count are sorted, not laid out."""

type Pair = tuple[int, int]


class Memberships(NamedTuple):
    """Who is in what: `customers[n]` is in `initiatives[n]`; said twice is said once."""

    initiatives: NDArray[np.int64]
    customers: NDArray[np.int64]


class Sets(NamedTuple):
    """One set of bits for each initiative, a row of `words`; `size` customers in all."""

    initiatives: list[int]
    words: NDArray[np.uint64]
    size: int

    @property
    def memberships(self) -> int:
        """Customers, each counted once for each initiative that they are in."""
        import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

        return int(np.bitwise_count(self.words).sum())


def sets_of(members: Memberships) -> Sets:
    """Return each initiative's customers as bits, by dense numbers that mean nothing elsewhere."""
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    size, dense = _dense(members.customers)
    initiatives, group = np.unique(members.initiatives, return_inverse=True)
    width = -(-size // WORD) * WORD
    words = np.zeros((len(initiatives), width // WORD), dtype=np.uint64)
    order = np.argsort(group.astype(np.uint16), kind="stable")  # of 16 bits it takes a radix sort
    ends = np.cumsum(np.bincount(group, minlength=len(initiatives)))
    for place, people in enumerate(np.split(dense[order], ends[:-1])[: len(initiatives)]):
        bits = np.zeros(width, dtype=bool)
        bits[people] = True
        words[place] = np.packbits(bits).view(np.uint64)
    return Sets([int(each) for each in initiatives], words, size)


def _dense(numbers: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """Return how many numbers there are, and each one's place among them; unsorted where it can."""
    import numpy as np  # noqa: PLC0415  as above

    if not len(numbers):
        return 0, numbers
    low = numbers.min()
    span = int(numbers.max() - low) + 1
    if span > SPARSE * len(numbers):
        found, places = np.unique(numbers, return_inverse=True)
        return len(found), places
    there = np.zeros(span, dtype=bool)
    there[numbers - low] = True
    return int(there.sum()), (np.cumsum(there) - 1)[numbers - low]


def common(sets: Sets, changed: Iterable[int] | None = None) -> dict[Pair, int]:
    """Return the customers of every pair that has any, `(smaller id, larger id)`.

    With `changed`, only pairs in which one of these initiatives is.
    """
    import numpy as np  # noqa: PLC0415  as above

    wanted = set(sets.initiatives) if changed is None else set(changed)
    found: dict[Pair, int] = {}
    for place, one in enumerate(sets.initiatives):
        both = np.bitwise_count(sets.words[place] & sets.words[place + 1 :]).sum(axis=1)
        for other, count in zip(sets.initiatives[place + 1 :], both, strict=True):
            if count and (one in wanted or other in wanted):
                found[one, other] = int(count)
    return found


def in_any(sets: Sets, pairs: Iterable[Pair]) -> int:
    """Return how many customers are in both initiatives of at least one of the pairs."""
    import numpy as np  # noqa: PLC0415  as above

    place = {one: number for number, one in enumerate(sets.initiatives)}
    reached = np.zeros(sets.words.shape[1], dtype=np.uint64)
    for one, other in pairs:
        if one in place and other in place:
            reached |= sets.words[place[one]] & sets.words[place[other]]
    return int(np.bitwise_count(reached).sum())
