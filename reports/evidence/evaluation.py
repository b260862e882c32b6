"""Judging a test from a file: what is asked, and the answer."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from reports.evidence.judge import NOBODY, Judgement, judge
from reports.evidence.plan import Beside, Direction, Plan, Success
from reports.evidence.segments import Segments, segments
from reports.evidence.sums import NotComputableError
from reports.evidence.trial_file import Columns, Trial, TrialFileError, read_trial
from reports.evidence.verdict import Word


class Asked(NamedTuple):
    """Which columns mean what, and how the test was planned.

    Attributes:
        arm: column that says who got what.
        holdout: its value for those left alone.
        outcomes: columns with a number per row, more is better, the leading one first.
        covariate: column with a number from before the start.
        unit: column of what was randomised; its rows are added up.
        segment: column of what was known of it before the start, by which it may differ.
        shares: planned shares such as "A=0.9,B=0.1", each in one part or several; none is equal.
        caps: "spend=500": an outcome shown once more with nobody counted above this.
        reads, planned_reads: how often it has been read, and was to be.

    """

    arm: str
    holdout: str
    outcomes: tuple[str, ...]
    covariate: str | None = None
    unit: str | None = None
    shares: tuple[str, ...] = ()
    caps: tuple[str, ...] = ()
    reads: int = 1
    planned_reads: int = 1
    segment: str | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `_asdict` gave, after a way through JSON."""
        lists = {name: tuple(kept[name]) for name in ("outcomes", "shares", "caps")}
        return cls(**{**kept, **lists})


class Segmented(NamedTuple):
    """One treated arm on the leading outcome by segment; None comes with its reason."""

    arm: str
    outcome: str
    found: Segments | None
    reason: str


class Evaluated(NamedTuple):
    """A file's judgement, with its outcomes as it was judged by.

    `segmented` has each treated arm, and is empty where no segment was asked for.
    """

    judgement: Judgement
    success: tuple[Success, ...]
    segmented: tuple[Segmented, ...]


def evaluate(path: Path, asked: Asked) -> Evaluated:
    """Judge the test in a file, taken for the whole of the planned window.

    No plan can be seen locked before the start, so the grade is C at best.

    Raises:
        TrialFileError: what is wrong with the file or with what is asked, as a sentence.

    """
    caps = _caps(asked.caps, asked.outcomes)
    columns = Columns(asked.arm, asked.outcomes, asked.covariate, asked.unit, caps, asked.segment)
    trial = read_trial(path, columns, asked.holdout)
    success = tuple(_success(outcome, trial, columns) for outcome in asked.outcomes)
    plan = Plan(
        asked.holdout,
        _shares(asked.shares, trial),
        lock_seen=False,
        planned_reads=asked.planned_reads,
        reads_made=asked.reads,
        unit="unit" if columns.unit else "customer",
    )
    judgement = judge(
        sizes=trial.sizes, success=success, plan=plan, in_both_arms=trial.in_both_arms
    )
    segmented = tuple(
        _segmented(arm, trial, plan, judgement, success[0])
        for arm in trial.sizes
        if trial.segments and arm != asked.holdout
    )
    return Evaluated(judgement, success, segmented)


def _segmented(
    arm: str, trial: Trial, plan: Plan, judgement: Judgement, leading: Success
) -> Segmented:
    """Compare one treated arm by segment; on hold it is kept back, as the page of a result does."""
    if judgement.verdict.word is Word.HOLD:
        return Segmented(arm, leading.key, None, "The data must be explained first.")
    sides = {
        name: (arms.get(arm, NOBODY), arms.get(plan.holdout or "", NOBODY))
        for name, arms in trial.segments.items()
    }
    try:
        found = segments(sides, extra_reads=plan.extra_reads)
    except NotComputableError as reason:
        return Segmented(arm, leading.key, None, str(reason))
    return Segmented(arm, leading.key, found, "")


def _success(outcome: str, trial: Trial, columns: Columns) -> Success:
    words = outcome.replace("_", " ").strip() or outcome
    return Success(
        key=outcome,
        name=words[:1].upper() + words[1:],
        unit="share" if outcome in trial.shares else "per customer",
        direction=Direction.MORE,
        sums=trial.sums[outcome],
        beside=(
            Beside(columns.caps[outcome], trial.capped[outcome])
            if outcome in columns.caps
            else None
        ),
    )


def _caps(given: Sequence[str], outcomes: Sequence[str]) -> dict[str, float]:
    """Return the cap of each outcome that has one; raises TrialFileError where it does not fit."""
    caps = {}
    for part in given:
        outcome, _, value = (word.strip() for word in part.rpartition("="))
        cap = _number(value)
        if not math.isfinite(cap):
            raise TrialFileError(
                f"“{part}” is no cap; write it as COLUMN=VALUE, such as spend=500."
            )
        if outcome not in outcomes:
            raise TrialFileError(f"“{part}” caps “{outcome}”, which is no outcome asked for.")
        caps[outcome] = cap
    return caps


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _shares(given: Sequence[str], trial: Trial) -> dict[str, float] | None:
    """Return the planned weight of each arm; raises TrialFileError where it does not fit."""
    shares: dict[str, float] = {}
    for part in ",".join(given).split(",") if given else []:
        arm, _, share = (word.strip() for word in part.rpartition("="))
        weight = _number(share)
        if not arm or not math.isfinite(weight) or weight <= 0:
            raise TrialFileError(
                f"“{part}” is no planned share; write it as ARM=SHARE, such as "
                f"{next(iter(trial.sizes))}=0.5."
            )
        shares[arm] = weight
    if not shares:
        return None
    missing = [arm for arm in trial.sizes if arm not in shares]
    if missing:
        raise TrialFileError(f"The planned split gives no share to {', '.join(missing)}.")
    empty = [arm for arm in shares if arm not in trial.sizes]
    if empty:
        raise TrialFileError(f"No row is in {', '.join(empty)}, which the planned split names.")
    return shares
