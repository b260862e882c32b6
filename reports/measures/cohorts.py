"""Cohorts: customers by the month of their first order, and who of them ordered in later months."""

from datetime import date

import ibis

from reports.facts.schema import Facts
from reports.measures.scopes import of_customers


def cohorts(facts: Facts, *, before: date) -> ibis.Table:
    """Return how many customers of each cohort ordered in each month: `cohort`, `month`, `n`.

    Both are first days of months; in the month of the cohort itself everybody ordered. Orders
    from the day `before` on are left out, so that only whole months are compared.
    """
    orders = facts.events.filter(facts.events.kind == "order", facts.events.day < before)
    theirs = of_customers(facts, orders)
    known = theirs.filter(theirs.customer_id.notnull())
    months = known.select("customer_id", month=known.day.truncate("M").cast("date")).distinct()
    first = months.group_by("customer_id").aggregate(cohort=months.month.min())
    both = months.join(first, "customer_id")
    return both.group_by("cohort", "month").aggregate(n=both.count())
