"""Recency, frequency and monetary value over 365 days; scores from 1 to 5, 5 the best."""

from datetime import date

from reports.measures.rfm import rfm
from tests.factories.facts import event, facts, rows_of
from tests.factories.spec import WEEK_END, counted

ORDERS = """
    who  when        what   amount
    Ada  2025-11-15  order  900
    Ada  2025-11-16  order  10
    Ada  2026-11-15  order  30
    Bo   2026-11-06  order  20
    Cy   2026-11-15  visit  -
"""


def test_recency_is_days_since_the_last_order() -> None:
    assert counted("recency", ORDERS) == (0 + 9, 2, 4.5)


def test_frequency_is_orders_per_buyer_in_a_year() -> None:
    assert counted("frequency", ORDERS) == (3, 2, 1.5)


def test_monetary_is_spend_per_buyer_in_a_year() -> None:
    assert counted("spend_per_buyer", ORDERS) == (60, 2, 30.0)


def test_scores_say_how_many_buyers_are_worse() -> None:
    orders = [
        event("order", who, f"2026-{month:02}-01T12:00", amount=10.0 * who)
        for who in range(1, 6)
        for month in range(1, who + 1)
    ]

    rows = rows_of(rfm(facts(orders), on=date(2026, 6, 1)))

    scores = {row["customer_id"]: (row["r"], row["f"], row["m"]) for row in rows}
    assert scores == {who: (who, who, who) for who in range(1, 6)}


def test_equal_customers_have_equal_scores() -> None:
    orders = [event("order", who, "2026-11-01T12:00") for who in range(1, 5)]
    orders += [event("order", 5, f"2026-11-{day:02}T12:00", amount=1.0) for day in (1, 2)]

    rows = rows_of(rfm(facts(orders), on=WEEK_END))

    assert {row["customer_id"]: row["f"] for row in rows} == {1: 1, 2: 1, 3: 1, 4: 1, 5: 5}
