"""What each customer brings to a measure, whatever its form."""

from collections.abc import Callable, Sequence

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.folds import folded, tallies
from reports.measures.scopes import happened
from reports.measures.shapes.contacts import clash, peak
from reports.measures.shapes.distinct import distinct
from reports.measures.shapes.interests import exposure, mistargeted
from reports.measures.shapes.loyalty import recency, retention, returned, returning
from reports.measures.windows import Windows

SHAPES: dict[str, Callable[[Facts, Definition, Windows, str], ibis.Table]] = {
    "": distinct,
    "peak": peak,
    "clash": clash,
    "mistargeted": mistargeted,
    "exposure": exposure,
    "returning": returning,
    "retention": retention,
    "recency": recency,
    "returned": returned,
}


def parts(
    facts: Facts, measures: Sequence[Definition], windows: Windows, by: str, keys: Sequence[str]
) -> ibis.Table:
    """Return the parts of measures that are asked `together`, by `ends_on` and `keys`.

    `keys` are "customer_id", and "scope" before it where a cut is asked for. Nobody known is the
    customer null.
    """
    first = measures[0]
    if first.is_plain:
        tallied = tallies(happened(facts, windows.weeks(), by), measures, windows.step)
        return folded(tallied, measures, windows, by=keys)
    found = SHAPES[first.shape](facts, first, windows, by)
    return found.select("ends_on", *keys, "y0", "d0")
