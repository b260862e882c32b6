"""Outcomes that came with the assignments: used in place of events, and never guessed."""

from datetime import date

import pytest

from reports.actions.results import judge_initiative
from tests.factories.customers import SourceFactory
from tests.factories.reports import fed
from tests.factories.trials import ENDS_ON, assigned, do, judged, launched, link, outcome
from tests.integration.conftest import NOW

pytestmark = pytest.mark.django_db


def test_guardrails_of_events_bound_a_test_whose_outcomes_were_brought() -> None:
    initiative = launched()
    outcomes = {"conversion_rate": 1}
    for arm in ("treated", "holdout"):
        assigned(initiative, arm, 4, outcomes=outcomes)
    fed(SourceFactory.create(), ["visit", "order"], newest_on=date(2026, 10, 27))
    assert judge_initiative(initiative, at=NOW).ends_on == ENDS_ON

    fed(SourceFactory.create(), ["contact"], newest_on=date(2026, 10, 30))
    assert judge_initiative(initiative, at=NOW).ends_on == date(2026, 10, 31)


def test_brought_outcomes_are_used_in_place_of_events() -> None:
    initiative = launched()
    brought = [{"conversion_rate": 1, "visit_rate": 1, "revenue_per_customer": 12.5}]
    nothing = [{"conversion_rate": 0, "visit_rate": 0, "revenue_per_customer": 0}]
    for outcomes, people in ((brought[0], 3), (nothing[0], 7)):
        do(assigned(initiative, "treated", people, outcomes=outcomes), "order")
    for outcomes, people in ((brought[0], 1), (nothing[0], 9)):
        assigned(initiative, "holdout", people, outcomes=outcomes)

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert sold.treated_mean == pytest.approx(0.3)
    assert sold.holdout_mean == pytest.approx(0.1)
    also = {one.measure.key: one for one in result.outcomes.filter(part="also")}
    assert set(also) == {"visit_rate", "revenue_per_customer"}
    assert also["revenue_per_customer"].treated_mean == pytest.approx(3.75)
    assert result.ends_on == ENDS_ON
    assert not result.progress.exists()


def test_a_person_without_a_brought_value_is_missing_not_a_nought() -> None:
    initiative = launched()
    assigned(initiative, "treated", 3, outcomes={"conversion_rate": 1})
    do(assigned(initiative, "treated", 2, outcomes={"conversion_rate": None}), "order")
    assigned(initiative, "holdout", 4, outcomes={"conversion_rate": 0, "visit_rate": 1})
    assigned(initiative, "holdout", 1)

    result = judged(initiative)

    gap = (
        "2 of five treated customers and 1 of five held-out customers have no value of "
        "“Conversion rate”; bring one for everybody, 0 where nothing happened."
    )
    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.treated_mean, sold.effect) == (5, None, None)
    assert sold.reason == gap
    assert (result.verdict, result.sentence) == ("none", f"Nobody can say. {gap}")
    assert outcome(result, "also", "visit_rate").treated_mean is None


def test_outcomes_of_linked_records_are_added_up_or_are_one_that_did_it() -> None:
    initiative = launched()
    values = [(0, 10), (1, 2), (1, 5)]
    treated = [
        assigned(
            initiative,
            "treated",
            1,
            outcomes={"conversion_rate": sold, "revenue_per_customer": spent},
        )[0]
        for sold, spent in values
    ]
    treated += assigned(initiative, "treated", 1)
    assigned(initiative, "treated", 1, outcomes={"conversion_rate": 0, "revenue_per_customer": 3})
    assigned(initiative, "holdout", 2, outcomes={"conversion_rate": 0, "revenue_per_customer": 0})
    link(treated)

    result = judged(initiative)

    assert outcome(result, "success", "conversion_rate").treated_mean == 0.5
    assert outcome(result, "also", "revenue_per_customer").treated_mean == 10


def test_a_rate_per_event_cannot_be_brought_as_one_number() -> None:
    initiative = launched(success="average_order_value")
    for arm in ("treated", "holdout"):
        assigned(initiative, arm, 3, outcomes={"average_order_value": 12})

    result = judged(initiative)

    assert result.verdict == "none"
    assert "not what they are divided by" in result.sentence
