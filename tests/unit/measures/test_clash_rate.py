"""Clash rate: customers contacted by two initiatives within 24 hours, of those contacted."""

from tests.factories.spec import counted


def test_two_initiatives_within_a_day_clash() -> None:
    found = counted("clash_rate", """
        who  when              what     initiative  service
        Ada  2026-11-08T20:00  contact  lights      no
        Ada  2026-11-09T19:59  contact  garden      no
        Bo   2026-11-10T12:00  contact  lights      no
        Bo   2026-11-11T12:00  contact  garden      no
        Cy   2026-11-10T12:00  contact  lights      no
        Cy   2026-11-10T13:00  contact  lights      no
        Di   2026-11-10T12:00  contact  lights      no
        Di   2026-11-10T13:00  contact  -           no
        Di   2026-11-10T14:00  contact  garden      yes
        Ed   2026-11-10T12:00  contact  lights      no
        Ed   2026-11-10T13:00  contact  lights      no
        Ed   2026-11-10T13:00  contact  garden      no
    """)  # fmt: skip

    # Ada's second contact is in the window; Bo's are a whole day apart.
    assert found == (2, 5, 0.4)
