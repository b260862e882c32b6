"""The links of a graph by place, the components that they break, and those mended."""

from collections import defaultdict

import numpy as np

from customers.identity.graph import Bools, Graph, Int8s, Int64s, pairs_within, places, stars
from customers.identity.people import People
from customers.identity.repair import Limits, Link, repair
from customers.identity.rules import Kind, Rules, State, Tier
from customers.identity.values import Judged

CONFIRMED_BONUS = 4
"""What is added to a kind's rank for each of the two records whose source confirms the value."""
WEAKER = 1000
"""What is taken from a proposal's weight, so that every identifier comes first."""

type Pairs = tuple[Int64s, Int64s]


class Links:
    """Pairs of places of records, by what links them. Records stand by ascending id."""

    def __init__(self, graph: Graph, people: People, judged: Judged, rules: Rules) -> None:
        self._graph, self._people, self._judged, self._rules = graph, people, judged, rules
        source = graph.records.source.astype(np.int64)
        self._account = np.where(np.isin(source, list(graph.registers)), source, -1)
        self._kind = graph.ties.kind[judged.tie]
        single = np.array([rule.one_per_person for rule in rules.kinds])[self._kind]
        self._cards = np.flatnonzero(single & (judged.values.state[judged.value] == State.OK))

    def stars(self) -> Pairs:
        """Return the links that values make, each person under a value as a star."""
        at = np.flatnonzero(self._judged.group >= 0)
        return stars(self._judged.record[at], self._judged.group[at])

    def raw(self) -> Pairs:
        """Return the links that values could make if all who share one were one person."""
        at = np.flatnonzero(self._judged.values.state[self._judged.value] == State.OK)
        return stars(self._judged.record[at], self._judged.value[at])

    def decided(self, *, joined: bool = True) -> Pairs:
        """Return what people have joined, or put apart."""
        decisions = self._graph.decisions
        at = decisions.joined if joined else ~decisions.joined
        return self._whole(decisions.a[at], decisions.b[at])[:2]

    def proposed(self, tier: Tier) -> Pairs:
        """Return the accepted proposals of a tier."""
        at = self._graph.accepted.tier == tier
        return self._whole(self._graph.accepted.a[at], self._graph.accepted.b[at])[:2]

    def mend(self, labels: Int64s, founder: Int64s, confirmed: Int64s) -> Int8s:
        """Join the components that break a limit again, and write who founds them now.

        Returns for each judged tie why a link by it could not hold, 0 where none failed.
        """
        reasons = np.zeros(len(self._judged.tie), np.int8)
        broken = self._broken(labels)[labels]
        if not broken.any():
            return reasons
        links, tie = self._by_values(broken)
        by_label: dict[int, list[Link]] = defaultdict(list)
        for link in (*links, *self._by_pairs(broken)):
            by_label[int(labels[link.a])].append(link)
        records: dict[int, list[int]] = defaultdict(list)
        at = np.flatnonzero(broken)
        for record, label in zip(at.tolist(), labels[at].tolist(), strict=True):
            records[label].append(record)
        limits = self._limits(broken)
        for label, members in records.items():
            found = repair(members, by_label[label], limits)
            founder[members] = [found.all[member] for member in members]
            confirmed[members] = [found.confirmed[member] for member in members]
            for number, reason in found.refused:
                for side in tie[number] if number >= 0 else ():
                    reasons[side] = reasons[side] or reason
        return reasons

    def _broken(self, labels: Int64s) -> Bools:
        """Say of each component whether it breaks a limit."""
        sizes = np.bincount(labels)
        broken = sizes > self._rules.largest
        has = self._account >= 0
        two, records = np.unique(
            labels[has] * (int(self._account.max(initial=0)) + 1) + self._account[has],
            return_counts=True,
        )
        broken[two[records > 1] // (int(self._account.max(initial=0)) + 1)] = True
        owner = labels[self._judged.record[self._cards]]
        kind = self._kind[self._cards].astype(np.int64)
        cards = np.unique(
            np.stack([owner * len(Kind) + kind, self._judged.value[self._cards]]), axis=1
        )
        broken[np.flatnonzero(np.bincount(cards[0] // len(Kind), minlength=len(sizes)) > 1)] = True
        apart = self.decided(joined=False)
        broken[labels[apart[0]][labels[apart[0]] == labels[apart[1]]]] = True
        some = np.flatnonzero(((sizes > 1) & ~broken)[labels])
        order = some[np.argsort(labels[some], kind="stable")]
        left, right = pairs_within(labels[order], self._rules.largest)
        person = self._people.of[order]
        conflict = self._people.conflict(person[left], person[right])
        broken[labels[order[left[conflict]]]] = True
        return broken

    def _by_values(self, broken: Bools) -> tuple[list[Link], list[tuple[int, int]]]:
        """Return the links by values inside broken components, and the two ties of each."""
        judged, people = self._judged, self._people
        ties = np.flatnonzero((judged.group >= 0) & broken[judged.record])
        ties = ties[np.argsort(judged.group[ties], kind="stable")]
        left, right = (ties[at] for at in pairs_within(judged.group[ties], self._rules.crowd))
        a, b = judged.record[left], judged.record[right]
        sure = self._graph.ties.confirmed[judged.tie]
        rank = np.array([rule.rank for rule in self._rules.kinds])[self._kind[left]]
        rank = rank + CONFIRMED_BONUS * (sure[left].astype(np.int64) + sure[right])
        agreed = [
            people.agreement(*two).strength
            for two in zip(people.of[a].tolist(), people.of[b].tolist(), strict=True)
        ]
        columns = (a, b, rank + np.array(agreed, np.int64), self._kind[left] == Kind.ALIAS)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        links = [
            Link(one, other, strength, forced=alias, number=number)
            for number, (one, other, strength, alias) in enumerate(rows)
        ]
        return links, list(zip(left.tolist(), right.tolist(), strict=True))

    def _by_pairs(self, broken: Bools) -> list[Link]:
        """Return the links inside broken components that people or proposals make."""
        accepted = self._graph.accepted
        left, right, at = self._whole(accepted.a, accepted.b)
        columns = (
            np.minimum(left, right),
            np.maximum(left, right),
            accepted.weight[at] - WEAKER,
            accepted.tier[at] == Tier.PROBABLE,
        )
        rows = zip(*(column[broken[left]].tolist() for column in columns), strict=True)
        decided = zip(*(side.tolist() for side in self.decided()), strict=True)
        return [
            *(Link(a, b, weight, probable=probable) for a, b, weight, probable in rows),
            *(
                Link(min(one, other), max(one, other), 0, forced=True)
                for one, other in decided
                if broken[one]
            ),
        ]

    def _limits(self, broken: Bools) -> Limits:
        """Return what may not meet in the broken components."""
        cards: dict[int, dict[int, set[int]]] = {}
        at = self._cards[broken[self._judged.record[self._cards]]]
        for record, kind, value in zip(
            self._judged.record[at].tolist(),
            self._kind[at].tolist(),
            self._judged.value[at].tolist(),
            strict=True,
        ):
            cards.setdefault(record, {}).setdefault(kind, set()).add(value)
        apart: dict[int, set[int]] = {}
        for one, other in zip(*(side.tolist() for side in self.decided(joined=False)), strict=True):
            apart.setdefault(one, set()).add(other)
        return Limits(self._people, self._account.tolist(), cards, apart, self._rules.largest)

    def _whole(self, a: Int64s, b: Int64s) -> tuple[Int64s, Int64s, Bools]:
        """Return the places of pairs whose records both exist, and which pairs these are."""
        ids = self._graph.records.id
        one, other = places(a, ids), places(b, ids)
        both = (one >= 0) & (other >= 0)
        return one[both], other[both], both
