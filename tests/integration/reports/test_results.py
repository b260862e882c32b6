"""Initiatives judged from what was imported: whom and what they count, and the checks."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from campaigns.models import Plan
from reports.actions.results import judge_initiative
from strategy.language.dates import TEN_YEARS_HOURS
from tests.factories.campaigns import guardrail, measure
from tests.factories.customers import RecordFactory, SourceFactory
from tests.factories.reports import fed
from tests.factories.strategy import PersonFactory
from tests.factories.trials import (
    DURING,
    ENDS_ON,
    STARTS_ON,
    assigned,
    do,
    judged,
    launched,
    link,
    outcome,
)
from tests.integration.conftest import NOW

pytestmark = pytest.mark.django_db


def test_events_of_the_window_are_counted_over_everybody_assigned() -> None:
    initiative = launched()
    treated = assigned(initiative, "treated", 40)
    holdout = assigned(initiative, "holdout", 20)
    do(treated[:8] + treated[:3] + holdout[:2], "order")
    do(treated + holdout, "contact")
    do(treated[:4], "opt_out")
    do(treated[:2], "contact", transactional=True)
    do(holdout[2:], "order", at=datetime(2026, 11, 9, tzinfo=UTC))  # a moment too late
    do(holdout[2:], "order", at=datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC))  # too early
    do([RecordFactory.create()], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (40, 20)
    assert (sold.treated_mean, sold.holdout_mean) == (0.2, 0.1)
    assert sold.effect == pytest.approx(0.1)
    assert sold.relative is None  # two of twenty are too few to be a base
    safe = outcome(result, "guardrail", "opt_outs")
    assert safe.treated_mean == pytest.approx(100)
    assert safe.holdout_mean == 0
    assert (safe.margin, safe.limit) == (0.25, 3)
    assert (result.starts_on, result.ends_on, result.as_of) == (STARTS_ON, ENDS_ON, NOW)
    assert [week.ends_on for week in result.progress.all()] == [date(2026, 11, 2), ENDS_ON]
    last = result.progress.last()
    assert last is not None
    assert last.effect == pytest.approx(0.1)


def test_the_window_is_of_the_company_s_days() -> None:
    """Summer time ends on 25 October: 26 October begins at midnight UTC, in June an hour before."""
    initiative = launched(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 8))
    treated, holdout = assigned(initiative, "treated", 4), assigned(initiative, "holdout", 4)
    do(treated[:1], "order", at=datetime(2026, 5, 31, 23, tzinfo=UTC))
    do(treated[1:2], "order", at=datetime(2026, 6, 7, 22, 59, 59, tzinfo=UTC))
    do(holdout[:1], "order", at=datetime(2026, 5, 31, 22, 59, 59, tzinfo=UTC))
    do(holdout[1:2], "order", at=datetime(2026, 6, 7, 23, tzinfo=UTC))

    sold = outcome(judged(initiative), "success", "conversion_rate")

    assert (sold.treated_mean, sold.holdout_mean) == (0.5, 0)


def test_days_whose_data_are_not_in_do_not_count() -> None:
    initiative = launched()
    assigned(initiative, "treated", 4)
    assigned(initiative, "holdout", 4)

    assert judged(initiative, data_until=date(2026, 10, 30)).ends_on == date(2026, 10, 31)
    assert judged(initiative, data_until=date(2026, 10, 1)).ends_on == STARTS_ON
    assert judged(initiative, data_until=None).ends_on == ENDS_ON


def test_a_linked_person_counts_once_and_in_both_arms_not_at_all() -> None:
    initiative = launched()
    here, there = SourceFactory.create(), SourceFactory.create()
    treated = assigned(initiative, "treated", 5, source=here)
    also_treated = assigned(initiative, "treated", 1, source=there)
    holdout = assigned(initiative, "holdout", 5, source=there)
    link([treated[0], also_treated[0]], [treated[1], holdout[0]])
    do([treated[0], also_treated[0]], "order")

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (4, 4)
    assert sold.treated_mean == 0.25
    check = result.checks.get(key="both_arms")
    assert check.status == "breach"
    assert check.sentence == "One customer is in two arms and left out of the result."


def test_ratios_are_of_sums() -> None:
    initiative = launched(success="average_order_value")
    treated, holdout = assigned(initiative, "treated", 3), assigned(initiative, "holdout", 3)
    do(treated[:1] * 3, "order", amount=Decimal(10))
    do(treated[1:2], "order", amount=Decimal(50))
    do(treated[2:], "order", amount=Decimal(900), currency="EUR")
    do(holdout, "order", amount=Decimal(20))

    result = outcome(judged(initiative), "success", "average_order_value")

    assert result.treated_mean == pytest.approx(20)
    assert result.holdout_mean == pytest.approx(20)
    assert result.effect == pytest.approx(0, abs=1e-12)


def test_the_source_that_is_furthest_behind_says_which_days_are_in() -> None:
    """Visits come live, orders by the week: six days behind, they are what the test waits for."""
    initiative = launched()
    web, tills, old, once = (
        SourceFactory.create(promise_hours=hours) for hours in (1, 168, 24, TEN_YEARS_HOURS)
    )
    fed(web, ["visit"], newest_on=date(2026, 11, 5))
    fed(tills, ["order", "visit"], newest_on=date(2026, 10, 30))
    fed(tills, ["return"], newest_on=date(2026, 10, 31))
    fed(old, ["order"], newest_on=STARTS_ON - timedelta(days=3))
    fed(once, ["order"], newest_on=STARTS_ON)
    fed(SourceFactory.create(), ["survey_answer"], newest_on=STARTS_ON)

    assert judge_initiative(initiative, at=NOW).ends_on == date(2026, 11, 1)


def test_sources_that_fell_silent_are_believed_where_there_is_no_other() -> None:
    initiative = launched()

    assert judged(initiative, data_until=STARTS_ON - timedelta(days=9)).ends_on == STARTS_ON


def test_what_ended_early_is_judged_over_the_days_that_it_ran() -> None:
    initiative = launched(status="ended", ended_at=datetime(2026, 10, 30, 12, tzinfo=UTC))
    treated, holdout = assigned(initiative, "treated", 40), assigned(initiative, "holdout", 40)
    do(treated[:8] + holdout[:4], "order")
    do(holdout[4:], "order", at=datetime(2026, 11, 2, 12, tzinfo=UTC))

    result = judged(initiative)

    assert result.ends_on == date(2026, 10, 31)
    assert outcome(result, "success", "conversion_rate").holdout_mean == pytest.approx(0.1)
    assert result.sentence.startswith(
        "Nobody can say that it worked. It ended after 5 of 14 planned days: Conversion rate "
    )
    window = result.checks.get(key="window")
    assert (window.status, window.sentence) == (
        "near",
        "It ended on Fri 30 Oct, after 5 of 14 planned days; every interval allows for that.",
    )


def test_the_end_on_the_last_planned_day_is_not_early() -> None:
    initiative = launched(status="ended", ended_at=datetime(2026, 11, 8, 17, tzinfo=UTC))
    assigned(initiative, "treated", 4)
    assigned(initiative, "holdout", 4)

    assert judged(initiative).checks.get(key="window").status == "ok"


def test_who_was_assigned_late_is_counted_and_after_the_window_left_out() -> None:
    initiative = launched()
    assigned(initiative, "treated", 5)
    assigned(initiative, "treated", 3, at=DURING)
    assigned(initiative, "treated", 2, at=datetime(2026, 11, 9, tzinfo=UTC))
    assigned(initiative, "holdout", 8)

    result = judged(initiative)

    sold = outcome(result, "success", "conversion_rate")
    assert (sold.treated_count, sold.holdout_count) == (8, 8)
    check = result.checks.get(key="assigned")
    assert (check.status, check.sentence) == (
        "near",
        (
            "Three customers were assigned after the start; their days before it count as well. "
            "Two customers were assigned after the days counted and left out."
        ),
    )


def test_the_company_s_limit_is_held_against_rates_per_event_only() -> None:
    initiative = launched()
    Plan.guardrails.through.objects.all().delete()
    plan = Plan.objects.get()
    plan.guardrails.set([guardrail("contacts_per_week"), guardrail("opt_outs")])
    treated, holdout = assigned(initiative, "treated", 300), assigned(initiative, "holdout", 300)
    do(treated * 8, "contact")
    do(holdout * 5, "contact")
    do(treated[:30] + holdout[:1], "opt_out")

    result = judged(initiative)

    assert outcome(result, "guardrail", "contacts_per_week").limit is None
    left = outcome(result, "guardrail", "opt_outs")
    assert (left.limit, left.get_status_display()) == (3, "Harmed")


def test_customers_whom_others_reached_in_one_arm_hold() -> None:
    initiative = launched()
    treated, held = (assigned(initiative, arm, 60) for arm in ("treated", "holdout"))
    do(treated[:30], "order")
    do(treated[:40], "contact", initiative="another")
    do(held[:5], "contact", initiative="another", transactional=True)
    do(held[:5], "contact", initiative=initiative.key)

    result = judged(initiative)

    overlap = result.checks.get(key="overlap")
    assert (result.verdict, result.grade, overlap.status) == ("hold", "D", "breach")
    assert overlap.sentence.startswith("0.0% of holdout and 66.7% of treated got something")


def test_a_plan_changed_after_the_start_says_what_was_changed() -> None:
    initiative = launched()
    assigned(initiative, "treated", 10)
    assigned(initiative, "holdout", 10)
    Plan.objects.create(
        initiative=initiative,
        version=2,
        reason="Orders are too few.",
        success_measure=measure("revenue_per_customer"),
        holdout_share=initiative.holdout_share,
        smallest_effect=initiative.smallest_effect,
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        locked_at=DURING,
        locked_by=PersonFactory.create(),
    )

    changes = judged(initiative).checks.get(key="plan_changes")

    assert changes.status == "breach"
    assert changes.sentence.startswith(
        "After the start, on Wed 28 Oct the success measure was switched from "
    )
