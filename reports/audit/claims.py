"""A claim: an uplift that somebody states, beside what the data say."""

from collections.abc import Sequence
from typing import NamedTuple

from reports.audit.finding import Finding, finding
from reports.audit.observed import WHY, graded, low_start_found, placebo_found
from reports.audit.windows import Windows, convenient_window
from reports.evidence.checks import Check, Status
from reports.evidence.plan import Direction
from reports.observed.effect import Effect
from reports.observed.low_start import LowStart
from reports.observed.placebo import Placebo
from strategy.language.numbers import signed_percent


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
        findings.append(placebo_found(placebo))
    if start is not None:
        findings.append(low_start_found(start))
    findings += more
    nothing = windows is None and placebo is None and not effects
    grade, why = (
        ("F", f"Evidence F: {WHY['F']}") if nothing else graded(findings, compared=compared)
    )
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
        " ".join([*beside, why]),
    )


def _control(*, compared: bool) -> Finding:
    if compared:
        sentence = "Others were compared with, but chance did not choose them."
        return finding(Check("control_group", "Control group", Status.WARN, sentence))
    sentence = "Nobody was held out, so the claim compares with another time only."
    return finding(Check("control_group", "Control group", Status.FAIL, sentence))
