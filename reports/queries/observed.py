"""What chosen stores or regions show, in words."""

from typing import Any, NamedTuple

from campaigns.models import Plan
from reports.models import Result
from strategy.language.numbers import number, percent_change, signed_number
from strategy.models import Measure


class ObservedRow(NamedTuple):
    """One way to compare: the change with its interval, how many places, or why there is none."""

    method: str
    change: str
    places: str
    reason: str


class ObservedTable(NamedTuple):
    """Every comparison of chosen places, and what is compared; no rows where chance chose."""

    rows: tuple[ObservedRow, ...] = ()
    caption: str = ""


def observed_of(result: Result) -> ObservedTable:
    """Return a result's comparisons of places. No query after the plan's measure."""
    kept = result.observed
    if not kept.get("rows") or result.plan is None:
        return ObservedTable()
    found = tuple(_row(row) for row in kept["rows"])
    missing = tuple(
        ObservedRow(_capital(name), "", "", reason) for name, reason in kept["missing"].items()
    )
    return ObservedTable((*found, *missing), _caption(result.plan))


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
