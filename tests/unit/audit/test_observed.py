"""A placebo and what is claimed beside it."""

import pytest

from reports.audit.observed import placebo_found
from reports.observed.placebo import Placebo


@pytest.mark.parametrize(
    ("p", "compared", "is_claimed", "left"),
    [
        (0.01, True, True, ("warn", "D")),
        (0.01, False, True, ("fail", "E")),
        (0.40, True, True, ("fail", "E")),
        (0.40, True, False, ("ok", "A")),
    ],
)
def test_a_placebo_that_does_as_well_holds_what_is_claimed(
    p: float, compared: bool, is_claimed: bool, left: tuple[str, str]
) -> None:
    found = placebo_found(Placebo(0.05, p, (0.01,), compared, "…"), is_claimed=is_claimed)

    assert (str(found.check.status), found.best_grade) == left
