"""Retention: of those who first ordered 13 weeks before, who ordered in the window."""

from tests.factories.spec import counted


def test_a_cohort_is_who_ordered_for_the_first_time_in_the_same_days_earlier() -> None:
    found = counted("retention", """
        who  when        what
        Ada  2026-08-10  order
        Ada  2026-11-09  order
        Bo   2026-08-16  order
        Bo   2026-11-08  order
        Cy   2026-08-01  order
        Cy   2026-08-12  order
        Cy   2026-11-10  order
        Di   2026-08-09  order
        Di   2026-11-10  order
    """)  # fmt: skip

    # Monday 10 to Sunday 16 August: Ada and Bo; Cy and Di ordered before those days.
    assert found == (1, 2, 0.5)
