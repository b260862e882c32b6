import numpy as np
import pytest

from reports.audit.claims import audit_claim
from reports.audit.windows import all_windows
from reports.evidence.checks import Status
from reports.evidence.plan import Direction
from reports.observed.differences import ancova
from reports.observed.low_start import low_start
from reports.observed.placebo import placebo_in_time
from tests.factories.daily import lowest_stores, quiet_days

START = 400


def test_a_claim_without_data_is_an_f() -> None:
    found = audit_claim(0.29)

    assert (found.grade, found.median, found.convenience) == ("F", None, None)
    assert found.sentence == "Claimed +29.0%. Evidence F: there are no data behind it."


def test_a_claim_from_before_and_after_stands_beside_the_median() -> None:
    windows = all_windows(quiet_days(np.random.default_rng(41), START + 91), START)

    found = audit_claim(0.29, windows=windows)

    assert found.grade == "E"
    assert found.convenience == windows.convenience(0.29)
    assert found.sentence.startswith("Claimed +29.0%. The median window shows ")
    assert found.sentence.endswith("Evidence E: there is only before and after.")
    assert {one.check.key for one in found.findings} == {"control_group", "convenient_window"}


def test_a_fall_is_claimed_where_less_is_better() -> None:
    windows = all_windows(quiet_days(np.random.default_rng(41), START + 91), START)

    found = audit_claim(-0.29, better=Direction.FEWER, windows=windows)

    assert found.convenience == windows.convenience(-0.29, Direction.FEWER) > 0.5
    assert found.sentence.startswith("Claimed −29.0%, where less is better. The median window")


def test_a_comparison_lifts_a_claim_to_d() -> None:
    rng = np.random.default_rng(42)
    days = quiet_days(rng, 200)
    treated = days * rng.normal(1, 0.01, 200)
    treated[150:] *= 1.1
    placebo = placebo_in_time(treated, days, start=150, days=28, baseline_days=28)

    found = audit_claim(0.1, placebo=placebo)

    assert found.grade == "D"
    assert {one.check.status for one in found.findings} == {Status.WARN}


def test_units_chosen_at_a_low_cost_the_comparison() -> None:
    sides = lowest_stores(np.random.default_rng(43))

    found = audit_claim(0.18, start=low_start(*sides), effects=[ancova(*sides)])

    assert found.grade == "E"
    assert found.sentence.endswith("Evidence E: the audit found fault: low start.")
    assert [one.picture is None for one in found.findings] == [True, False]


@pytest.mark.parametrize("lift", [0.0, 0.1])
def test_a_placebo_alone_is_before_and_after(lift: float) -> None:
    days = quiet_days(np.random.default_rng(44), 200)
    days[150:] *= 1 + lift

    found = audit_claim(
        0.1, placebo=placebo_in_time(days, None, start=150, days=28, baseline_days=28)
    )

    assert found.grade == "E"
