"""Stores and regions: whose amounts were added up, and whose could not be."""

from collections.abc import Sequence

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition, money_kinds
from reports.measures.scopes import of_customers
from reports.measures.windows import Window, weeks_of


def amounts(facts: Facts, measures: Sequence[Definition], window: Window) -> ibis.Table:
    """Count the window's events that name a place and whose amounts the measures add up.

    A row has `is_known` (whether somebody's), `unpriced_in` (the currency without a rate; "" for
    all others), `kind` and `events`.
    """
    wanted = facts.events.filter(
        facts.events.store != "",
        facts.events.kind.isin(money_kinds(measures)),
        facts.events.day >= window.starts_on,
        facts.events.day < window.ends_on,
        facts.events.week.isin(weeks_of([window])),
    )
    events = of_customers(facts, wanted)
    known = events.mutate(is_known=events.customer_id.notnull())
    return known.group_by("is_known", "unpriced_in", "kind").aggregate(events=known.count())
