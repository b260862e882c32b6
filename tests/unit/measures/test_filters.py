"""Channels, categories, caps: what narrows any measure."""

from tests.factories.spec import counted, standard

ORDERS = """
    who  when        what   channel  category  amount
    Ada  2026-11-09  order  web      books     10
    Ada  2026-11-09  order  store    toys      500
    Bo   2026-11-10  order  web      toys      30
    Cy   2026-11-10  visit  store    -         -
"""
REVENUE = standard()["revenue_per_customer"]


def test_a_channel_narrows_both_parts() -> None:
    assert counted(REVENUE._replace(channels=("web",)), ORDERS) == (40, 2, 20)
    assert counted(REVENUE._replace(channels=("store",)), ORDERS) == (500, 2, 250)


def test_a_category_narrows_both_parts() -> None:
    assert counted(REVENUE._replace(categories=("toys",)), ORDERS) == (530, 2, 265)


def test_a_cap_is_what_one_customer_adds_at_most() -> None:
    capped = REVENUE._replace(cap=100.0)

    assert counted(capped, ORDERS) == (100 + 30, 3, 130 / 3)
    assert counted(capped.uncapped, ORDERS) == (540, 3, 180)


def test_different_orders_are_counted_by_their_number() -> None:
    orders = REVENUE._replace(fold="orders", counted=("order", "order_line"))

    found = counted(orders, """
        who  when        what        order_id
        Ada  2026-11-09  order       A1
        Ada  2026-11-09  order_line  A1
        Ada  2026-11-09  order_line  A2
        Bo   2026-11-09  order       -
    """)  # fmt: skip

    assert found == (2, 2, 1.0)


def test_a_cap_is_a_customer_s_and_not_that_of_all_whom_nobody_knows() -> None:
    found = counted(standard()["average_order_value"]._replace(cap=100.0), """
        who  when        what   amount
        Ada  2026-11-09  order  90
        Ada  2026-11-10  order  90
        -    2026-11-09  order  80
        -    2026-11-10  order  80
    """)  # fmt: skip

    assert found == (100 + 160, 4, 65)
