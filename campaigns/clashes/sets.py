"""How many customers initiatives have in common, exactly, by sets of bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORD = 64
"""Bits in a word of a set."""

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

    customers, dense = np.unique(members.customers, return_inverse=True)
    initiatives, group = np.unique(members.initiatives, return_inverse=True)
    width = -(-len(customers) // WORD) * WORD
    words = np.zeros((len(initiatives), width // WORD), dtype=np.uint64)
    order = np.argsort(group.astype(np.int32), kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=len(initiatives)))
    for place, people in enumerate(np.split(dense[order], ends[:-1])[: len(initiatives)]):
        bits = np.zeros(width, dtype=bool)
        bits[people] = True
        words[place] = np.packbits(bits).view(np.uint64)
    return Sets([int(each) for each in initiatives], words, len(customers))


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
