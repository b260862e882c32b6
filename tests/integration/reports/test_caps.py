"""A test's means with and without a cap on what one customer counts for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from campaigns.models import Initiative
from reports.models import Outcome
from strategy.models import Measure
from tests.factories.campaigns import measure, noon, plan
from tests.factories.trials import assigned, do, judged, launched, outcome

pytestmark = pytest.mark.django_db
SPENT = {"treated": (10, 20, 30, 400), "holdout": (10, 20, 30, 40)}


def spending(initiative: Initiative) -> Initiative:
    for arm, amounts in SPENT.items():
        for record, amount in zip(assigned(initiative, arm, 4), amounts, strict=True):
            do([record], "order", amount=Decimal(amount))
    return initiative


def capped(at: str) -> Measure:
    """Define revenue per customer anew, with a cap of its own."""
    made = measure("revenue_per_customer")
    made.pk, made.version, made.cap = None, 2, Decimal(at)
    made.save()
    return made


def planned(**said: Any) -> Initiative:
    """Launch it with a plan that says this of revenue per customer."""
    initiative = launched(success="revenue_per_customer")
    plan(initiative, version=2, reason="Said anew.", locked_at=noon(date(2026, 10, 25)), **said)
    return initiative


def means(spent: Outcome) -> tuple[float | None, ...]:
    return (
        spent.treated_mean,
        spent.holdout_mean,
        spent.beside_treated_mean,
        spent.beside_holdout_mean,
    )


def test_a_plan_s_cap_is_shown_beside_the_whole_mean() -> None:
    result = judged(spending(planned(cap=Decimal(100))))

    spent = outcome(result, "success", "revenue_per_customer")
    assert (spent.cap, spent.is_capped) == (100, False)
    assert means(spent) == (115, 25, 40, 25)
    assert spent.effect == pytest.approx(90)
    assert spent.beside == pytest.approx(15)
    assert result.checks.get(key="outliers").sentence.endswith(
        "The cap takes 65.2% off the mean of the treated and 0.0% off that of the holdout."
    )


def test_a_measure_with_a_cap_is_shown_whole_beside(reader: Client) -> None:
    initiative = planned(success_measure=capped("100"))
    result = judged(spending(initiative))

    spent = outcome(result, "success", "revenue_per_customer")
    page = reader.get(reverse("initiative", args=[initiative.pk]))

    assert (spent.cap, spent.is_capped) == (100, True)
    assert means(spent) == (40, 25, 115, 25)
    assert spent.effect == pytest.approx(15)
    assert spent.beside == pytest.approx(90)
    assertContains(page, "Without the cap of £100.00")
    assertContains(page, "£115.00")


def test_outcomes_that_were_brought_are_capped_too() -> None:
    initiative = planned(cap=Decimal(100))
    for arm, amounts in SPENT.items():
        for amount in amounts:
            assigned(initiative, arm, 1, outcomes={"revenue_per_customer": amount})

    spent = outcome(judged(initiative), "success", "revenue_per_customer")

    assert means(spent) == (115, 25, 40, 25)
