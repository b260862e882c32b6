"""Who the records of a graph say that somebody is, compared in bulk."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from customers.identity.graph import Bools, Int64s, Records
from customers.identity.names import NO_DAY, Agreement, Person, agreement, may_be_one


class People:
    """The people of records, each different one once, and how far any two agree.

    Attributes:
        of: for each record, which person it names.
        completeness: for each person, how much is known of them, 0 to 7.

    """

    def __init__(self, records: Records) -> None:
        given, self._given_keys = _coded(records.given)
        family, self._family_keys = _coded(records.family)
        names = given * len(self._family_keys) + family
        born = records.born.astype(np.int64)
        _, first, self.of = np.unique(
            names * (int(born.max(initial=0)) + 2) + born + 1,
            return_index=True,
            return_inverse=True,
        )
        self._given, self._family, self._born = given[first], family[first], born[first]
        initial = np.array([len(key) == 1 for key in self._given_keys])[self._given]
        self.completeness: Int64s = (
            3 * (self._born != NO_DAY) + (self._given > 0) * (2 - initial) + 2 * (self._family > 0)
        )
        self._agreements: dict[tuple[int, int], Agreement] = {}

    def agreement(self, a: int, b: int) -> Agreement:
        """Say how far two people agree."""
        two = (a, b) if a <= b else (b, a)
        known = self._agreements.get(two)
        if known is None:
            known = self._agreements[two] = agreement(self._person(a), self._person(b))
        return known

    def may_be_one(self, a: int, others: Int64s) -> bool:
        """Say whether somebody may be the one person that others are."""
        return may_be_one([self.agreement(a, other) for other in others.tolist()])

    def conflict(self, a: Int64s, b: Int64s) -> Bools:
        """Say of each two people whether their names or birth days speak against one person."""
        unlike = np.zeros(len(a), np.bool_)
        for column, unknown in ((self._given, 0), (self._family, 0), (self._born, NO_DAY)):
            one, other = column[a], column[b]
            unlike |= (one != other) & (one != unknown) & (other != unknown)
        at = np.flatnonzero(unlike)
        low, high = np.minimum(a[at], b[at]), np.maximum(a[at], b[at])
        count = len(self._born)
        different, back = np.unique(low * count + high, return_inverse=True)
        found = [
            not (two.names and two.days)
            for two in map(
                self.agreement, (different // count).tolist(), (different % count).tolist()
            )
        ]
        unlike[at] = np.array(found, np.bool_)[back]
        return unlike

    def _person(self, number: int) -> Person:
        return Person(
            self._given_keys[self._given[number]],
            self._family_keys[self._family[number]],
            int(self._born[number]),
        )


def _coded(keys: pa.Array) -> tuple[Int64s, list[str]]:
    """Return the number of each key, 0 for "" and null, and the keys by their number."""
    encoded = pc.fill_null(keys, "").dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    sorted_texts = sorted({"", *texts})
    places = {text: place for place, text in enumerate(sorted_texts)}
    numbers = np.array([places[text] for text in texts], np.int64)
    return numbers[np.asarray(encoded.indices)], sorted_texts
