"""What nobody can say, with its reason: no figure stands where none can be."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.factories.trials import (
    DURING,
    assigned,
    do,
    judged,
    launched,
    outcome,
)

pytestmark = pytest.mark.django_db


def test_a_test_by_store_is_not_judged_by_customer() -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 30, unit="Leeds")[:20], "order")
    assigned(initiative, "holdout", 10, unit="York")

    result = judged(initiative)

    assert result.verdict == "none"
    assert result.sentence == (
        "Nobody can say. Its plan says that each customer is randomised, but its assignments name "
        "stores or regions, such as “York”; change the plan to what was randomised."
    )
    assert not result.outcomes.filter(effect__isnull=False).exists()
    assert not result.progress.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"status": "ended", "launched_at": None, "ended_at": DURING},
            "Nobody can say. It was called off before its launch.",
        ),
        (
            {"status": "agreed"},
            "Nobody can say. Its first planned day has passed, and it was not launched.",
        ),
        (
            {"status": "ended", "ended_at": datetime(2026, 10, 25, 12, tzinfo=UTC)},
            "Nobody can say. It ended before its first planned day.",
        ),
    ],
)
def test_what_never_ran_is_not_measured(fields: dict[str, Any], sentence: str) -> None:
    initiative = launched(**{"created_at": datetime(2026, 10, 1, tzinfo=UTC)} | fields)
    do(assigned(initiative, "treated", 30)[:20], "order")
    assigned(initiative, "holdout", 30)

    result = judged(initiative)

    assert (result.verdict, result.sentence) == ("none", sentence)
    assert not result.outcomes.filter(effect__isnull=False).exists()
    assert not result.progress.exists()


def test_without_holdout_nothing_is_measured() -> None:
    initiative = launched(holdout_share="0")
    do(assigned(initiative, "treated", 10)[:5], "order")

    result = judged(initiative)

    assert result.verdict == "none"
    assert not result.outcomes.filter(effect__isnull=False).exists()


@pytest.mark.parametrize("arm", [None, "treated", "holdout"])
def test_a_test_that_lacks_an_arm_is_not_measured(arm: str | None) -> None:
    initiative = launched()
    if arm:
        do(assigned(initiative, arm, 10)[:5], "order")

    result = judged(initiative)

    assert result.verdict in {"none", "hold"}
    assert result.sentence
    assert not result.outcomes.filter(effect__isnull=False).exists()
    assert not result.outcomes.filter(effect=None, reason="").exists()
    assert not result.progress.exists()


@pytest.mark.parametrize("everybody", [True, False])
def test_when_everybody_does_the_same_nothing_is_proven(everybody: bool) -> None:
    initiative = launched()
    people = assigned(initiative, "treated", 10) + assigned(initiative, "holdout", 10)
    if everybody:
        do(people, "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_mean, sold.holdout_mean) == (float(everybody), float(everybody))
    assert result.verdict == "none"
    assert sold.p is None
    assert sold.reason == "Every customer has the same value, so chance cannot be judged."


def test_what_has_not_started_is_not_measured() -> None:
    initiative = launched(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 29))
    assigned(initiative, "treated", 10)
    assigned(initiative, "holdout", 10)

    result = judged(initiative)

    assert result.verdict == "none"
    assert result.starts_on == result.ends_on == date(2026, 12, 1)
    assert not result.progress.exists()
