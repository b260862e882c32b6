"""What this floor holds of one person, for the copy that they are given."""

from collections.abc import Iterator
from typing import Any

from campaigns.models import Assignment, Reservation
from customers.queries.copies import Section


def tests_of(record_ids: list[int]) -> Section:
    """Return the tests that a person's records were in. One query, when its lines are read."""
    return Section("Tests that you were part of", _lines(record_ids))


def _lines(record_ids: list[int]) -> Iterator[dict[str, Any]]:
    found = Assignment.objects.filter(record__in=record_ids).select_related(
        "initiative__department"
    )
    for one in found.order_by("at", "pk"):
        yield {
            "initiative": one.initiative.name,
            "department": one.initiative.department.name,
            "group": one.get_arm_display(),
            "since": one.at,
            "unit": one.unit,
            **{f"known before: {name}": value for name, value in one.covariates.items()},
            **{f"outcome: {name}": value for name, value in one.outcomes.items()},
        }


def reserved_of(record_ids: list[int]) -> Section:
    """Return the contacts that are held for a person. One query, when its lines are read."""
    return Section("Contacts that somebody meant to make", _reserved(record_ids))


def _reserved(record_ids: list[int]) -> Iterator[dict[str, Any]]:
    found = Reservation.objects.filter(record__in=record_ids).select_related("initiative")
    for one in found.order_by("at", "pk"):
        yield {
            "channel": one.channel,
            "initiative": one.initiative.name if one.initiative else "",
            "since": one.at,
            "until": one.lapses_at,
        }
