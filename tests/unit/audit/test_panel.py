from typing import Any

import pytest

from reports.audit.finding import CHANGES, Bars, Curve, finding
from reports.audit.panel import Known, Look, panel
from reports.evidence.checks import Check, Status
from reports.evidence.judge import judge
from reports.evidence.plan import Beside
from tests.factories.evidence import events, plan, spread, success

N = 40_000
SIZES = {"treated": N, "holdout": N}
MEASURE = success(events(N, 1300), events(N, 1200))


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({}, {}),
        ({"reads_made": 4}, {}),
        ({"locked_on": None}, {}),
        ({"lock_seen": False}, {}),
        ({"randomised": False}, {}),
        ({"holdout": None}, {}),
        ({"shares": {"treated": 0.9, "holdout": 0.1}}, {}),
        ({}, {"exposed": {"treated": 9000, "holdout": 8000}}),
        ({}, {"removed": {"treated": 900, "holdout": 100}}),
        ({}, {"in_both_arms": 20}),
        ({}, {"in_both_arms": 2000}),
        ({}, {"late": 20}),
    ],
)
def test_each_finding_says_what_it_changes_and_the_worst_is_the_grade(
    changed: dict[str, Any], asked: dict[str, Any]
) -> None:
    judgement = judge(sizes=SIZES, success=[MEASURE], plan=plan(**changed), **{"late": 0} | asked)

    found = panel(judgement, Known(SIZES))

    assert max(one.best_grade for one in found) == judgement.grade.letter
    assert [one.changes for one in found] == [CHANGES[one.best_grade] for one in found]


def test_what_is_known_is_drawn() -> None:
    exposed, removed = {"treated": 8050, "holdout": 8000}, {"treated": 90, "holdout": 100}
    measure = success(spread(N, 12, 60), spread(N, 10, 60), unit="money:GBP")
    capped = Beside(200.0, {arm: spread(N, 9, 10) for arm in SIZES})
    judgement = judge(
        sizes=SIZES,
        success=[measure._replace(beside=capped)],
        plan=plan(),
        late=0,
        exposed=exposed,
        removed=removed,
    )
    looks = (Look(7, 0.3), Look(14, 0.2))

    found = panel(judgement, Known(SIZES, removed, exposed, looks, base_share=0.004))

    pictures = {one.check.key: one.picture for one in found if one.picture}
    assert pictures["sample_ratio"] == Bars(("holdout", "treated"), (0.5, 0.5), "Share")
    assert pictures["removals"] == Bars(
        ("treated", "holdout"), (90 / 40_090, 100 / 40_100), "Share lost"
    )
    assert pictures["overlap"] == Bars(
        ("treated", "holdout"), (0.20125, 0.2), "Share reached by others"
    )
    assert pictures["peeking"] == Curve((7, 14), (0.3, 0.2), "Day", "Effect so far", (14, 0.2))
    assert {"low_base", "outliers"} <= pictures.keys()
    base = next(one for one in found if one.check.key == "low_base")
    assert base.check.sentence.endswith("The holdout's total is 0.4% of the company's.")


def test_nothing_measured_draws_nothing() -> None:
    judgement = judge(sizes=SIZES, success=[success(events(0, 0), events(0, 0))], plan=plan())
    extra = finding(Check("more", "More", Status.OK, "Nothing."))

    found = panel(judgement, Known(SIZES), [extra])

    assert found[-1] == extra
    assert next(one for one in found if one.check.key == "low_base").picture is None
