"""Whom other initiatives reached while a test ran."""

from datetime import date
from zoneinfo import ZoneInfo

import ibis

from reports.facts.schema import Facts
from reports.measures.scopes import of_customers
from reports.measures.trials import customers_of
from reports.measures.windows import Window, weeks_of


def reached_by_others(
    facts: Facts, *, initiative_id: int, starts_on: date, ends_on: date, zone: ZoneInfo
) -> ibis.Table:
    """Return by `arm` how many of the test's customers another initiative contacted: `n`.

    Contacts of the days [starts_on, ends_on) that name another initiative, transactional ones
    aside. Who counts in the test is said by `customers_of`.
    """
    assigned = customers_of(
        facts, initiative_id=initiative_id, starts_on=starts_on, last=ends_on, outcomes=[],
        zone=zone,
    )  # fmt: skip
    events = facts.events
    contacts = events.filter(
        events.week.isin(weeks_of([Window(starts_on, ends_on)])),
        events.day >= starts_on,
        events.day < ends_on,
        events.kind == "contact",
        ~events.transactional,
        events.initiative != "",
    )
    ours = facts.initiatives.filter(facts.initiatives.initiative_id == initiative_id)
    others = contacts.anti_join(ours.select(initiative="key"), "initiative")
    reached = of_customers(facts, others).select("customer_id").distinct().mutate(is_reached=1)
    beside = assigned.left_join(reached, "customer_id")
    return beside.group_by("arm").aggregate(n=beside.is_reached.count())
