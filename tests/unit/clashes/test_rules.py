"""Who yields, and what would solve a clash."""

from datetime import date, timedelta

import pytest

from campaigns.clashes.rules import clashes, meet, who_yields
from tests.factories.clashes import GAP, side

LIVE = side(1, "2026-11-23", "2026-12-01")
DRAFT = side(2, "2026-11-30", "2026-12-07", is_draft=True, channel="Text")


def test_a_draft_yields_to_what_is_agreed_and_the_day_that_solves_it_is_named() -> None:
    (found,) = clashes([DRAFT, LIVE], {(1, 2): 212_000}, gap=GAP)

    assert (found.first, found.second, found.same_channel) == (LIVE, DRAFT, False)
    assert (found.starts_on, found.ends_on) == (date(2026, 11, 30), date(2026, 12, 1))
    assert (found.yields, found.why) == (DRAFT, "Number 1 is agreed already.")
    assert found.dates == "Start Number 2 on Wed 2 Dec."
    assert found.cut == "Or leave the 212,000 customers out of Number 2."
    assert found.moves_to == date(2026, 12, 2)


def test_the_day_that_solves_it_does() -> None:
    (found,) = clashes([DRAFT, LIVE], {(1, 2): 5}, gap=GAP)
    assert found.moves_to

    moved = DRAFT._replace(starts_on=found.moves_to, ends_on=found.moves_to + timedelta(days=7))

    assert clashes([moved, LIVE], {(1, 2): 5}, gap=GAP) == []


def test_without_common_customers_there_is_no_clash() -> None:
    assert clashes([LIVE, DRAFT], {}, gap=GAP) == []


@pytest.mark.parametrize(
    ("starts_on", "rest", "met"),
    [("2026-11-30", 0, True), ("2026-12-01", 0, False), ("2026-12-01", 1, True)],
)
def test_windows_meet_within_the_rest(starts_on: str, rest: int, *, met: bool) -> None:
    assert meet(LIVE, side(2, starts_on, "2026-12-20"), rest) is met


def test_rest_between_windows_is_a_clash_on_the_first_day_of_the_later() -> None:
    later = side(2, "2026-12-01", "2026-12-09")

    (found,) = clashes([LIVE, later], {(1, 2): 1}, gap=GAP)

    assert (found.starts_on, found.ends_on) == (date(2026, 12, 1), date(2026, 12, 2))
    assert found.cut == "Or leave the 1 customer out of Number 2."


def test_the_sheet_lets_service_go_first() -> None:
    service = side(2, "2026-11-30", "2026-12-07", department_key="service", department="Service")

    assert who_yields(LIVE, service, ["service", "marketing"]) == (
        LIVE,
        service,
        "The sheet lets Service go first.",
    )
    assert who_yields(LIVE, service, []) == (service, LIVE, "Number 1 comes first.")


def test_what_began_earlier_ends_before_the_other_begins() -> None:
    service = side(2, "2026-11-30", "2026-12-07", department_key="service", department="Service")

    (found,) = clashes([LIVE, service], {(1, 2): 3}, gap=GAP, first_come=["service"])

    assert (found.yields, found.dates) == (LIVE, "End Number 1 by Sat 28 Nov.")
    assert found.moves_to is None


def test_what_goes_on_afterwards_is_paused() -> None:
    long = side(1, "2026-11-01", "2026-12-30")
    service = side(2, "2026-11-30", "2026-12-07", department_key="service", department="Service")

    (found,) = clashes([long, service], {(1, 2): 3}, gap=GAP, first_come=["service"])

    assert found.dates == "Pause Number 1: 29 November to 7 December 2026."
