"""A claim: an uplift that somebody states, beside what the data say."""

from collections.abc import Sequence
from typing import NamedTuple

from reports.audit.finding import Bars, Curve, Finding, finding
from reports.audit.windows import Windows, convenient_window
from reports.evidence.checks import Check, Status
from reports.evidence.plan import Direction
from reports.observed.effect import Effect
from reports.observed.low_start import LowStart
from reports.observed.placebo import Placebo
from strategy.language.numbers import signed_percent

WHY = {
    "D": "somebody was compared with, but chance did not choose them.",
    "E": "there is only before and after.",
    "F": "there are no data behind it.",
}


class ClaimAudit(NamedTuple):
    """What the data say of a claim.

    Attributes:
        findings: each with its sentence and picture.
        grade: D at best; F where there are no data.
        median: what the median window shows, None without windows.
        convenience: share of windows less to the good, None without windows.
        sentence: claim and data in one.

    """

    findings: tuple[Finding, ...]
    grade: str
    median: float | None
    convenience: float | None
    sentence: str


def audit_claim(
    uplift: float,
    *,
    better: Direction = Direction.MORE,
    windows: Windows | None = None,
    placebo: Placebo | None = None,
    start: LowStart | None = None,
    effects: Sequence[Effect] = (),
    more: Sequence[Finding] = (),
) -> ClaimAudit:
    """Set beside a stated uplift everything that can be worked out without a holdout.

    Args:
        uplift: as claimed, relative, 0.29 for +29%; below 0 is a fall.
        better: which way is better for the measure.
        windows: all windows that could have been shown.
        placebo: the same comparison at times when nothing was done.
        start: whether the treated were chosen at a low.
        effects: comparisons with units that were left alone.
        more: findings from elsewhere, such as a low base.

    """
    compared = bool(effects) or (placebo is not None and placebo.compared)
    findings = [_control(compared=compared)]
    if windows is not None:
        findings.append(convenient_window(windows, uplift, better))
    if placebo is not None:
        findings.append(_placebo(placebo))
    if start is not None:
        findings.append(_low_start(start))
    findings += more
    nothing = windows is None and placebo is None and not effects
    grade = "F" if nothing else max(one.best_grade for one in findings)
    why = WHY[grade]
    if grade == "E" and compared:
        fault = next(one for one in findings if one.best_grade == "E")
        why = f"the audit found fault: {fault.check.title.lower()}."
    way = "" if better is Direction.MORE else ", where less is better"
    beside = [f"Claimed {signed_percent(uplift)}{way}."]
    if windows is not None:
        beside.append(f"The median window shows {signed_percent(windows.median)}.")
    beside += [one.sentence for one in effects]
    return ClaimAudit(
        tuple(findings),
        grade,
        None if windows is None else windows.median,
        None if windows is None else windows.convenience(uplift, better),
        " ".join([*beside, f"Evidence {grade}: {why}"]),
    )


def _control(*, compared: bool) -> Finding:
    if compared:
        sentence = "Others were compared with, but chance did not choose them."
        return finding(Check("control_group", "Control group", Status.WARN, sentence))
    sentence = "Nobody was held out, so the claim compares with another time only."
    return finding(Check("control_group", "Control group", Status.FAIL, sentence))


def _placebo(placebo: Placebo) -> Finding:
    unusual = placebo.p <= 0.05  # noqa: PLR2004 - the level of every interval
    status = Status.WARN if unusual and placebo.compared else Status.FAIL
    picture = Curve(
        x=tuple(float(place) for place in range(len(placebo.placebos))),
        y=placebo.placebos,
        x_name="Earlier time",
        y_name="Change with nothing done",
        marked=(float(len(placebo.placebos)), placebo.relative),
        level=0.0,
    )
    check = Check("placebo", "Placebo in time", status, placebo.sentence)
    return finding(check, picture, best_grade="D" if status is Status.WARN else "E")


def _low_start(start: LowStart) -> Finding:
    status = Status.FAIL if start.flagged else Status.OK
    picture = None
    if start.treated_change is not None and start.untreated_change is not None:
        changes = start.treated_change, start.untreated_change
        picture = Bars(("Treated", "Others"), changes, "Change before the start")
    check = Check("low_start", "Low start", status, start.sentence)
    return finding(check, picture, best_grade="E" if start.flagged else "A")
