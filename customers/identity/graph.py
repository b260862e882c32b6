"""What is known before linking, in columns."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

type Bools = npt.NDArray[np.bool_]
type Int8s = npt.NDArray[np.int8]
type Int32s = npt.NDArray[np.int32]
type Int64s = npt.NDArray[np.int64]
type Floats = npt.NDArray[np.float64]


class Records(NamedTuple):
    """Records, one row each, in any order.

    Attributes:
        id: ids, each once; a smaller id was seen earlier.
        source: id of the source, 0 or more.
        given, family: name keys (`names.keys`, `names.parted`); "" or null where unknown.
        born: birth day as ordinal (`datetime.date.toordinal`), -1 where unknown.

    """

    id: Int64s
    source: Int32s
    given: pa.Array
    family: pa.Array
    born: Int32s


class Ties(NamedTuple):
    """Who carries which value, one row for each record and value, in any order.

    Attributes:
        record: id of the record.
        value: id of the value; values of different kinds have different ids.
        kind: the value's `rules.Kind`.
        confirmed: the record's source has checked that the value is the person's (a loyalty
            scheme its card, a double opt-in its e-mail address), and does not merely claim it.

    """

    record: Int64s
    value: Int64s
    kind: Int8s
    confirmed: Bools


class Decisions(NamedTuple):
    """What people have decided about two records, the newest decision of each two.

    Attributes:
        a, b: ids of the records.
        joined: True for one person, False for two. Where decisions contradict each other by way
            of a third record, apart wins.

    """

    a: Int64s
    b: Int64s
    joined: Bools


class Accepted(NamedTuple):
    """Proposals that were accepted by their probability.

    Attributes:
        a, b: ids of the records.
        weight: match weight; greater is surer.
        tier: `rules.Tier`.

    """

    a: Int64s
    b: Int64s
    weight: Floats
    tier: Int8s


NO_DECISIONS = Decisions(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
NOTHING_ACCEPTED = Accepted(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int8)
)
NO_IDS = np.zeros(0, np.int64)


class Graph(NamedTuple):
    """Everything that linking looks at. Ties and pairs of records that it lacks are left out.

    Attributes:
        blocked: ids of values that stand for nobody.
        registers: ids of the sources that keep one record per person: two of its records are two
            people unless the source (an alias) or a person says otherwise.

    """

    records: Records
    ties: Ties
    blocked: Int64s = NO_IDS
    registers: frozenset[int] = frozenset()
    decisions: Decisions = NO_DECISIONS
    accepted: Accepted = NOTHING_ACCEPTED


def taken(records: Records, at: Int64s) -> Records:
    """Return the records at these places."""
    return Records(
        records.id[at],
        records.source[at],
        records.given.take(at),
        records.family.take(at),
        records.born[at],
    )


def places(ids: Int64s, among: Int64s) -> Int64s:
    """Return where each id stands among ascending ids, -1 where it does not."""
    if not len(among):
        return np.full(len(ids), -1)
    found = np.minimum(np.searchsorted(among, ids), len(among) - 1)
    return np.where(among[found] == ids, found, -1)


def pairs_within(group: Int64s, largest: int) -> tuple[Int64s, Int64s]:
    """Return the places of all pairs of rows of one group; groups stand together.

    A pair more than `largest` - 1 rows apart is left out.

    >>> [places.tolist() for places in pairs_within(np.array([1, 1, 1, 2, 2]), 9)]
    [[0, 1, 3, 0], [1, 2, 4, 2]]
    """
    left: list[Int64s] = []
    right: list[Int64s] = []
    for apart in range(1, min(largest, len(group))):
        at = np.flatnonzero(group[apart:] == group[:-apart])
        if not len(at):
            break
        left.append(at)
        right.append(at + apart)
    if not left:
        return NO_IDS, NO_IDS
    return np.concatenate(left), np.concatenate(right)


def stars(nodes: Int64s, group: Int64s) -> tuple[Int64s, Int64s]:
    """Return pairs that connect the nodes of each group: its first one with every one.

    >>> [nodes.tolist() for nodes in stars(np.array([5, 6, 7]), np.array([1, 2, 1]))]
    [[5, 6, 5], [5, 6, 7]]
    """
    _, first, back = np.unique(group, return_index=True, return_inverse=True)
    return nodes[first][back], nodes
