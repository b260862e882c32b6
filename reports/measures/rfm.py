"""Recency, frequency and monetary value: how each buyer of a year stands among all."""

from datetime import date, timedelta

import ibis

from reports.facts.schema import Facts
from reports.measures.scopes import of_customers
from reports.measures.windows import Window, weeks_of

YEAR = 365
FIFTHS = 5
HIGH, MIDDLE = 4, 3
SEGMENTS = ("Best", "Loyal", "Recent", "Cooling", "At risk", "Asleep")
"""What customers with an order in the year are called by their scores; see `segment_of`."""


def rfm(facts: Facts, *, on: date, days: int = YEAR) -> ibis.Table:
    """Return who ordered in the `days` before `on`: `customer_id`, values, scores and segment.

    `last_on`, `orders` and `amount` (in the company's currency) are over those days. `r`, `f` and
    `m` are 1 to 5, 5 = best: one more than how many fifths of the buyers are worse, so that equal
    customers have equal scores.
    Where fewer values differ, some scores are nobody's.
    """
    first = on - timedelta(days=days)
    events = facts.events.filter(
        facts.events.week.isin(weeks_of([Window(first, on)])),
        facts.events.day >= first,
        facts.events.day < on,
        facts.events.kind == "order",
    )
    orders = of_customers(facts, events)
    known = orders.filter(orders.customer_id.notnull())
    buyers = known.group_by("customer_id").aggregate(
        last_on=known.day.max(), orders=known.count(), amount=known.amount.sum().fill_null(0.0)
    )
    scored = buyers.cross_join(buyers.aggregate(buyers=buyers.count()))
    scores = {
        name: (FIFTHS * ibis.rank().over(ibis.window(order_by=scored[column])) // scored.buyers)
        .cast("int32") + 1
        for name, column in (("r", "last_on"), ("f", "orders"), ("m", "amount"))
    }  # fmt: skip
    found = scored.mutate(**scores).drop("buyers")
    return found.mutate(segment=segment_of(found))


def segment_of(scored: ibis.Table) -> ibis.expr.types.StringValue:
    """Return the segment's name by recency and frequency.

    4 to 5 in recency: "Best" with a frequency of 4 to 5, else "Recent". 3: "Loyal" from a
    frequency of 3 on, else "Cooling". 1 to 2: "At risk" from a frequency of 3 on, else "Asleep".
    """
    best, loyal, recent, cooling, at_risk, asleep = SEGMENTS
    is_often, is_some = scored.f >= HIGH, scored.f >= MIDDLE
    return ibis.cases(
        ((scored.r >= HIGH) & is_often, best),
        (scored.r >= HIGH, recent),
        ((scored.r == MIDDLE) & is_some, loyal),
        (scored.r == MIDDLE, cooling),
        (is_some, at_risk),
        else_=asleep,
    )


def rfm_counts(facts: Facts, *, on: date) -> ibis.Table:
    """Return how many customers have each `r` and `f`: `segment`, `n`, `orders`, `amount`."""
    scored = rfm(facts, on=on)
    return scored.group_by("r", "f", "segment").aggregate(
        n=scored.count(), orders=scored.orders.sum(), amount=scored.amount.sum()
    )
