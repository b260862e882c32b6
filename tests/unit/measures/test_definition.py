"""A measure's definition: for whom it speaks, and how its parts become a value."""

import pytest

from reports.measures.definition import factor, speaks_of_people
from tests.factories.spec import standard

DEFINITIONS = standard()
RATIOS = {
    "average_order_value",
    "opt_outs",
    "complaint_rate",
    "spam_complaints",
    "active_exposure",
    "active_contacts",
    "mistargeting",
    "return_rate",
    "nps",
    "nps_response_rate",
    "csat",
    "ces",
    "on_time",
    "recency",
}
"""Measures of which a person in a test brings a denominator of their own."""


@pytest.mark.parametrize("key", DEFINITIONS)
def test_what_is_a_ratio_in_a_test(key: str) -> None:
    assert DEFINITIONS[key].is_ratio is (key in RATIOS)


def test_people_are_known_people() -> None:
    assert speaks_of_people(DEFINITIONS["average_order_value"]) == (False, False)
    assert speaks_of_people(DEFINITIONS["opt_outs"]) == (True, False)
    assert speaks_of_people(DEFINITIONS["visit_rate"]) == (True, True)


def test_the_factor_scales_and_spreads_over_weeks() -> None:
    assert factor(DEFINITIONS["conversion_rate"], 7) == 1
    assert factor(DEFINITIONS["opt_outs"], 91) == 1000
    assert factor(DEFINITIONS["contacts_per_week"], 7) == 1
    assert factor(DEFINITIONS["contacts_per_week"], 91) == pytest.approx(1 / 13)
    assert factor(DEFINITIONS["contacts_per_week"], 1) == 7
    assert factor(DEFINITIONS["contacts_per_week"]._replace(scale=100), 14) == 50
