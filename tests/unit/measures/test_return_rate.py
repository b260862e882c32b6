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


def test_another_shop_s_return_of_the_same_number_is_no_return() -> None:
    found = counted("return_rate", """
        who  when        what    order_id  source_id
        Ada  2026-11-09  order   1001      1
        Bo   2026-11-08  order   1001      2
        Bo   2026-11-12  return  1001      2
        Cy   2026-11-10  order   1002      1
        Cy   2026-11-14  return  1002      2
        -    2026-11-11  order   1003      1
        -    2026-11-13  return  1003      2
        -    2026-11-11  order   1004      1
        -    2026-11-13  return  1004      1
    """)  # fmt: skip

    # Cy's came back to the other shop, and nobody's 1004 to its own; nobody's 1003 may be another.
    assert found == (2, 4, 1 / 2)


def test_an_older_return_of_the_same_number_hides_none() -> None:
    found = counted("return_rate", """
        who  when        what    order_id
        Ada  2026-11-02  return  A1
        Ada  2026-11-09  order   A1
        Ada  2026-11-20  return  A1
    """)  # fmt: skip

    assert found == (1, 1, 1.0)
