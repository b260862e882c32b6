"""What a new initiative can begin from: a template of its department, or an earlier initiative."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from campaigns.models import Initiative
from campaigns.queries.initiatives import measures_in_use
from campaigns.rulebook.templates import TEMPLATES
from strategy.language.dates import span
from strategy.models import Department

MOST = 30


class Beginning(NamedTuple):
    """A template: its key and its title."""

    key: str
    title: str


class Earlier(NamedTuple):
    """An initiative that can be copied, with its department and days in words."""

    pk: int
    name: str
    about: str


class Beginnings(NamedTuple):
    """What to begin from: templates of the departments, and the newest initiatives of all."""

    templates: list[Beginning]
    earlier: list[Earlier]


def beginnings(departments: Iterable[Department]) -> Beginnings:
    """Return what people of these departments may begin from. One query.

    A company whose departments have other keys is offered every template.
    """
    keys = {department.key for department in departments}
    mine = [one for one in TEMPLATES if one.department in keys] or TEMPLATES
    rows = Initiative.objects.select_related("department").order_by("-created_at", "-pk")[:MOST]
    return Beginnings(
        [Beginning(one.key, one.title) for one in mine],
        [
            Earlier(row.pk, row.name, f"{row.department}, {span(row.starts_on, row.ends_on)}")
            for row in rows
        ],
    )


def beginning_of(key: str, departments: Iterable[Department]) -> dict[str, Any]:
    """Return the form's first values by a template, none for an unknown one. One query."""
    found = next((one for one in TEMPLATES if one.key == key), None)
    if found is None:
        return {}
    measures = {measure.key: measure.pk for measure in measures_in_use()}
    said = found._asdict() | {
        "name": found.title,
        "uses": list(found.uses),
        "department": _one_of(found.department, departments),
        "success_measure": measures.get(found.success_measure),
    }
    del said["key"], said["title"]
    return said


def earlier_one(initiative_id: int) -> Initiative | None:
    """Return an initiative to be copied, None for an unknown one. One query."""
    return Initiative.objects.filter(pk=initiative_id).first()


def _one_of(key: str, departments: Iterable[Department]) -> int | None:
    """Return the department of that key; without it, nothing is chosen."""
    return next((department.pk for department in departments if department.key == key), None)
