"""Returning customer rate: who bought in the window and more than once ever, of the buyers."""

from tests.factories.spec import counted


def test_an_order_of_long_ago_makes_a_returning_customer() -> None:
    found = counted("returning_customer_rate", """
        who  when        what
        Ada  2019-05-01  order
        Ada  2026-11-09  order
        Bo   2026-11-10  order
        Bo   2026-11-17  order
        Cy   2026-11-10  order
        Cy   2026-11-11  order
        Di   2019-05-01  order
        Di   2020-05-01  order
        Di   2026-11-10  visit
    """)  # fmt: skip

    # Bo came again after the window; Di did not buy in it.
    assert found == (2, 3, 2 / 3)
