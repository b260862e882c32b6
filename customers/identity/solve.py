"""Which records are one person, and why: values, components, repair."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from customers.identity.components import labels, smallest
from customers.identity.explain import Ambiguous, Explained, explain
from customers.identity.graph import Graph, Int64s
from customers.identity.links import Links
from customers.identity.names import NO_DAY
from customers.identity.rules import LARGEST_LOOSE, RULES, Rules, Tier
from customers.identity.values import Values, in_order, judge


class Partition(NamedTuple):
    """Which records are one person.

    Attributes:
        record: ids, ascending.
        founder: for each, the smallest id among the records of its person.
        confirmed: the same without probable links: parts of what `founder` puts together.
        component: the smallest id in its raw component: all that could ever be joined with it
            as things are. What happens in one component changes nothing in another.
        ties: each tie explained.
        ambiguous: for review.
        values: what became of each value.

    """

    record: Int64s
    founder: Int64s
    confirmed: Int64s
    component: Int64s
    ties: Explained
    ambiguous: Ambiguous
    values: Values


def solve(graph: Graph, *, known: Values | None = None, rules: Rules = RULES) -> Partition:
    """Put the records of a graph into people.

    The graph must hold whole raw components. Of a value that is `known` the state is
    taken as it is: that of a generic value cannot be seen from some of its records.

    1. Values that stand for nobody or are shared by too many people join nobody; others join the
       records that may be one person (values.judge).
    2. Connected components of records (scipy.sparse.csgraph).
    3. Components that break a limit (accounts of one register, cards, names, birth days, size,
       two that a person has put apart) are joined again link by link, the strongest first
       (`repair`): decisions; then by the kind's rank, confirmation and how much is known to
       agree; then accepted proposals by weight, probable ones last. Ties go by ids.
    """
    graph, people = in_order(graph)
    judged = judge(graph, people, known=known, rules=rules)
    links = Links(graph, people, judged, rules)
    size = len(graph.records.id)
    sure = labels(size, links.stars(), links.decided(), links.proposed(Tier.CONFIRMED))
    confirmed = smallest(sure)
    every = labels(size, (np.arange(size), confirmed), links.proposed(Tier.PROBABLE))
    founder = smallest(every)
    raw = labels(size, links.raw(), (np.arange(size), founder))
    reasons = links.mend(every, founder, confirmed)
    ids = graph.records.id
    explained, ambiguous = explain(graph, judged, founder, reasons)
    return Partition(
        ids, ids[founder], ids[confirmed], ids[smallest(raw)], explained, ambiguous, judged.values
    )


def loosened(
    strict: Partition, graph: Graph, *, known: Values | None, vetoes: frozenset[str]
) -> Partition:
    """Solve a graph again with only those vetoes (`rules.VETOES`), for careless records.

    A person may then have `rules.LARGEST_LOOSE` records. Certain is what is so by both: `strict`
    is the graph solved with every veto.
    """
    records = graph.records
    nameless = pa.array([""] * len(records.id), pa.string())
    if "given" not in vetoes:
        records = records._replace(given=nameless, family=nameless)
    if "born" not in vetoes:
        records = records._replace(born=np.full(len(records.id), NO_DAY, np.int32))
    rules = RULES._replace(largest=LARGEST_LOOSE)
    loose = solve(graph._replace(records=records), known=known, rules=rules)
    both = np.stack([strict.confirmed, loose.founder], axis=1)
    _, first, back = np.unique(both, axis=0, return_index=True, return_inverse=True)
    return loose._replace(confirmed=loose.record[first[back.ravel()]])
