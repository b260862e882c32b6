"""How many customers initiatives have in common, exactly, by sets of bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    type Words = NDArray[np.uint64]

WORD = 64
"""Bits in a word of a set."""

type Pair = tuple[int, int]


class Sets(NamedTuple):
    """One set of bits for each initiative, a row of `words`; a customer's place is their id."""

    initiatives: list[int]
    words: Words

    def of(self, initiative: int) -> Words:
        """Return an initiative's set; raises ValueError where there is none."""
        words: Words = self.words[self.initiatives.index(initiative)]
        return words


def words_of(customers: NDArray[np.int64]) -> Words:
    """Return customers as bits, the lowest of the first word being customer 0."""
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    width = int(customers.max()) // WORD + 1 if len(customers) else 0
    there = np.zeros(width * WORD, dtype=bool)
    there[customers] = True
    return np.packbits(there, bitorder="little").view("<u8")


def sets_of(found: Mapping[int, Words]) -> Sets:
    """Return the sets of initiatives as one, all of the longest one's width."""
    import numpy as np  # noqa: PLC0415  as above

    width = max((len(words) for words in found.values()), default=0)
    rows = np.zeros((len(found), width), dtype=np.uint64)
    for place, words in enumerate(found.values()):
        rows[place, : len(words)] = words
    return Sets(list(found), rows)


def size(words: Words) -> int:
    """Return how many customers are in a set, or in several added up."""
    import numpy as np  # noqa: PLC0415  as above

    return int(np.bitwise_count(words).sum())


def people(sets: Sets) -> int:
    """Return how many customers are in any of the sets."""
    import numpy as np  # noqa: PLC0415  as above

    return size(np.bitwise_or.reduce(sets.words, axis=0))


def shared(sets: Sets, words: Words) -> dict[int, int]:
    """Return how many customers of one more set each initiative has, where it has any."""
    import numpy as np  # noqa: PLC0415  as above

    width = min(len(words), sets.words.shape[1])
    both = np.bitwise_count(sets.words[:, :width] & words[:width]).sum(axis=1)
    return {one: int(count) for one, count in zip(sets.initiatives, both, strict=True) if count}


def common(sets: Sets, changed: Iterable[int] | None = None) -> dict[Pair, int]:
    """Return the customers of every pair that has any, `(smaller id, larger id)`.

    With `changed`, only pairs in which one of these initiatives is.
    """
    wanted = set(sets.initiatives) if changed is None else set(changed)
    return {
        (min(one, other), max(one, other)): count
        for one in sets.initiatives
        if one in wanted
        for other, count in shared(sets, sets.of(one)).items()
        if one != other
    }


def in_any(sets: Sets, pairs: Iterable[Pair]) -> int:
    """Return how many customers are in both initiatives of at least one of the pairs."""
    import numpy as np  # noqa: PLC0415  as above

    reached = np.zeros(sets.words.shape[1], dtype=np.uint64)
    known = set(sets.initiatives)
    for one, other in pairs:
        if {one, other} <= known:
            reached |= sets.of(one) & sets.of(other)
    return size(reached)
