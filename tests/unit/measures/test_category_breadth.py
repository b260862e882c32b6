"""Category breadth: different categories that a buyer bought in, over 365 days."""

from tests.factories.spec import counted

EVENTS = """
    who  when        what        category
    Ada  2025-11-15  order_line  garden
    Ada  2025-11-16  order_line  books
    Ada  2026-03-01  order_line  toys
    Ada  2026-11-15  order       toys
    Ada  2026-11-15  view        shoes
    Bo   2026-11-10  order       -
    Cy   2026-11-10  visit       -
"""


def test_a_category_counts_once_in_the_year_up_to_the_window_s_end() -> None:
    # Garden lies before the 365 days; shoes were viewed; of Bo's order no category is known.
    assert counted("category_breadth", EVENTS) == (2, 2, 1.0)


def test_the_year_is_the_same_whatever_window_is_asked_about() -> None:
    assert counted("category_breadth", EVENTS, days=91) == counted("category_breadth", EVENTS)
