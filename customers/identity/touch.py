"""What has to be solved again after a change, so that the whole need not be."""

from typing import NamedTuple

import numpy as np

from customers.identity.components import labels
from customers.identity.graph import Bools, Graph, Int64s, Ties, places, taken
from customers.identity.rules import RULES, Rules, State
from customers.identity.values import COUNTED, Values, judge_values


class Touched(NamedTuple):
    """What has to be solved again.

    Attributes:
        records: ids of all records in the raw components that a change touches, ascending.
        values: all values, with those that the change touches judged anew.

    """

    records: Int64s
    values: Values


def touched(
    graph: Graph,
    changed: Int64s,
    *,
    known: Values,
    gone: Ties | None = None,
    rules: Rules = RULES,
) -> Touched:
    """Return what has to be solved again after a change.

    `graph` is everything as it is now; `changed` are the records that are new, or whose ties,
    people or decisions are not what they were; `known` are the values as they were; `gone` are
    ties that were taken away. Then

        solve(subset(graph, found.records), known=found.values)

    says of `found.records` what solving the whole graph would, and nothing else can have moved.
    """
    ties = graph.ties
    values = np.unique(ties.value[np.isin(ties.record, changed)])
    if gone is not None:
        values = np.union1d(values, gone.value)
        ties = Ties._make(np.concatenate(both) for both in zip(ties, gone, strict=True))
    now = _updated(known, judge_values(_around(graph, values), rules=rules), values)
    ids = np.union1d(graph.records.id, np.concatenate([ties.record, changed]))
    all_values = np.union1d(known.id, now.id)
    joins = _joining(all_values, known) | _joining(all_values, now)
    value = places(ties.value, all_values)
    tied = np.flatnonzero(joins[value])
    joined, accepted = graph.decisions.joined, graph.accepted
    component = labels(
        len(ids) + len(all_values),
        (places(ties.record[tied], ids), len(ids) + value[tied]),
        _pairs(graph.decisions.a[joined], graph.decisions.b[joined], ids),
        _pairs(accepted.a, accepted.b, ids),
    )
    hit = np.zeros(len(component), np.bool_)
    hit[component[places(changed, ids)]] = True
    found = ids[hit[component[: len(ids)]]]
    return Touched(found[np.isin(found, graph.records.id)], now)


def _pairs(a: Int64s, b: Int64s, ids: Int64s) -> tuple[Int64s, Int64s]:
    """Return the places of the pairs of which both exist."""
    one, other = places(a, ids), places(b, ids)
    both = (one >= 0) & (other >= 0)
    return one[both], other[both]


def _around(graph: Graph, values: Int64s) -> Graph:
    """Return all that judging these values looks at: their carriers, and what counts those."""
    near = np.isin(graph.ties.value, values)
    carriers = np.unique(graph.ties.record[near])
    near |= np.isin(graph.ties.kind, COUNTED) & np.isin(graph.ties.record, carriers)
    return graph._replace(
        records=taken(graph.records, np.flatnonzero(np.isin(graph.records.id, carriers))),
        ties=Ties._make(column[near] for column in graph.ties),
    )


def _updated(known: Values, judged: Values, values: Int64s) -> Values:
    """Return the known values with these of the judged in their place; the untied are dropped."""
    old = ~np.isin(known.id, values)
    new = np.isin(judged.id, values)
    ids = np.concatenate([known.id[old], judged.id[new]])
    order = np.argsort(ids)
    return Values(
        ids[order],
        np.concatenate([known.state[old], judged.state[new]])[order],
        np.concatenate([known.fan_out[old], judged.fan_out[new]])[order],
    )


def _joining(ids: Int64s, values: Values) -> Bools:
    """Say of each value whether it may join records."""
    joining: Bools = np.isin(ids, values.id[values.state == State.OK])
    return joining
