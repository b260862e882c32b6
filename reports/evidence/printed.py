"""A judgement as `evaluate` prints it: JSON for programs, a table for people."""

from collections.abc import Iterator, Sequence
from typing import Any

from reports.evidence.compare import Comparison
from reports.evidence.evaluation import Segmented
from reports.evidence.judge import ArmMean, Judgement
from reports.evidence.plan import Success
from reports.evidence.segments import segments_to_json
from strategy.language.numbers import number, percent_change
from strategy.language.units import measure_change, measure_value


def as_json(judgement: Judgement, segmented: Sequence[Segmented] = ()) -> dict[str, Any]:
    """Return the shape that `evaluate --json` promises; what cannot be computed is None."""
    ratio = judgement.sample_ratio
    return {
        "arms": [
            {
                "arm": arm.arm,
                "outcome": arm.key,
                "n": arm.n,
                "mean": arm.mean,
                "low": arm.low,
                "high": arm.high,
                "reason": arm.reason or None,
            }
            for arm in judgement.arms
        ],
        "comparisons": [_comparison(found) for found in judgement.comparisons],
        "sample_ratio": {
            "p": ratio and ratio.p,
            "status": ratio.status if ratio else "unknown",
            "reason": judgement.sample_ratio_reason or None,
            "shares": ratio and dict(ratio.shares),
            "smallest_loss": ratio and ratio.smallest_loss,
        },
        "checks": [
            {"check": check.key, "status": check.status, "sentence": check.sentence}
            for check in judgement.checks
        ],
        "verdict": judgement.verdict.word,
        "verdicts": [
            {
                "arm": verdict.arm,
                "verdict": verdict.word,
                "why": verdict.why,
                "shown": list(verdict.shown),
                "worse": list(verdict.worse),
            }
            for verdict in judgement.verdicts
        ],
        "grade": judgement.grade.letter,
        "sentence": f"{judgement.sentence} {judgement.grade.sentence}",
        "segments": [
            {
                "arm": one.arm,
                "outcome": one.outcome,
                "found": one.found and segments_to_json(one.found),
                "reason": one.reason or None,
            }
            for one in segmented
        ],
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "arm": found.arm,
        "holdout": found.holdout,
        "outcome": found.key,
        "absolute": found.absolute and found.absolute._asdict(),
        "absolute_reason": found.absolute_reason or None,
        "relative": found.relative and found.relative._asdict(),
        "relative_reason": found.relative_reason or None,
        "low_base": found.low_base,
        "low_base_band": found.base,
        "cuped": found.cuped and found.cuped._asdict(),
        "cuped_reason": found.cuped_reason or None,
        "capped": found.beside and found.beside.absolute._asdict(),
        "p_adjusted": found.p_adjusted,
        "level": found.level,
    }


def as_text(
    judgement: Judgement, success: Sequence[Success], segmented: Sequence[Segmented] = ()
) -> str:
    """Return answer first, then arms, differences, segments and checks."""
    measures = {measure.key: measure for measure in success}
    return "\n".join(_lines(judgement, measures, segmented))


def _lines(
    judgement: Judgement, measures: dict[str, Success], segmented: Sequence[Segmented]
) -> Iterator[str]:
    yield f"{judgement.verdict.word}, evidence {judgement.grade.letter}"
    yield f"{judgement.sentence} {judgement.grade.sentence}"
    yield ""
    yield from _table(
        ("Outcome", "Arm", "n", "Mean", "95% interval"),
        [_arm(arm, measures[arm.key]) for arm in judgement.arms],
    )
    yield ""
    yield from _table(
        ("Outcome", "Arm", "Difference", "Relative", "p"),
        [_row(found, measures[found.key]) for found in judgement.comparisons],
    )
    adjusted = [found for found in judgement.comparisons if found.cuped or found.cuped_reason]
    if adjusted:
        yield ""
        yield from _table(
            ("Outcome", "Arm", "Difference, covariate taken out", "Variance left", "p"),
            [_cuped(found, measures[found.key]) for found in adjusted],
        )
    for one in segmented:
        yield ""
        yield from _segments(one, measures[one.outcome])
    yield ""
    yield from _table(
        ("Check", "Status", "What it found"),
        [(check.title, check.status, check.sentence) for check in judgement.checks],
    )


def _arm(arm: ArmMean, measure: Success) -> tuple[str, ...]:
    mean = arm.reason if arm.mean is None else measure_value(arm.mean, measure.unit, 3)
    if arm.low is None or arm.high is None:
        return measure.name, arm.arm, number(arm.n), mean, arm.reason
    ends = [measure_value(end, measure.unit, 3) for end in (arm.low, arm.high)]
    return measure.name, arm.arm, number(arm.n), mean, f"({ends[0]} to {ends[1]})"


def _row(found: Comparison, measure: Success) -> tuple[str, ...]:
    if found.absolute is None:
        return measure.name, found.arm, found.absolute_reason, "", ""
    effect, low, high, p = found.absolute
    relative = found.relative_reason if found.relative is None else percent_change(*found.relative)
    difference = measure_change(effect, low, high, measure.unit, 3)
    return measure.name, found.arm, difference, relative, f"{p:.3g}"


def _cuped(found: Comparison, measure: Success) -> tuple[str, ...]:
    if found.cuped is None:
        return measure.name, found.arm, found.cuped_reason, "", ""
    effect, low, high, p, ratio = found.cuped
    difference = measure_change(effect, low, high, measure.unit, 3)
    return measure.name, found.arm, difference, measure_value(ratio, "share"), f"{p:.3g}"


def _segments(one: Segmented, measure: Success) -> Iterator[str]:
    found = one.found
    yield f"{measure.name}, {one.arm}, by segment: {found.sentence if found else one.reason}"
    if found is None:
        return
    rows = [
        (
            row.name,
            number(row.treated),
            number(row.holdout),
            measure_change(row.effect, row.low, row.high, measure.unit, 3),
            "" if row.adjusted is None else f"{row.adjusted:.3g}",
        )
        for row in found.rows
    ]
    missing = [(name, "", "", reason, "") for name, reason in found.missing.items()]
    head = ("Segment", "n treated", "n held out", "Difference", "p, adjusted")
    yield from _table(head, [*rows, *missing])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    every = [head, *rows]
    widths = [max(len(row[place]) for row in every) for place in range(len(head))]
    for row in every:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
