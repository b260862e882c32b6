"""Forms as a browser sends them."""

from typing import Any

from tests.factories.campaigns import DepartmentFactory, GoalFactory, guardrail, measure


def answers(**changes: Any) -> dict[str, Any]:
    """Return the answers of a sound form, as a browser sends them."""
    said = {
        "name": "Christmas lights text",
        "notice": "A text with 15% off outdoor lights",
        "department": DepartmentFactory.create().pk,
        "channel": "text",
        "goals": [GoalFactory.create().pk],
        "uses": ["group"],
        "mode": "passive",
        "audience": "Gold tier with text consent",
        "holdout": "10",
        "no_holdout_reason": "",
        "success_measure": measure("conversion_rate").pk,
        "smallest_effect": "5",
        "guardrails": [guardrail().pk],
        "starts_on": "2026-11-26",
        "last_on": "2026-12-06",
    }
    return {name: value for name, value in (said | changes).items() if value is not None}
