"""Sums, measures and plans for tests of `reports.evidence`."""

import math
from datetime import date, timedelta
from typing import Any

from reports.evidence.plan import Direction, Guardrail, Plan, Success
from reports.evidence.sums import Sums

START = date(2026, 9, 1)
DAYS = 28


def events(n: int, happened: int) -> Sums:
    """Build an arm in which `happened` of `n` customers did it once."""
    return Sums.from_powers(n, happened, happened)


def spread(n: int, mean: float, deviation: float) -> Sums:
    """Build an arm with this mean and sample standard deviation."""
    return Sums(n, n * mean, deviation * deviation * (n - 1))


def success(treated: Sums, holdout: Sums, **changes: Any) -> Success:
    fields: dict[str, Any] = {
        "key": "conversion_rate",
        "name": "Conversion",
        "unit": "share",
        "direction": Direction.MORE,
    }
    return Success(**fields | changes, sums={"treated": treated, "holdout": holdout})


def guardrail(treated: Sums, holdout: Sums, **changes: Any) -> Guardrail:
    fields: dict[str, Any] = {
        "key": "opt_outs",
        "name": "Opt-outs",
        "unit": "share",
        "direction": Direction.FEWER,
        "margin": 0.25,
    }
    return Guardrail(**fields | changes, sums={"treated": treated, "holdout": holdout})


def plan(day: int = DAYS, **changes: Any) -> Plan:
    """Build a plan locked a week before its start, seen on this day of its 28."""
    fields: dict[str, Any] = {
        "holdout": "holdout",
        "starts_on": START,
        "ends_on": START + timedelta(days=DAYS),
        "as_of": START + timedelta(days=day),
        "locked_on": START - timedelta(days=7),
        "success_keys": ("conversion_rate",),
    }
    return Plan(**fields | changes)


def close(left: float, right: float) -> bool:
    """Say whether two numbers agree to eight figures."""
    return math.isclose(left, right, rel_tol=1e-8, abs_tol=1e-300)
