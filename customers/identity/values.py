"""Which values may join records, and whom: the rules that look at one value at a time."""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from customers.identity.graph import (
    Bools,
    Graph,
    Int8s,
    Int32s,
    Int64s,
    pairs_within,
    places,
    taken,
)
from customers.identity.people import People
from customers.identity.rules import Kind, Rules, State

APART, EITHER = -1, -2
"""Groups of ties that join nobody: of values that join nobody, and of records that may be either
of two people."""

COUNTED = (Kind.LOYALTY_CARD, Kind.EMAIL)
"""Kinds whose different values among its carriers say how many people share a value."""


class Values(NamedTuple):
    """What became of values, one row each, by ascending id.

    Attributes:
        id: the value.
        state: `State.OK`, BLOCKED or GENERIC.
        fan_out: how many people share it at least, by names, accounts, cards and e-mails.

    """

    id: Int64s
    state: Int8s
    fan_out: Int32s


class Judged(NamedTuple):
    """Values, and their ties in order of (value, record).

    Attributes:
        values: all that are tied.
        tie: places of the ties in the graph, in that order.
        record, value: for each of these ties the places of both, among the records and values.
        group: the number of the people that the tie stands for, alike for the ties of one value
            that may be one person; below 0 for none (APART, EITHER).
        either: for each tie, the places of two ties whose people it may both be; -1 for none.

    """

    values: Values
    tie: Int64s
    record: Int64s
    value: Int64s
    group: Int64s
    either: tuple[Int64s, Int64s]


def in_order(graph: Graph) -> tuple[Graph, People]:
    """Return the graph with its records by ascending id, and their people."""
    order = np.argsort(graph.records.id, kind="stable")
    records = taken(graph.records, order)
    return graph._replace(records=records), People(records)


def judge(graph: Graph, people: People, *, known: Values | None = None, rules: Rules) -> Judged:
    """Judge each value and tell its records' people apart. Records stand by ascending id.

    The people who share a value are its *groups* (records that have no conflict of name, birth
    day or account, complete ones first), the most accounts that one register has on it, or the
    different cards or e-mail addresses of its records, whichever is most; of an alias, all its
    records. More than the kind's cap, or than `rules.crowd` records, make it generic. What is
    `known` of a value is kept.
    """
    record = places(graph.ties.record, graph.records.id)
    inside = np.flatnonzero(record >= 0)
    tie = inside[np.lexsort((record[inside], graph.ties.value[inside]))]
    record = record[tie]
    ids, first, value = np.unique(graph.ties.value[tie], return_index=True, return_inverse=True)
    kind = graph.ties.kind[tie][first]
    carriers = np.bincount(value, minlength=len(ids))

    state = np.zeros(len(ids), np.int8)
    state[np.isin(ids, graph.blocked)] = State.BLOCKED
    fan_out = carriers.astype(np.int32)
    if known is not None:
        at = places(ids, known.id)
        has = at >= 0
        state[has], fan_out[has] = known.state[at[has]], known.fan_out[at[has]]
    state[(state == State.OK) & (carriers > rules.crowd)] = State.GENERIC

    account = _accounts(graph, record)
    person = people.of[record]
    group = value.copy()
    group[state[value] != State.OK] = APART
    open_ties = np.flatnonzero((group >= 0) & (carriers[value] > 1))
    left, right = (open_ties[at] for at in pairs_within(value[open_ties], rules.crowd))
    accounts = (
        (account[left] == account[right]) & (account[left] >= 0) & (kind[value[left]] != Kind.ALIAS)
    )
    conflicts = people.conflict(person[left], person[right]) | accounts
    either, groups = _tell_apart(
        (left[conflicts], right[conflicts], accounts[conflicts]),
        value,
        group,
        fit=lambda at, members: people.may_be_one(person[at], person[members]),
        completeness=people.completeness[person] + (account >= 0),
    )
    shared = np.maximum(groups, _most_accounts(value, account, len(ids)))
    for counted in COUNTED:
        shared = np.maximum(shared, _different(graph, record, value, counted))
    shared = np.where(kind == Kind.ALIAS, carriers, shared)
    fresh = state == State.OK
    if known is not None:
        fresh &= places(ids, known.id) < 0
    fan_out[fresh] = shared[fresh]
    cap = np.array([rule.cap for rule in rules.kinds])[kind]
    state[fresh & (fan_out > cap)] = State.GENERIC
    group[state[value] != State.OK] = APART
    return Judged(Values(ids, state, fan_out), tie, record, value, group, either)


def _accounts(graph: Graph, record: Int64s) -> Int64s:
    """Return for each tie its register, -1 for other sources."""
    source = graph.records.source.astype(np.int64)[record]
    return np.where(np.isin(source, list(graph.registers)), source, -1)


def _different(graph: Graph, record: Int64s, value: Int64s, kind: Kind) -> Int64s:
    """Return how many different values of a kind the records tied to each value carry.

    Of a record with several the smallest counts, and blocked ones never do. `value` ascends.
    """
    none = np.iinfo(np.int64).max
    carried = np.full(len(graph.records.id), none)
    at = np.flatnonzero((graph.ties.kind == kind) & ~np.isin(graph.ties.value, graph.blocked))
    carrier = places(graph.ties.record[at], graph.records.id)
    np.minimum.at(carried, carrier[carrier >= 0], graph.ties.value[at][carrier >= 0])
    has = carried[record] != none
    different = np.unique(np.stack([value[has], carried[record][has]]), axis=1)
    return np.bincount(different[0], minlength=int(value.max(initial=-1)) + 1)


def _most_accounts(value: Int64s, account: Int64s, count: int) -> Int64s:
    """Return how many records of one register carry each value, at most."""
    has = account >= 0
    different, records = np.unique(np.stack([value[has], account[has]]), axis=1, return_counts=True)
    most = np.zeros(count, np.int64)
    np.maximum.at(most, different[0], records)
    return most


def _tell_apart(
    conflicts: tuple[Int64s, Int64s, Bools],
    value: Int64s,
    group: Int64s,
    *,
    fit: Callable[[int, list[int]], bool],
    completeness: Int64s,
) -> tuple[tuple[Int64s, Int64s], Int32s]:
    """Write into `group` the people of the values that have conflicts.

    Conflicts come as pairs of ties, and whether nothing can lift them; where others of the same
    people may, `fit` says so. Complete ties come first: one that fits no people so far makes new
    ones, one that fits several is EITHER. Returns for each tie two that it may both belong to,
    or -1, and how many people each value has.
    """
    against: dict[int, set[int]] = defaultdict(set)
    apart: dict[int, set[int]] = defaultdict(set)
    left, right, final = conflicts
    for one, other, never in zip(left.tolist(), right.tolist(), final.tolist(), strict=True):
        for each in (against, apart) if never else (against,):
            each[one].add(other)
            each[other].add(one)
    size = len(value)
    either = (np.full(size, -1), np.full(size, -1))
    people = np.ones(int(value.max(initial=-1)) + 1, np.int32)
    torn = np.unique(value[left])
    starts, ends = np.searchsorted(value, torn), np.searchsorted(value, torn, side="right")
    for number, start, end in zip(torn.tolist(), starts.tolist(), ends.tolist(), strict=True):
        ties = [at for at in range(start, end) if group[at] >= 0]
        made: list[list[int]] = []
        for at in sorted(ties, key=lambda at: (-completeness[at], at)):
            fits = [
                members
                for members in made
                if against[at].isdisjoint(members)
                or (apart[at].isdisjoint(members) and fit(at, members))
            ]
            if len(fits) > 1:
                group[at] = EITHER
                either[0][at], either[1][at] = fits[0][0], fits[1][0]
                continue
            if not fits:
                made.append([])
            members = fits[0] if fits else made[-1]
            members.append(at)
            group[at] = size + members[0]
        people[number] = len(made)
    return either, people
