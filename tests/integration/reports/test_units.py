"""Tests by household, store or region: judged by what was randomised, never by customer."""

import pytest

from customers.models import Customer, Record
from tests.factories.trials import assigned, do, judged, launched, outcome

pytestmark = pytest.mark.django_db


def test_a_test_by_store_is_judged_by_store() -> None:
    """Conversion by store: treated 3/4 and 2/4, holdout 1/4 and 0/4."""
    initiative = launched(unit="store")
    for arm, store, buyers in (
        ("treated", "Leeds", 3), ("treated", "York", 2), ("holdout", "Hull", 1),
        ("holdout", "Bath", 0),
    ):  # fmt: skip
        do(assigned(initiative, arm, 4, unit=store)[:buyers], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (2, 2)
    assert (sold.treated_mean, sold.holdout_mean) == (0.625, 0.125)
    assert sold.effect == pytest.approx(0.5)
    assert (result.grade, result.why.partition(".")[0]) == (
        "C",
        "Evidence C: an arm has only 2 stores",
    )
    assert result.checks.get(key="both_arms").sentence == "No store is in two arms."
    assert not result.checks.filter(key="overlap").exists()


def test_every_customer_of_a_test_by_store_needs_one() -> None:
    initiative = launched(unit="store")
    assigned(initiative, "treated", 4, unit="Leeds")
    assigned(initiative, "holdout", 4, unit="York")
    assigned(initiative, "holdout", 1)

    assert judged(initiative).sentence == (
        "Nobody can say. It was randomised by store, and one assignment names none; "
        "bring one for each."
    )


def test_a_household_counts_once_and_in_both_arms_not_at_all() -> None:
    initiative = launched(unit="household")
    treated, holdout = assigned(initiative, "treated", 5), assigned(initiative, "holdout", 4)
    live_at(treated[:2], "1 High Street")
    live_at([treated[2], holdout[0]], "2 High Street")
    do(treated[:1], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (3, 3)
    assert sold.treated_mean == 0.25
    assert result.checks.get(key="both_arms").sentence.startswith("One household is in two arms")


def test_where_nobody_was_drawn_there_is_only_before_and_after() -> None:
    initiative = launched(unit="none", holdout_share="0")
    do(assigned(initiative, "treated", 4)[:2], "order")

    result = judged(initiative)

    assert (result.verdict, result.grade) == ("none", "E")
    assert result.why == "Evidence E: without a holdout there is only before and after."


def live_at(records: list[Record], household: str) -> None:
    Customer.objects.filter(pk__in=[one.customer_id for one in records]).update(household=household)
