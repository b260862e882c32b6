"""Contact pressure: marketing contacts of a customer in any rolling 7 times 24 hours."""

from tests.factories.spec import counted

CONTACTS = """
    who  when              what     service
    Ada  2026-11-05T12:00  contact  no
    Ada  2026-11-06T12:00  contact  no
    Ada  2026-11-10T12:00  contact  no
    Ada  2026-11-10T12:00  contact  yes
    Ada  2026-11-12T11:59  contact  no
    Bo   2026-11-05T12:00  contact  no
    Bo   2026-11-12T12:00  contact  no
    Cy   2026-11-08T12:00  contact  no
"""


def test_the_most_in_any_seven_days_that_end_in_the_window() -> None:
    # Ada had four within seven days; Bo's two are exactly seven apart; Cy's was the week before.
    assert counted("contact_pressure", CONTACTS) == (4 + 1, 2, 2.5)


def test_the_share_of_customers_above_the_cap() -> None:
    assert counted("over_contacted", CONTACTS) == (1, 2, 0.5)
