"""Repeat purchase rate: who ordered twice or more in the window, of those who ordered in it."""

from tests.factories.spec import counted


def test_two_orders_inside_the_window_make_a_repeat() -> None:
    found = counted("repeat_purchase_rate", """
        who  when        what
        Ada  2026-11-09  order
        Ada  2026-11-15  order
        Bo   2026-11-08  order
        Bo   2026-11-10  order
        Cy   2026-11-10  visit
        -    2026-11-10  order
    """)  # fmt: skip

    assert found == (1, 2, 0.5)  # Bo's first order was before the window


def test_without_buyers_there_is_no_rate() -> None:
    found = counted("repeat_purchase_rate", """
        who  when        what
        Cy   2026-11-10  visit
    """)  # fmt: skip

    assert found.value is None
