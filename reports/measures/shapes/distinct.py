"""Different things that a customer bought: orders, categories."""

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.folds import counted, counted_over, matches
from reports.measures.scopes import in_windows
from reports.measures.windows import Windows

COLUMNS = {"orders": "order_id", "categories": "category"}


def distinct(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return how many different orders or categories; what names none adds none."""
    events = in_windows(facts, windows, by)
    of, over = counted(measure)[0], counted_over(measure)
    laid = events.filter(matches(events, of) | matches(events, over))
    thing = laid[COLUMNS[measure.fold]]
    people = laid.group_by("ends_on", "scope", "customer_id").aggregate(
        things=thing.nunique(where=matches(laid, of) & (thing != "")),
        over=laid.count(where=matches(laid, over)),
    )
    y = people.things if measure.cap is None else ibis.least(people.things, measure.cap)
    d = people.over if measure.per == "events" else (people.over > 0).cast("int32")
    return people.select("ends_on", "scope", "customer_id", y0=y, d0=d)
