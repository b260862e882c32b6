"""Sides of a clash, in memory."""

from datetime import date, timedelta

from campaigns.clashes.rules import Side

GAP = timedelta(hours=24)


def side(pk: int, first: str, last: str, **changes: object) -> Side:
    """Return an initiative of Marketing's by mail, agreed, on days [first, last)."""
    said = Side(
        pk=pk,
        name=f"Number {pk}",
        department_key="marketing",
        department="Marketing",
        channel="Email",
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last),
        is_draft=False,
    )
    return said._replace(**changes)  # type: ignore[arg-type]  # keywords of several types in one dictionary
