"""Public cases in which nobody, or too few, were drawn by lot."""

from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from reports.observed.differences import ancova, difference_in_differences
from reports.observed.low_start import low_start
from reports.observed.matched import matched
from reports.observed.placebo import placebo_in_time
from reports.observed.units import Side

DATA = Path(__file__).parents[4] / "shared" / "data"
GEO, RETAIL = (
    DATA / "geolift" / "geolift_test.parquet",
    DATA / "online_retail" / "online_retail.parquet",
)
TREATED = ("chicago", "portland")
START, DAYS = 90, 15
pytestmark = pytest.mark.real_data
needs_geo = pytest.mark.skipif(not GEO.exists(), reason="GeoLift's data are not beside the project")
needs_retail = pytest.mark.skipif(
    not RETAIL.exists(), reason="Online Retail's data are not beside the project"
)


def quarters() -> np.ndarray:
    """Return spend by customer over the first three quarters of 2011, returns taken off."""
    rows = duckdb.execute(
        """
        SELECT round(sum(v) FILTER (q = 1), 2), round(sum(v) FILTER (q = 2), 2),
            round(sum(v) FILTER (q = 3), 2)
        FROM (
            SELECT CustomerID, quarter(InvoiceDate) AS q, Quantity * UnitPrice AS v FROM rows
            WHERE CustomerID IS NOT NULL AND InvoiceDate >= $start AND InvoiceDate < $end
        )
        GROUP BY CustomerID
        """.replace("FROM rows", f"FROM read_parquet('{RETAIL}')"),
        {"start": datetime(2011, 1, 1), "end": datetime(2011, 10, 1)},  # noqa: DTZ001 - as stored
    ).fetchall()
    return np.array([[value or 0.0 for value in row] for row in rows])


@needs_retail
def test_customers_at_a_low_quarter_rise_by_two_thirds_without_any_campaign() -> None:
    spend = quarters()
    bought = spend[(spend[:, 0] > 0) & (spend[:, 1] > 0)]
    low = bought[:, 1] < bought[:, 0] / 2
    first, second, third = bought[low].sum(axis=0)

    treated, others = (
        Side(side[:, 1], side[:, 2], side[:, 0]) for side in (bought[low], bought[~low])
    )
    start = low_start(treated, others)

    assert int(low.sum()) == 163
    assert round(third / second - 1, 2) == 0.67
    assert round(third / first - 1, 2) == -0.45
    assert bought[~low][:, 2].sum() / bought[~low][:, 1].sum() - 1 == pytest.approx(
        0.089, abs=0.001
    )
    assert start.flagged
    assert start.treated_change is not None
    assert start.treated_change < -0.5
    assert difference_in_differences(treated, others).effect < 0


def cities() -> tuple[list[str], np.ndarray]:
    """Return the cities and their daily sales, cities by days."""
    table = pq.read_table(GEO).sort_by([("location", "ascending"), ("date", "ascending")])
    names = sorted(set(table["location"].to_pylist()))
    return names, table["Y"].to_numpy().reshape(len(names), -1).astype(float)


@needs_geo
def test_two_cities_sold_a_twentieth_more_than_at_any_quiet_time() -> None:
    names, sales = cities()
    is_treated = np.isin(names, TREATED)

    found = placebo_in_time(
        sales[is_treated].sum(axis=0),
        sales[~is_treated].sum(axis=0),
        start=START,
        days=DAYS,
        baseline_days=DAYS,
    )

    assert sales.shape == (40, 105)
    assert found.relative == pytest.approx(0.0586, abs=1e-4)
    assert found.p == pytest.approx(1 / 62)


@needs_geo
def test_two_cities_are_too_few_for_a_test_by_the_unit() -> None:
    names, sales = cities()
    is_treated = np.isin(names, TREATED)
    parts = (sales[:, 60:75], sales[:, 75:90], sales[:, 90:])
    earlier, chosen, after = (part.mean(axis=1) for part in parts)
    treated, others = (
        Side(chosen[side], after[side], earlier[side]) for side in (is_treated, ~is_treated)
    )
    weeks = {
        name: row[:84].reshape(12, 7).mean(axis=1).tolist()
        for name, row in zip(names, sales, strict=True)
    }

    by_difference = difference_in_differences(treated, others)
    by_line = ancova(treated, others)
    by_match = matched(weeks, dict(zip(names, after.tolist(), strict=True)), TREATED)

    for found in (by_difference, by_line, by_match.effect):
        assert found.effect > 0
        assert found.low < 0 < found.high
        assert found.sentence.endswith("so evidence D at best.")
