"""What is found where chance did not choose: a placebo that does as well, a low start."""

from collections.abc import Sequence

from reports.audit.finding import Bars, Curve, Finding, finding
from reports.evidence.checks import Check, Status
from reports.observed.low_start import LowStart
from reports.observed.placebo import Placebo

UNUSUAL = 0.05
"""The level of every interval."""

WHY = {
    "D": "somebody was compared with, but chance did not choose them.",
    "E": "there is only before and after.",
    "F": "there are no data behind it.",
}


def placebo_found(placebo: Placebo, *, is_claimed: bool = True) -> Finding:
    """Return whether the same came up at times when nothing was done.

    Where no effect is claimed it may have: that is what nothing looks like.
    """
    if placebo.p > UNUSUAL:
        status = Status.FAIL if is_claimed else Status.OK
    else:
        status = Status.WARN if placebo.compared else Status.FAIL
    picture = Curve(
        x=tuple(float(place) for place in range(len(placebo.placebos))),
        y=placebo.placebos,
        x_name="Earlier time",
        y_name="Change with nothing done",
        marked=(float(len(placebo.placebos)), placebo.relative),
        level=0.0,
    )
    check = Check("placebo", "Placebo in time", status, placebo.sentence)
    best = {Status.OK: "A", Status.WARN: "D"}
    return finding(check, picture, best_grade=best.get(status, "E"))


def low_start_found(start: LowStart) -> Finding:
    """Return whether the treated were chosen at a low."""
    status = Status.FAIL if start.flagged else Status.OK
    picture = None
    if start.treated_change is not None and start.untreated_change is not None:
        changes = start.treated_change, start.untreated_change
        picture = Bars(("Treated", "Others"), changes, "Change before the start")
    check = Check("low_start", "Low start", status, start.sentence)
    return finding(check, picture, best_grade="E" if start.flagged else "A")


def graded(findings: Sequence[Finding], *, compared: bool) -> tuple[str, str]:
    """Return the best grade that the findings leave, the control group's among them, and why."""
    grade = max(one.best_grade for one in findings)
    why = WHY[grade]
    if grade == "E" and compared:
        fault = next(one for one in findings if one.best_grade == "E")
        why = f"the audit found fault: {fault.check.title.lower()}."
    return grade, f"Evidence {grade}: {why}"
