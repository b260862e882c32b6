"""The judgement of a file, written out."""

from typing import Any, NamedTuple

from reports.evidence.checks import Status
from reports.models import Check, Evaluation, Result
from reports.queries.segments import SegmentRow, segment_rows
from strategy.language.numbers import number, percent_change
from strategy.language.units import measure_change, measure_value

VERDICTS = {one.label: one.value for one in Result.Verdict}


class ArmText(NamedTuple):
    """One arm on one outcome; `mean` is the reason where there is none."""

    outcome: str
    arm: str
    n: str
    mean: str
    interval: str


class DifferenceText(NamedTuple):
    """One arm against the holdout; the reasons stand where numbers are not to be had."""

    outcome: str
    arm: str
    difference: str
    relative: str
    p: str
    adjusted: str


class SegmentsText(NamedTuple):
    """One arm on the leading outcome by segment; no rows where `sentence` says why not."""

    arm: str
    caption: str
    sentence: str
    rows: tuple[SegmentRow, ...]


class CheckText(NamedTuple):
    """One way to be misled, and what was found."""

    status: str
    word: str
    sentence: str


class Judged(NamedTuple):
    """A judgement as the page of `evaluate` shows it."""

    verdict: str
    verdict_word: str
    grade: str
    sentence: str
    arms: list[ArmText]
    differences: list[DifferenceText]
    segments: list[SegmentsText]
    checks: list[CheckText]


def judged(evaluation: Evaluation) -> Judged | None:
    """Return the judgement in words, None before it is there. No query."""
    kept: dict[str, Any] = evaluation.judgement
    if not kept:
        return None
    units = kept["units"]
    return Judged(
        verdict=VERDICTS[kept["verdict"]],
        verdict_word=kept["verdict"],
        grade=kept["grade"],
        sentence=kept["sentence"],
        arms=[_arm(arm, units[arm["outcome"]]) for arm in kept["arms"]],
        differences=[_difference(one, units[one["outcome"]]) for one in kept["comparisons"]],
        segments=[_segments(one, units[one["outcome"]]) for one in kept["segments"]],
        checks=[_check(one) for one in kept["checks"]],
    )


def _arm(arm: dict[str, Any], unit: str) -> ArmText:
    mean = arm["reason"] or ""
    if arm["mean"] is not None:
        mean = measure_value(arm["mean"], unit, 3)
    ends = ""
    if arm["low"] is not None and arm["high"] is not None:
        ends = " to ".join(measure_value(arm[end], unit, 3) for end in ("low", "high"))
    return ArmText(arm["outcome"], arm["arm"], number(arm["n"]), mean, ends)


def _difference(found: dict[str, Any], unit: str) -> DifferenceText:
    absolute, relative = found["absolute"], found["relative"]
    cuped = found["cuped"]
    return DifferenceText(
        outcome=found["outcome"],
        arm=found["arm"],
        difference=_change(absolute, unit) if absolute else found["absolute_reason"] or "",
        relative=percent_change(*(relative[end] for end in ("effect", "low", "high")))
        if relative
        else found["relative_reason"] or "",
        p=f"{absolute['p']:.3g}" if absolute else "",
        adjusted=_change(cuped, unit) if cuped else found["cuped_reason"] or "",
    )


def _segments(one: dict[str, Any], unit: str) -> SegmentsText:
    found = one["found"] or {"sentence": one["reason"]}
    caption = f"{one['outcome']}: {one['arm']} less the holdout, by segment"
    return SegmentsText(one["arm"], caption, found["sentence"], segment_rows(found, unit))


def _check(one: dict[str, str]) -> CheckText:
    status = Check.Status(Status(one["status"]).tag)
    return CheckText(status.value, status.label, one["sentence"])


def _change(found: dict[str, float], unit: str) -> str:
    return measure_change(found["effect"], found["low"], found["high"], unit, 3)
