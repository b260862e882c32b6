"""Money in several currencies: converted by the day's rate, or left out and said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Assignment, Initiative
from customers.models import Rate, Record, Source, StaleWeek
from reports.actions.refresh import refresh
from reports.actions.results import judge_initiative
from reports.models import Check, Reading
from strategy.models import Guardrail
from tests.factories import trials
from tests.factories.campaigns import GoalFactory, measure, noon
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.strategy import PersonFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)  # a Monday
WEEK_ON = date(2026, 11, 16)
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def bank() -> Source:
    return SourceFactory.create(key="rates")


@pytest.fixture
def ada() -> Record:
    return RecordFactory.create(source=SourceFactory.create(key="web"))


def quoted(bank: Source, day: date, base: str, currency: str, rate: str) -> None:
    Rate.objects.create(
        source=bank, quoted_on=day, base=base, currency=currency, rate=Decimal(rate)
    )


def bought(who: Record | None, day: date, amount: str, currency: str, kind: str = "order") -> None:
    fields: dict[str, Any] = {"record": who} if who else {"record": None}
    EventFactory.create(
        kind=kind, at=noon(day), amount=Decimal(amount), currency=currency, **fields
    )


def revenue() -> Reading:
    """Take the week's readings and return that of revenue per customer."""
    StaleWeek.objects.create(week_on=WEEK_ON)
    refresh(progress=SimpleNamespace(step=""), at=AT)
    return week_of("revenue_per_customer")


def week_of(key: str) -> Reading:
    return Reading.objects.get(
        measure__key=key, span="week", department=None, ends_on=WEEK_ON + timedelta(days=7)
    )


def test_an_amount_is_converted_by_its_own_day_s_rate(bank: Source, ada: Record) -> None:
    quoted(bank, date(2026, 11, 18), "GBP", "USD", "1.25")
    quoted(bank, date(2026, 11, 19), "GBP", "USD", "1.60")
    for day in (18, 19):
        bought(ada, date(2026, 11, day), "100", "USD")
    bought(ada, FRIDAY, "7", "GBP")
    bought(ada, FRIDAY, "1", "")

    found = revenue()

    assert found.numerator == Decimal(80) + Decimal("62.5") + 8
    assert found.left_out == {}
    assert week_of("average_order_value").denominator == 4


def test_a_pair_is_read_in_either_direction(bank: Source, ada: Record) -> None:
    quoted(bank, FRIDAY, "USD", "GBP", "0.8")
    bought(ada, FRIDAY, "100", "USD")

    assert revenue().numerator == 80


def test_two_rates_against_one_base_make_a_third(bank: Source, ada: Record) -> None:
    quoted(bank, FRIDAY, "EUR", "USD", "1.0842")
    quoted(bank, FRIDAY, "EUR", "GBP", "0.8431")
    bought(ada, FRIDAY, "100", "USD")
    bought(ada, FRIDAY, "100", "EUR")

    # 100 / 1.0842 * 0.8431 = 77.7624…, and 84.31
    assert revenue().numerator == Decimal("77.7624") + Decimal("84.31")


def test_the_pair_s_own_rate_goes_before_one_through_a_base(bank: Source, ada: Record) -> None:
    quoted(bank, FRIDAY, "EUR", "USD", "2")
    quoted(bank, FRIDAY, "EUR", "GBP", "1")
    quoted(bank, FRIDAY, "GBP", "USD", "4")
    bought(ada, FRIDAY, "100", "USD")

    assert revenue().numerator == 25


@pytest.mark.parametrize(("age", "numerator"), [(1, 50), (7, 50), (8, 0)])
def test_a_weekend_takes_friday_s_rate_and_no_rate_lasts_longer_than_a_week(
    bank: Source, ada: Record, age: int, numerator: int
) -> None:
    quoted(bank, SATURDAY - timedelta(days=age), "GBP", "USD", "2")
    quoted(bank, SATURDAY + timedelta(days=1), "GBP", "USD", "4")  # a later day says nothing
    bought(ada, SATURDAY, "100", "USD")

    assert revenue().numerator == numerator


def test_what_has_no_rate_is_left_out_and_counted(ada: Record) -> None:
    bought(ada, FRIDAY, "10", "GBP")
    bought(ada, FRIDAY, "100", "USD")
    bought(None, FRIDAY, "100", "USD")
    bought(ada, FRIDAY, "100", "SEK")
    bought(ada, FRIDAY, "100", "USD", kind="return")  # no measure here adds up returns

    assert revenue().numerator == 10
    assert week_of("revenue_per_customer").left_out == {"USD": {"order": 1}, "SEK": {"order": 1}}
    assert week_of("average_order_value").left_out == {"USD": {"order": 2}, "SEK": {"order": 1}}
    assert week_of("average_order_value").denominator == 1
    assert week_of("orders_per_customer").left_out == {}
    assert week_of("orders_per_customer").numerator == 3


def test_the_readings_of_a_department_leave_out_its_own(ada: Record) -> None:
    other = RecordFactory.create(source=SourceFactory.create(key="desk"))
    bought(ada, FRIDAY, "100", "USD")
    bought(other, FRIDAY, "100", "USD")

    revenue()

    assert week_of("revenue_per_customer").left_out == {"USD": {"order": 2}}
    of_one = Reading.objects.get(
        measure__key="revenue_per_customer", span="week", department=ada.source.department
    )
    assert of_one.left_out == {"USD": {"order": 1}}


def test_every_page_with_the_reading_says_what_it_does_without(client: Client, ada: Record) -> None:
    GoalFactory.create(measure=measure("revenue_per_customer"), baseline=40, commit=45, target=50)
    Guardrail.objects.create(measure=measure("average_order_value"), limit=5, margin=Decimal("0.1"))
    for _ in range(12):
        bought(ada, FRIDAY, "100", "USD")
    bought(ada, FRIDAY, "10", "GBP")
    bought(ada, FRIDAY - timedelta(weeks=13), "10", "GBP")
    StaleWeek.objects.create(week_on=WEEK_ON - timedelta(weeks=13))
    revenue()
    client.force_login(PersonFactory.create())

    overview = client.get(reverse("overview")).content.decode()
    strategy = client.get(reverse("strategy")).content.decode()

    assert overview.count("12 orders in USD are left out: no rate.") == 2
    assert strategy.count("12 orders in USD are left out: no rate.") == 1


def launched(success: str = "revenue_per_customer") -> Initiative:
    """Launch a test in which everybody buys for £600."""
    initiative = trials.launched(success=success)
    source = SourceFactory.create()
    for arm in ("treated", "holdout"):
        for record in trials.assigned(initiative, arm, 4, source=source):
            for _ in range(30):
                bought(record, date(2026, 10, 28), "20", "GBP")
    return initiative


def currencies(initiative: Initiative) -> tuple[str, str]:
    result = judge_initiative(initiative, at=AT)
    check: Check = result.checks.get(key="rates")
    return check.status, check.sentence


def of_arm(initiative: Initiative, arm: str) -> Record:
    return Assignment.objects.filter(initiative=initiative, arm=arm)[0].record


def test_a_trial_says_which_amounts_it_does_without(bank: Source) -> None:
    initiative = launched()
    whole = "Every amount is in the company’s currency, or converted by its day’s rate."
    assert currencies(initiative) == ("ok", whole)

    for _ in range(2):
        bought(of_arm(initiative, "treated"), date(2026, 10, 28), "500", "USD")
    assert currencies(initiative) == ("near", "Two orders in USD are left out: no rate.")

    bought(of_arm(initiative, "holdout"), date(2026, 10, 28), "500", "SEK")
    assert currencies(initiative) == (
        "breach",
        "One order in SEK and two orders in USD are left out: no rate.",
    )

    quoted(bank, date(2026, 10, 27), "EUR", "USD", "1.1")
    quoted(bank, date(2026, 10, 27), "EUR", "SEK", "11")
    quoted(bank, date(2026, 10, 27), "EUR", "GBP", "0.88")
    assert currencies(initiative) == ("ok", whole)
    (outcome,) = initiative.result.outcomes.filter(part="success")
    assert outcome.treated_mean == pytest.approx(600 + 2 * 400 / 4)
    assert outcome.holdout_mean == pytest.approx(600 + 40 / 4)


def test_a_trial_without_money_asks_for_no_rate() -> None:
    result = judge_initiative(launched("conversion_rate"), at=AT)

    assert not result.checks.filter(key="rates").exists()
