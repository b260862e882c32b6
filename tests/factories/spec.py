"""Specifications of measures as a manager reads them: a little table of events, and the value."""

import importlib
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from reports.measures.definition import Definition, factor
from reports.measures.totals import totals
from reports.measures.windows import Windows
from tests.factories.facts import event, facts, rows_of

WEEK_END = date(2026, 11, 16)
"""Unless a specification says otherwise: Monday 9 to Sunday 15 November 2026."""
NOW_AND_THEN = "T12:00"
NUMBERS = {"amount": float, "score": float, "quantity": int, "source_id": int}


def standard() -> dict[str, Definition]:
    """Return every measure that an installation begins with, by key."""
    first: list[Any] = importlib.import_module(
        "strategy.migrations.0002_standard_measures"
    ).STANDARD
    more: list[dict[str, Any]] = importlib.import_module(
        "strategy.migrations.0008_every_standard_measure"
    ).STANDARD
    fields = ("key", "name", "fold", "counted", "per", "per_events",
              "scale", "weekly", "unit", "better")  # fmt: skip
    rows = [dict(zip(fields, row, strict=False)) for row in first]
    rows += [{key: value for key, value in row.items() if key != "note"} for row in more]
    return {row["key"]: _definition(place, row) for place, row in enumerate(rows)}


class Counted(NamedTuple):
    """What a measure comes to; the value is None where there is nothing to divide by."""

    numerator: float
    denominator: float
    value: float | None


def counted(
    measure: Definition | str,
    table: str,
    *,
    ends_on: date = WEEK_END,
    days: int = 7,
    **others: Any,
) -> Counted:
    """Return what a measure comes to over the company for the `days` before `ends_on`.

    The table's first line names its columns: `who` (a name, "-" for nobody), `when` (a day, at
    noon, or a moment on the company's clock), `what` (a kind of event), and fields of the event,
    where "-" is empty. `interests` are (name, category) pairs, `active` keys of initiatives.
    """
    definition = standard()[measure] if isinstance(measure, str) else measure
    rows = read(table)
    names = sorted({str(row["who"]) for row in rows} - {"-"})
    events = [_event(row, names) for row in rows]
    interests = [(names.index(who) + 1, of) for who, of in others.get("interests", ())]
    active = [
        {"initiative_id": place, "key": key, "department_id": 1, "mode": "active"}
        for place, key in enumerate(others.get("active", ()))
    ]
    windows = Windows.ending([ends_on], days=days)
    asked = totals(
        facts(events, initiatives=active, interests=interests), [definition], windows, by="company"
    )
    found = rows_of(asked)
    if not found:
        return Counted(0, 0, None)
    y, d = found[0]["y0"], found[0]["d0"]
    return Counted(y, d, y / d * factor(definition, days) if d else None)


def read(table: str) -> Sequence[dict[str, str]]:
    """Return the rows of a table in columns that blanks separate."""
    head, *lines = [line.split() for line in table.splitlines() if line.strip()]
    return [dict(zip(head, line, strict=True)) for line in lines]


def _definition(place: int, row: dict[str, Any]) -> Definition:
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in {"scale": 1, "weekly": False, **row}.items()
    }
    return Definition(measure_id=place, **whole)


def _event(row: dict[str, str], names: list[str]) -> dict[str, Any]:
    who, when, what = row["who"], row["when"], row["what"]
    fields: dict[str, Any] = {
        name: NUMBERS.get(name, str)(value)
        for name, value in row.items()
        if name not in {"who", "when", "what", "service"} and value != "-"
    }
    fields["transactional"] = row.get("service") == "yes"
    at = when if "T" in when else f"{when}{NOW_AND_THEN}"
    return event(what, None if who == "-" else names.index(who) + 1, at, **fields)
