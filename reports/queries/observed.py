"""What chosen stores or regions show, in words."""

from typing import Any, NamedTuple

from campaigns.models import Plan
from reports.models import Result
from reports.observed.guardrails import Standing
from strategy.language.numbers import number, percent, percent_change, signed_number
from strategy.models import Measure


class ObservedRow(NamedTuple):
    """One way to compare: the change with its interval, how many places, or why there is none."""

    method: str
    change: str
    places: str
    reason: str


class GuardedRow(NamedTuple):
    """One guardrail beside the others' days, what was agreed, and where it stands."""

    name: str
    change: str
    places: str
    agreed: str
    tag: str
    word: str
    reason: str


class ObservedTable(NamedTuple):
    """Every comparison of chosen places, and what is compared; no rows where chance chose."""

    rows: tuple[ObservedRow, ...] = ()
    caption: str = ""
    guardrails: tuple[GuardedRow, ...] = ()


def observed_of(result: Result) -> ObservedTable:
    """Return a result's comparisons of places. No query after the plan's measure."""
    kept = result.observed
    if not kept.get("rows") or result.plan is None:
        return ObservedTable()
    found = tuple(_row(row) for row in kept["rows"])
    missing = tuple(
        ObservedRow(_capital(name), "", "", reason) for name, reason in kept["missing"].items()
    )
    guarded = tuple(_guarded(one) for one in kept.get("guardrails", []))
    return ObservedTable((*found, *missing), _caption(result.plan), guarded)


def _guarded(one: dict[str, Any]) -> GuardedRow:
    standing = Standing(one["standing"])
    compared = _row(one["row"]) if one["row"] else None
    return GuardedRow(
        name=one["name"],
        change=compared.change if compared else "",
        places=compared.places if compared else "",
        agreed=f"{percent(one['margin'], 0)} worse",
        tag=standing.tag,
        word=_capital(standing),
        reason=one["reason"],
    )


def _row(row: dict[str, Any]) -> ObservedRow:
    low, high, expected = row["low"], row["high"], row["expected"]
    change = (
        f"{signed_number(row['effect'])} ({number(low)} to {number(high)})"
        if row["relative"] is None
        else percent_change(row["relative"], low / expected, high / expected)
    )
    places = f"{number(row['treated'])} beside {number(row['others'])}"
    return ObservedRow(_capital(row["method"]), change, places, "")


def _caption(plan: Plan) -> str:
    measure = plan.success_measure
    by = "added up by" if measure.per == Measure.Per.CUSTOMERS else "by"
    return (
        f"{measure.name}, {by} {plan.unit}: what the chosen had against what the others led to "
        "expect"
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
