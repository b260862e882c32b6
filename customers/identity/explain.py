"""What became of each tie, so that every link and every missing one can be told."""

from typing import NamedTuple

import numpy as np

from customers.identity.graph import Graph, Int8s, Int32s, Int64s
from customers.identity.rules import Reason, State
from customers.identity.values import EITHER, Judged


class Ambiguous(NamedTuple):
    """Records that may be either of two people, for review.

    Attributes:
        record: id of the record.
        value: id of the value that it shares with both.
        one, other: founders of the two.

    """

    record: Int64s
    value: Int64s
    one: Int64s
    other: Int64s


class Explained(NamedTuple):
    """Each tie of the graph, in its order.

    Attributes:
        state: `rules.State`.
        reason: `rules.Reason`.
        fan_out: how many people share the value at least.
        joins: id of the smallest record that the value joins this record to, which is the record
            itself where it joins it to none. Two records of one value with the same `joins` are
            linked by it.

    """

    state: Int8s
    reason: Int8s
    fan_out: Int32s
    joins: Int64s


def explain(
    graph: Graph, judged: Judged, founder: Int64s, reasons: Int8s
) -> tuple[Explained, Ambiguous]:
    """Explain the judged ties. `founder` is by place; `reasons` are why links could not hold."""
    record, value, group = judged.record, judged.value, judged.group
    ids, count = graph.records.id, len(judged.values.id)
    state = judged.values.state[value]
    reason = np.zeros(len(record), np.int8)
    reason[state == State.BLOCKED] = Reason.PLACEHOLDER
    reason[state == State.GENERIC] = Reason.TOO_MANY_PEOPLE

    joining = np.flatnonzero(group >= 0)
    _, first, numbers = np.unique(group[joining], return_index=True, return_inverse=True)
    foremost = record[joining[first]][numbers]
    together = numbers * len(ids) + founder[record[joining]]
    _, eldest, back = np.unique(together, return_index=True, return_inverse=True)
    joins = record.copy()
    joins[joining] = record[joining[eldest]][back]
    several = np.bincount(value[joining[first]], minlength=count) > 1
    reason[joining] = np.where(several[value[joining]], Reason.SEVERAL_PEOPLE, Reason.NONE)
    cut = joining[founder[foremost] != founder[record[joining]]]
    state[cut], reason[cut] = State.CUT, reasons[cut]

    torn = np.flatnonzero(group == EITHER)
    one, other = (founder[record[side[torn]]] for side in judged.either)
    reason[torn] = Reason.SEVERAL_PEOPLE
    own = founder[record[torn]]
    unclear = (own != one) & (own != other)
    held = torn[unclear]
    state[held], reason[held] = State.AMBIGUOUS, Reason.EITHER

    size = len(graph.ties.record)
    explained = Explained(
        np.zeros(size, np.int8),
        np.zeros(size, np.int8),
        np.ones(size, np.int32),
        graph.ties.record.copy(),
    )
    explained.state[judged.tie] = state
    explained.reason[judged.tie] = reason
    explained.fan_out[judged.tie] = judged.values.fan_out[value]
    explained.joins[judged.tie] = ids[joins]
    return explained, Ambiguous(
        ids[record[held]], judged.values.id[value[held]], ids[one[unclear]], ids[other[unclear]]
    )
