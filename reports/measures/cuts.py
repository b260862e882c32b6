"""Cuts by what a customer is: the facts with a `scope` beside each of their records."""

from datetime import date

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.rfm import rfm
from reports.measures.scopes import events_of

NO_ORDER = "No order in a year"


def by_segment(facts: Facts, *, on: date) -> Facts:
    """Return facts whose people are in the segment that `rfm` puts their customer into."""
    segments = rfm(facts, on=on).select("customer_id", scope="segment")
    people = facts.people.left_join(segments, "customer_id")
    scope = people.scope.fill_null(NO_ORDER)
    return facts._replace(people=people.select("record_id", "customer_id", scope=scope))


def by_arm(facts: Facts, measure: Definition, *, initiative_id: int) -> Facts:
    """Return what a measure asks of a test's customers, each in their arm; not who is in both."""
    rows = facts.assignments.filter(facts.assignments.initiative_id == initiative_id)
    known = rows.join(facts.people, "record_id")
    arms = known.group_by("customer_id").aggregate(scope=known.arm.min(), other=known.arm.max())
    sure = arms.filter(arms.scope == arms.other).select("customer_id", "scope")
    people = facts.people.join(sure, "customer_id")
    return facts._replace(people=people, events=events_of(facts, people, [measure]))
