from datetime import date

import pytest

from reports.audit.plans import Version, plan_changes
from reports.evidence.checks import Status

FIRST = Version(
    date(2026, 8, 25),
    ("Conversion",),
    {"Opt-outs": 0.25},
    date(2026, 9, 1),
    date(2026, 9, 29),
    0.1,
    0.05,
)
LATE = FIRST._replace(locked_on=date(2026, 9, 10))


def test_a_plan_that_stayed_passes() -> None:
    assert plan_changes([FIRST]).check.status is Status.OK
    assert plan_changes([FIRST, LATE]).check.status is Status.OK


def test_a_change_before_the_start_is_no_change() -> None:
    early = FIRST._replace(locked_on=date(2026, 8, 30), success=("Visits",))

    assert plan_changes([FIRST, early]).check.sentence == "Nothing was changed after the start."


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (
            LATE._replace(success=("Visits",)),
            "the success measure was switched from Conversion to Visits",
        ),
        (LATE._replace(guardrails={}), "Opt-outs was dropped as a guardrail"),
        (
            LATE._replace(guardrails={"Opt-outs": 0.25, "Complaints": 0.1}),
            "Complaints was added as a guardrail",
        ),
        (
            LATE._replace(guardrails={"Opt-outs": 0.5}),
            "the margin of Opt-outs went from 25.0% to 50.0%",
        ),
        (
            LATE._replace(ends_on=date(2026, 10, 13)),
            "the window was moved from 1 to 28 September 2026 to 1 September to 12 October 2026",
        ),
        (LATE._replace(holdout_share=0.05), "the holdout went from 10.0% to 5.0%"),
        (LATE._replace(smallest_effect=0.01), "the effect worth having went from 5.0% to 1.0%"),
        (LATE._replace(planned_reads=4), "planned reads went from 1 to 4"),
    ],
)
def test_a_change_after_the_start_is_said_and_graded(later: Version, said: str) -> None:
    found = plan_changes([FIRST, later])

    assert (found.check.status, found.best_grade) == (Status.FAIL, "C")
    assert found.check.sentence == f"After the start, on Thu 10 Sep {said}."
    assert found.changes == "It holds the grade at C at best."
