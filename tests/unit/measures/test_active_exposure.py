"""Active exposure: purchases or contacts outside the customer's three most-bought categories."""

from tests.factories.spec import counted

USUAL = """
    who  when        what        category
    Ada  2026-01-01  order_line  garden
    Ada  2026-01-02  order_line  garden
    Ada  2026-01-03  order_line  books
    Ada  2026-01-04  order_line  toys
    Ada  2026-01-05  order_line  shoes
    Ada  2026-01-06  order_line  shoes
"""


def test_purchases_outside_the_three_most_bought() -> None:
    found = counted("active_exposure", USUAL + """
    Ada  2026-11-09  order_line  toys
    Ada  2026-11-10  order_line  garden
    Ada  2026-11-10  order_line  lamps
    Ada  2026-11-10  order       -
    Bo   2026-11-10  order_line  lamps
    """)  # fmt: skip

    # Garden and shoes twice, and books before toys by name. Bo has bought nothing before.
    assert found == (2, 3, 2 / 3)


def test_contacts_outside_the_three_most_bought() -> None:
    found = counted("active_contacts", USUAL + """
    Ada  2026-11-09  contact     lamps
    Ada  2026-11-10  contact     books
    """)  # fmt: skip

    assert found == (1, 2, 0.5)


def test_what_was_bought_more_than_two_years_ago_or_in_the_window_is_not_usual() -> None:
    found = counted("active_exposure", """
        who  when        what        category
        Ada  2024-11-10  order_line  lamps
        Ada  2026-01-01  order_line  books
        Ada  2026-11-09  order_line  lamps
        Ada  2026-11-10  order_line  lamps
    """)  # fmt: skip

    assert found == (2, 2, 1.0)
