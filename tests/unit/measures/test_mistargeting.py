"""Mis-targeting: marketing contacts for a category that the customer has shown no interest in."""

from tests.factories.spec import counted


def test_interest_is_bought_viewed_or_declared() -> None:
    found = counted("mistargeting", """
        who  when        what     category
        Ada  2026-01-01  order    garden
        Ada  2026-11-09  contact  garden
        Ada  2026-11-10  contact  ladies
        Bo   2026-11-08  view     toys
        Bo   2026-11-10  contact  toys
        Bo   2026-11-10  contact  books
        Cy   2026-11-10  contact  books
        Di   2026-11-10  contact  books
        Di   2026-11-10  contact  toys
        Di   2026-11-10  contact  -
    """, interests=[("Bo", "books"), ("Di", "toys")])  # fmt: skip

    # Ada's ladies' wear and Di's books; Cy has no history, so nobody could know.
    assert found == (2, 6, 1 / 3)


def test_interest_lies_before_the_contact_and_within_two_years() -> None:
    found = counted("mistargeting", """
        who  when              what     category
        Ada  2024-11-11T12:00  order    garden
        Ada  2026-11-09T12:00  contact  garden
        Bo   2024-11-10T12:00  order    garden
        Bo   2026-01-01T12:00  view     toys
        Bo   2026-11-09T12:00  contact  garden
        Cy   2026-11-09T12:00  contact  garden
        Cy   2026-11-09T12:01  view     garden
    """)  # fmt: skip

    assert found == (1, 2, 0.5)


def test_an_initiative_declared_active_is_exempt() -> None:
    found = counted("mistargeting", """
        who  when        what     category  initiative
        Ada  2026-01-01  order    garden    -
        Ada  2026-11-09  contact  toys      discover
        Ada  2026-11-10  contact  books     letter
    """, active=["discover"])  # fmt: skip

    assert found == (1, 1, 1.0)
