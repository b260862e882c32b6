"""The published figures of Hillstrom's mail test (MineThatData, 2008), three arms by chance."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

FILE = Path(__file__).parents[4] / "shared" / "data" / "hillstrom" / "hillstrom.csv.gz"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FILE.exists(), reason="Hillstrom's data are not beside the project"),
]


@pytest.fixture(scope="module")
def printed() -> Any:
    out = StringIO()
    outcomes = [f"--outcome={name}" for name in ("visit", "conversion", "spend")]
    call_command(
        "evaluate",
        str(FILE),
        "--arm=segment",
        "--holdout=No E-Mail",
        *outcomes,
        "--covariate=history",
        "--json",
        stdout=out,
    )
    return json.loads(out.getvalue())


def comparison(printed: Any, arm: str, outcome: str) -> Any:
    return next(
        found
        for found in printed["comparisons"]
        if (found["arm"], found["outcome"]) == (arm, outcome)
    )


@pytest.mark.parametrize(
    ("arm", "n", "visit", "conversion", "spend"),
    [
        ("No E-Mail", 21_306, 10.617, 0.573, 0.653),
        ("Mens E-Mail", 21_307, 18.276, 1.253, 1.423),
        ("Womens E-Mail", 21_387, 15.140, 0.884, 1.077),
    ],
)
def test_means(
    printed: Any, *, arm: str, n: int, visit: float, conversion: float, spend: float
) -> None:
    means = {found["outcome"]: found for found in printed["arms"] if found["arm"] == arm}

    assert {found["n"] for found in means.values()} == {n}
    assert round(100 * means["visit"]["mean"], 3) == visit
    assert round(100 * means["conversion"]["mean"], 3) == conversion
    assert round(means["spend"]["mean"], 3) == spend


def test_mens_mail_converts_068_points_more(printed: Any) -> None:
    found = comparison(printed, "Mens E-Mail", "conversion")

    assert round(100 * found["absolute"]["effect"], 2) == 0.68
    assert round(found["relative"]["effect"], 2) == 1.19
    assert found["relative"]["low"] > 0.7
    assert found["low_base_band"] == "fine"
    assert 0.99 < found["cuped"]["variance_ratio"] < 1


def test_the_arms_have_the_sizes_of_chance(printed: Any) -> None:
    assert round(printed["sample_ratio"]["p"], 2) == 0.90
    assert printed["sample_ratio"]["status"] == "ok"


def test_a_win_that_no_plan_stands_behind(printed: Any) -> None:
    assert (printed["verdict"], printed["grade"]) == ("Win", "C")
    assert "conversion rose 2.2\N{NON-BREAKING HYPHEN}fold" in printed["sentence"]
    assert printed["sentence"].endswith("no plan locked before the start can be seen.")
