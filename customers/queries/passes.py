"""Passes of the machine over everybody: their figures, and what in them looks wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from customers.models import LinkRun
from strategy.language.dates import ago
from strategy.language.numbers import number, signed_number

SHOWN = 10
JUMP = 1.5
"""Values shared by too many jump where they are so many times as many as the pass before had."""
FEW = 10
"""So many more of them are never a jump."""

COLUMNS = {
    "records": "Records",
    "customers": "Customers",
    "largest": "Largest customer",
    "generic_values": "Generic values",
    "review": "For review",
}


class Figure(NamedTuple):
    """A number of a pass, and how it differs from the pass before: "" where it does not."""

    name: str
    value: str
    change: str


class PassRow(NamedTuple):
    """One pass; `seconds` is how long it took, `warnings` are sentences."""

    at: str
    how: str
    seconds: str
    figures: list[Figure]
    warnings: list[str]


def passes(now: datetime) -> list[PassRow]:
    """Return the last passes, newest first. One query; `now` in the reader's time zone."""
    runs = list(LinkRun.objects.all()[: SHOWN + 1])
    before: list[Mapping[str, Any]] = [*(run.figures for run in runs[1:]), {}]
    return [
        PassRow(
            at=ago(run.at, now),
            how="By identifiers" if run.model_id is None else "By identifiers and likeness",
            seconds=f"{number(run.figures.get('seconds', 0), 1)} s",
            figures=[_figure(name, title, run.figures, last) for name, title in COLUMNS.items()],
            warnings=_warnings(run.figures, last),
        )
        for run, last in zip(runs[:SHOWN], before, strict=False)
    ]


def passes_answer(rows: list[PassRow]) -> str:
    """Say whether the latest pass still links well."""
    if not rows:
        return "No pass over everybody has run yet."
    if rows[0].warnings:
        return " ".join(rows[0].warnings)
    records, customers, largest, *_ = rows[0].figures
    return (
        f"Nothing unusual: {records.value} records are {customers.value} customers, "
        f"and the largest has {largest.value}."
    )


def _figure(name: str, title: str, figures: Mapping[str, Any], before: Mapping[str, Any]) -> Figure:
    value = figures.get(name, 0)
    change = value - before.get(name, value)
    return Figure(title, number(value), signed_number(change) if change else "")


def _warnings(figures: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    if not before:
        return []
    said = []
    largest, was = figures.get("largest", 0), before.get("largest", 0)
    if largest > was:
        said.append(
            f"The largest customer grew from {number(was)} to {number(largest)} records: "
            "look whether it is one person."
        )
    generic, were = figures.get("generic_values", 0), before.get("generic_values", 0)
    if generic > were * JUMP and generic - were > FEW:
        said.append(
            f"Values that too many people share jumped from {number(were)} to {number(generic)}: "
            "a source may have begun to send placeholders."
        )
    return said
