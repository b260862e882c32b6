"""Data that allow no number get a sentence: never a false number, never a crash."""

import json
import math
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.evidence.checks import Status
from reports.evidence.judge import Judgement, judge
from reports.evidence.sums import Sums
from reports.evidence.verdict import Word
from tests.factories.evidence import START, events, guardrail, plan, spread, success

N = 20_000
SIZES = {"treated": N, "holdout": N}
GOOD = success(events(N, 1300), events(N, 1000))
NOBODY = Sums(0, 0.0, 0.0)


def judged(**asked: Any) -> Judgement:
    at = asked.pop("plan", plan())
    given: dict[str, Any] = {"sizes": SIZES, "success": [GOOD], "late": 0}
    return judge(plan=at, **given | asked)


def numbers(found: Judgement) -> list[float]:
    """Return every number of a judgement."""
    pairs = [*found.comparisons, *found.guardrail_comparisons]
    of_pairs = [pair.absolute or () for pair in pairs] + [pair.relative or () for pair in pairs]
    of_arms = [(arm.mean, arm.low, arm.high) for arm in found.arms]
    return [value for row in (*of_pairs, *of_arms) for value in row if value is not None]


@pytest.mark.parametrize(
    ("asked", "word", "sentence"),
    [
        (
            {"sizes": {"treated": N, "holdout": 0}, "success": [success(events(N, 9), NOBODY)]},
            Word.NOT_MEASURED,
            "Nobody can say. Nobody was held out, so there is nothing to compare with.",
        ),
        (
            {"sizes": {"treated": 0, "holdout": N}, "success": [success(NOBODY, events(N, 9))]},
            Word.HOLD,
            "Do not read this yet. 20,000 in holdout and 0 in treated",
        ),
        (
            {"sizes": {"holdout": N}, "success": [success(NOBODY, events(N, 9))]},
            Word.NOT_MEASURED,
            "Nobody can say.",
        ),
        (
            {"sizes": {}, "success": [success(NOBODY, NOBODY)]},
            Word.NOT_MEASURED,
            "Nobody can say. Nobody was held out",
        ),
        (
            {
                "sizes": {"treated": 1, "holdout": 1},
                "success": [success(events(1, 1), events(1, 0))],
            },
            Word.NOT_MEASURED,
            "Nobody can say. An arm has one customer only, so its spread is unknown.",
        ),
        (
            {"success": [success(events(N, 0), events(N, 0))]},
            Word.NOT_MEASURED,
            "Nobody can say. Every customer has the same value, so chance cannot be judged.",
        ),
        (
            {"success": [success(spread(N, 4.0, 0.0), spread(N, 3.0, 0.0))]},
            Word.NOT_MEASURED,
            "Nobody can say. Every customer has the same value, so chance cannot be judged.",
        ),
        (
            {"success": [success(events(N, 300), events(N, 0))]},
            Word.WIN,
            "It worked. Conversion +1.50 points (1.33 to 1.67).",
        ),
        (
            {"success": [success(spread(N, -4.0, 9.0), spread(N, -5.0, 9.0), unit="count")]},
            Word.WIN,
            "It worked. Conversion +1.00 (0.82 to 1.18).",
        ),
        (
            {"success": [success(spread(N, math.nan, 9.0), spread(N, 5.0, 9.0))]},
            Word.NOT_MEASURED,
            "Nobody can say. A value is missing or not a finite number.",
        ),
        (
            {"success": [success(Sums(N, 1e300, 1e300), spread(N, 5.0, 9.0))]},
            Word.NOT_MEASURED,
            "Nobody can say. The values are too large to compute with.",
        ),
        (
            {"success": [success(spread(N, 1e9 + 0.2, 1.0), spread(N, 1e9, 1.0), unit="count")]},
            Word.WIN,
            "It worked. Conversion +0.200 (0.180 to 0.220).",
        ),
        (
            {"success": [GOOD._replace(sums={})]},
            Word.NOT_MEASURED,
            "Nobody can say. An arm has no customers.",
        ),
        (
            {"plan": plan(day=-20)},
            Word.NOT_MEASURED,
            "It has not started. It opens on Tue 1 Sep.",
        ),
        (
            {"plan": plan(ends_on=START)},
            Word.WIN,
            "It worked. Conversion rose 30.0%.",
        ),
        (
            {"plan": plan(obstacle="It was called off before its launch.")},
            Word.NOT_MEASURED,
            "Nobody can say. It was called off before its launch.",
        ),
    ],
)
def test_a_judgement_of_data_that_allow_little(
    asked: dict[str, Any], word: Word, sentence: str
) -> None:
    found = judged(**asked)

    assert found.verdict.word is word
    assert found.sentence.startswith(sentence)
    assert all(map(math.isfinite, numbers(found)))
    assert all(pair.absolute or pair.absolute_reason for pair in found.comparisons)
    assert all(pair.relative or pair.relative_reason for pair in found.comparisons)
    assert all(check.sentence for check in found.checks)
    assert found.grade.sentence


def check(found: Judgement, key: str) -> tuple[Status, str]:
    return next((one.status, one.sentence) for one in found.checks if one.key == key)


@pytest.mark.parametrize(
    ("asked", "key", "status", "sentence"),
    [
        (
            {"in_both_arms": 1},
            "both_arms",
            Status.WARN,
            "One customer is in two arms and left out of the result.",
        ),
        (
            {"late": 12},
            "assigned",
            Status.WARN,
            "12 customers were assigned after the start; their days before it count as well.",
        ),
        (
            {"after": 3},
            "assigned",
            Status.OK,
            "Three customers were assigned after the days counted and left out.",
        ),
        (
            {"plan": plan(ends_on=START)},
            "window",
            Status.FAIL,
            "The planned window holds no day.",
        ),
        (
            {"plan": plan(ends_on=START - timedelta(days=3))},
            "window",
            Status.FAIL,
            "The planned window holds no day.",
        ),
        (
            {"success": [success(spread(N, -4.0, 9.0), spread(N, -5.0, 9.0), unit="count")]},
            "low_base",
            Status.UNKNOWN,
            "The holdout's mean is below zero, so a share of it means nothing.",
        ),
        (
            {"success": [success(spread(N, 4.0, 0.0), spread(N, 3.0, 0.0))]},
            "low_base",
            Status.UNKNOWN,
            "Every customer has the same value, so chance cannot be judged.",
        ),
        (
            {"success": [success(events(N, 300), events(N, 0))]},
            "low_base",
            Status.UNKNOWN,
            "The holdout's mean is zero, so no percentage of it exists.",
        ),
    ],
)
def test_a_fault_of_the_data_is_said(
    asked: dict[str, Any], key: str, status: Status, sentence: str
) -> None:
    assert check(judged(**asked), key) == (status, sentence)


@pytest.mark.parametrize(
    ("treated", "holdout", "reason"),
    [
        (events(N, 0), events(N, 0), "Every customer has the same value"),
        (NOBODY, events(N, 90), "An arm has no customers"),
        (Sums(N, 5, 5, 0.0), Sums(N, 5, 5, 0.0), "There is nothing to divide by"),
    ],
)
def test_a_guardrail_that_cannot_be_measured_blocks_a_win(
    treated: Sums, holdout: Sums, reason: str
) -> None:
    found = judged(guardrails=[guardrail(treated, holdout)])

    assert found.verdict.word is Word.HOLLOW_WIN
    assert found.guarded[0].reason.startswith(reason)
    assert found.safety == "Not shown. The guardrail is not shown safe."


def evaluate(path: Path, *more: str) -> Any:
    out = StringIO()
    asked = ["--arm=arm", "--holdout=none", "--outcome=y", "--json"]
    call_command("evaluate", str(path), *asked, *more, stdout=out)
    return json.loads(out.getvalue())


def file(tmp_path: Path, head: str, *lines: str) -> Path:
    path = tmp_path / "test.csv"
    path.write_text("\n".join([head, *lines, ""]))
    return path


@pytest.mark.parametrize(
    ("lines", "word", "reason"),
    [
        (["none,0", "mail,1"], "Not measured", "An arm has one customer only"),
        (["none,3", "mail,3"] * 50, "Not measured", "Every customer has the same value"),
        (["none,3", "mail,4"] * 50, "Not measured", "Every customer has the same value"),
        (["none,1e-80", "mail,2e-80"] * 50, "Not measured", "Every customer has the same value"),
    ],
)
def test_a_file_that_allows_no_difference(
    tmp_path: Path, lines: list[str], word: str, reason: str
) -> None:
    found = evaluate(file(tmp_path, "arm,y", *lines))

    (comparison,) = found["comparisons"]
    assert (found["verdict"], found["grade"]) == (word, "F")
    assert (comparison["absolute"], comparison["relative"]) == (None, None)
    assert comparison["absolute_reason"].startswith(reason)
    assert comparison["relative_reason"]


def test_a_negative_base_gets_no_percentage_and_no_low_base(tmp_path: Path) -> None:
    lines = [f"none,{-5 - i % 3}\nmail,{-4 - i % 4}" for i in range(50)]

    (comparison,) = evaluate(file(tmp_path, "arm,y", *lines))["comparisons"]

    assert comparison["absolute"]["effect"] > 0
    assert (comparison["relative"], comparison["low_base"]) == (None, None)
    assert comparison["relative_reason"].startswith("The holdout's mean is below zero")


def test_a_covariate_that_says_everything_or_nothing(tmp_path: Path) -> None:
    lines = [f"none,{i % 3},{i % 3},1\nmail,{i % 3},{i % 3},1" for i in range(50)]
    path = file(tmp_path, "arm,y,same,fixed", *lines)

    for covariate in ("same", "fixed"):
        (comparison,) = evaluate(path, f"--covariate={covariate}")["comparisons"]
        assert comparison["absolute"]
        assert comparison["cuped"] is None
        assert comparison["cuped_reason"]


def test_a_customer_in_two_arms_is_left_out_and_said(tmp_path: Path) -> None:
    lines = [f"c{i},{'mail' if i % 2 else 'none'},{i % 5}" for i in range(400)]

    found = evaluate(file(tmp_path, "who,arm,y", *lines, "c0,mail,1"), "--unit=who")

    assert sum(arm["n"] for arm in found["arms"]) == 399
    said = next(one for one in found["checks"] if one["check"] == "both_arms")
    assert (said["status"], said["sentence"]) == (
        "warn",
        "One unit is in two arms and left out of the result.",
    )


def test_a_cap_is_shown_beside_and_decides_nothing(tmp_path: Path) -> None:
    lines = [f"none,{i % 7}\nmail,{i % 7 + (500 if i % 50 == 0 else 0)}" for i in range(2000)]
    path = file(tmp_path, "arm,y", *lines)

    plain, capped = evaluate(path), evaluate(path, "--cap=y=6")

    (before,), (after,) = plain["comparisons"], capped["comparisons"]
    assert (before["capped"], before["absolute"]) == (None, after["absolute"])
    assert after["absolute"]["effect"] == pytest.approx(10)
    assert after["capped"]["effect"] == pytest.approx(0.06, abs=0.03)
    assert after["capped"]["low"] < 0 < after["capped"]["high"]
    assert capped["verdict"] == plain["verdict"]
    said = next(one for one in capped["checks"] if one["check"] == "outliers")
    assert said["status"] == "warn"


@pytest.mark.parametrize(
    ("cap", "words"),
    [("y", "is no cap; write it as"), ("y=lots", "is no cap"), ("z=3", "is no outcome asked for")],
)
def test_a_cap_that_does_not_fit(tmp_path: Path, cap: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        evaluate(file(tmp_path, "arm,y", "none,1", "mail,2"), f"--cap={cap}")
