"""A test's effect with what came before taken out, beside the plain one."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from reports.queries.evidence import evidence_of
from tests.factories.trials import assigned, do, judged, launched, outcome

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 10, 12, 12, tzinfo=UTC)


def test_what_customers_did_before_is_taken_out() -> None:
    """Before: 10, 20, … 60 in each arm. After: the same, and one more where treated."""
    initiative = launched(success="revenue_per_customer")
    for arm, more in (("treated", 1), ("holdout", 0)):
        for place, record in enumerate(assigned(initiative, arm, 6), start=1):
            do([record], "order", at=BEFORE, amount=Decimal(10 * place))
            spent = 10 * place + more + (place % 2) / Decimal(10)
            do([record], "order", amount=spent)

    result = judged(initiative)

    sold = outcome(result, "success", "revenue_per_customer")
    assert sold.effect == pytest.approx(1)
    assert sold.cuped == pytest.approx(1)
    assert sold.p is not None
    assert sold.p > 0.5
    assert sold.cuped_low is not None
    assert sold.cuped_low > 0.9
    assert sold.variance_ratio == pytest.approx(0, abs=1e-4)
    assert sold.adjusted_by == "the same in the 28 days before the start"
    assert result.checks.get(key="balance").status == "ok"
    page = evidence_of(initiative.pk, [])
    assert page is not None
    assert page.cuped.startswith("+")
    assert page.cuped_note.startswith("By the same in the 28 days before the start: as sure as")


def test_arms_that_differed_before_are_held() -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 40)[:30], "order", at=BEFORE)
    assigned(initiative, "holdout", 40)

    result = judged(initiative)

    assert (result.verdict, result.checks.get(key="balance").status) == ("hold", "breach")


def test_without_anything_before_there_is_nothing_to_adjust_by() -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 6)[:3], "order")
    do(assigned(initiative, "holdout", 6)[:2], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.cuped, sold.variance_ratio) == (None, None)
    assert sold.cuped_reason == (
        "By the same in the 28 days before the start all customers are the same."
    )
    assert not result.checks.filter(key="balance").exists()


@pytest.mark.parametrize("everybody", [True, False])
def test_brought_outcomes_are_adjusted_by_what_was_brought_with_them(everybody: bool) -> None:
    initiative = launched()
    for arm, did in (("treated", (1, 0, 1, 1)), ("holdout", (0, 0, 1, 1))):
        for history, value in enumerate(did):
            brought = {"conversion_rate": value}
            told = {"history": history} if everybody or history else {}
            assigned(initiative, arm, 1, outcomes=brought, covariates=told)

    sold = outcome(judged(initiative), "success", "conversion_rate")

    assert (sold.cuped is not None) is everybody
    assert sold.adjusted_by == ("“history” of the assignments" if everybody else "")
