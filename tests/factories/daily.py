"""Daily sales and stores in which nothing was done, for tests of before and after."""

import numpy as np

from reports.observed.units import Side


def quiet_days(rng: np.random.Generator, days: int, level: float = 10_000.0) -> np.ndarray:
    """Draw daily sales with a weekly shape and a slow drift, and no effect of anything."""
    week = np.array([0.9, 0.85, 0.9, 1.0, 1.15, 1.3, 0.9])
    shocks = rng.normal(0, 0.035, days)
    drift = np.empty(days)
    drift[0] = shocks[0]
    for day in range(1, days):
        drift[day] = 0.93 * drift[day - 1] + shocks[day]
    noise = rng.normal(0, 0.05, days)
    shape = np.resize(week, days)
    drawn: np.ndarray = level * shape * np.exp(drift + noise)
    return drawn


def lowest_stores(
    rng: np.random.Generator, stores: int = 200, share: float = 0.2, uplift: float = 0.0
) -> tuple[Side, Side]:
    """Choose the lowest stores of one period and look at them in the next; (treated, others)."""
    usual = rng.normal(100, 8, stores)
    earlier, chosen, after = (usual + rng.normal(0, 10, stores) for _ in range(3))
    low = chosen <= np.quantile(chosen, share)
    after = after + low * uplift
    return (
        Side(chosen[low], after[low], earlier[low]),
        Side(chosen[~low], after[~low], earlier[~low]),
    )


def drawn_stores(rng: np.random.Generator, stores: int = 200) -> tuple[Side, Side]:
    """Choose stores by lot, with nothing done to them; (treated, others)."""
    usual = rng.normal(100, 8, stores)
    earlier, chosen, after = (usual + rng.normal(0, 10, stores) for _ in range(3))
    half = stores // 5
    return (
        Side(chosen[:half], after[:half], earlier[:half]),
        Side(chosen[half:], after[half:], earlier[half:]),
    )
