"""Return rate: orders with a return within 30 days, of the window's orders."""

from tests.factories.spec import counted


def test_a_return_counts_for_the_day_of_its_order() -> None:
    found = counted("return_rate", """
        who  when        what    order_id
        Ada  2026-11-09  order   A1
        Ada  2026-11-20  return  A1
        Ada  2026-11-21  return  A1
        Bo   2026-11-10  order   B1
        Bo   2026-12-10  return  B1
        Cy   2026-11-10  order   C1
        Cy   2026-11-12  order   -
        Di   2026-11-01  order   D1
        Di   2026-11-10  return  D1
    """)  # fmt: skip

    # Bo's came back after exactly 30 days; an order without a number cannot be told.
    assert found == (1, 3, 1 / 3)
