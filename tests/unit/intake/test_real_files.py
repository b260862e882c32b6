"""Two public data sets through a mapping, with their published totals."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customers.intake.fields import Kind
from tests.mappings import ONLINE_RETAIL

from .test_fields import ASSIGNMENTS

_DATA = Path(__file__).parents[4] / "shared" / "data"
_HILLSTROM = _DATA / "hillstrom" / "hillstrom.csv.gz"
_ONLINE_RETAIL = _DATA / "online_retail" / "online_retail.parquet"
_ARMS = {"treated": "Mens E-Mail", "holdout": "No E-Mail"}

pytestmark = pytest.mark.real_data


@pytest.mark.skipif(not _HILLSTROM.exists(), reason="the Hillstrom file is not beside the project")
def test_hillstrom_arms_are_taken_with_their_outcomes(take_file: Callable[..., Any]) -> None:
    taken = take_file(
        _HILLSTROM,
        """
        kind = "assignments"
        [columns]
        arm = "segment"
        covariate.history = "history"
        outcome.visit = "visit"
        outcome.conversion = "conversion"
        outcome.spend = "spend"
        [constants]
        initiative = "mens-mail"
        at = 2008-03-20
        [values.arm]
        "Mens E-Mail" = "treated"
        "No E-Mail" = "holdout"
        "Womens E-Mail" = ""
        """,
        {"assignments": ASSIGNMENTS},
    )

    def mean(arm: str, outcome: str) -> float:
        pairs = zip(taken.column("arm"), taken.column(f"outcome.{outcome}"), strict=True)
        values = [value for found, value in pairs if found == arm]
        return float(sum(values) / len(values))

    assert taken.rejected == []
    assert Counter(taken.column("arm")) == {"treated": 21_307, "holdout": 21_306}
    assert taken.dropped == 21_387
    assert len(set(taken.column("external_id"))) == len(taken.table)
    assert [round(100 * mean(arm, "visit"), 3) for arm in _ARMS] == [18.276, 10.617]
    assert [round(100 * mean(arm, "conversion"), 3) for arm in _ARMS] == [1.253, 0.573]
    assert [round(mean(arm, "spend"), 3) for arm in _ARMS] == [1.423, 0.653]


@pytest.mark.skipif(not _HILLSTROM.exists(), reason="the Hillstrom file is not beside the project")
def test_hillstrom_rows_that_repeat_are_different_people(take_file: Callable[..., Any]) -> None:
    taken = take_file(_HILLSTROM, 'kind = "records"\n[columns]\nprefers.channel = "channel"\n')

    assert len(set(taken.column("external_id"))) == 64_000


@pytest.mark.skipif(
    not _ONLINE_RETAIL.exists(), reason="the Online Retail file is not beside the project"
)
def test_online_retail_lines_keep_their_exact_revenue(
    take_file: Callable[..., Any], kinds: dict[str, Kind]
) -> None:
    taken = take_file(
        _ONLINE_RETAIL,
        ONLINE_RETAIL,
        kinds,
    )

    people, invoices = taken.column("external_id"), taken.column("order_id")
    cancelled = [invoice.startswith("C") for invoice in invoices]
    debts = {row["order_id"] for row in taken.rows if row["event"] == "return"}
    assert taken.rejected == []
    assert len(taken.table) == 541_909
    assert people.count(None) == 135_080
    assert sum(cancelled) == 9_288
    assert len(set(people) - {None}) == 4_372
    assert len(set(invoices)) == 25_900
    assert sum(taken.column("amount")) == Decimal("9747747.934")
    assert {invoice for invoice in debts if invoice[0] != "C"} == {"A563186", "A563187"}
