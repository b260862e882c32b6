"""What was changed, from what to what, when and by whom, from the history that triggers keep."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pghistory.core
from django.db import models

from strategy.language.dates import long_day
from strategy.models import Person


class FieldChange(NamedTuple):
    """One field; `before` is empty in the first row of a thing's history."""

    field: str
    before: str
    after: str


class Change(NamedTuple):
    """One change; `by` is empty when no signed-in person made it."""

    at: datetime
    by: str
    fields: list[FieldChange]


def changes(subject: models.Model) -> list[Change]:
    """Return the history of a tracked row, newest first. Two queries."""
    (events,) = pghistory.core.event_models(tracks_model=type(subject))
    fields = [field for field in type(subject)._meta.fields if not field.primary_key]  # noqa: SLF001  public in spite of its name
    links = [field.name for field in fields if field.is_relation]
    rows: list[Any] = list(
        events._base_manager.filter(pgh_obj_id=subject.pk)  # noqa: SLF001  event tables have no other
        .select_related("pgh_context", *links)
        .order_by("pgh_id")
    )
    people = Person.objects.in_bulk([number for row in rows if (number := _who(row)) is not None])
    found = []
    before: dict[str, str] = {}
    for row in rows:
        after = {_label(field): _shown(row, field) for field in fields}
        changed = [
            FieldChange(name, before.get(name, ""), value)
            for name, value in after.items()
            if before.get(name, "") != value
        ]
        by = people.get(_who(row) or 0)
        if changed:
            found.append(Change(row.pgh_created_at, by.name if by else "", changed))
        before = after
    return found[::-1]


def _who(row: Any) -> int | None:
    return row.pgh_context.metadata.get("user") if row.pgh_context else None


def _label(field: "models.Field[Any, Any]") -> str:
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:]


def _shown(row: Any, field: "models.Field[Any, Any]") -> str:
    match getattr(row, field.name):
        case None:
            return ""
        case Decimal() as value:
            return f"{value.normalize():f}"
        case date() as value:
            return long_day(value)
        case list() as values:
            return ", ".join(map(str, values))
        case value:
            return str(value)
