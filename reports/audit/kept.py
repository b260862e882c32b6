"""Findings as plain JSON, so that a page can show them without working them out again."""

from collections.abc import Mapping
from typing import Any

from reports.audit.finding import Bars, Curve, Finding, Picture


def finding_to_json(found: Finding) -> dict[str, Any]:
    """Return a finding with its check's key, title, status and sentence, and its picture."""
    return {
        "key": found.check.key,
        "title": found.check.title,
        "status": found.check.status.tag,
        "sentence": found.check.sentence,
        "best_grade": found.best_grade,
        "changes": found.changes,
        "picture": picture_to_json(found.picture),
    }


def picture_to_json(picture: Picture | None) -> dict[str, Any] | None:
    """Return a picture with its `is`: "curve" or "bars"; None for none.

    >>> picture_to_json(Bars(("a",), (1.0,), "Mean"))["is"]
    'bars'
    """
    if picture is None:
        return None
    return {"is": "curve" if isinstance(picture, Curve) else "bars", **picture._asdict()}


def picture_from_json(kept: Mapping[str, Any] | None) -> Picture | None:
    """Return what `picture_to_json` kept.

    >>> bars = Bars(("a",), (1.0,), "Mean")
    >>> picture_from_json(picture_to_json(bars)) == bars
    True
    """
    if kept is None:
        return None
    if kept["is"] == "bars":
        columns = (tuple(kept[name]) for name in ("names", "values", "low", "high"))
        names, values, low, high = columns
        return Bars(names, values, kept["value_name"], low, high)
    marked = kept["marked"]
    return Curve(
        x=tuple(kept["x"]),
        y=tuple(kept["y"]),
        x_name=kept["x_name"],
        y_name=kept["y_name"],
        marked=tuple(marked) if marked else None,
        level=kept["level"],
    )
