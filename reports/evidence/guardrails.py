"""Was the experience safe: guardrails by non-inferiority, now and over all looks."""

import math
from enum import StrEnum
from typing import NamedTuple

from reports.evidence.contrast import Contrast, contrast
from reports.evidence.plan import Direction, Guardrail, Plan
from reports.evidence.sequence import half_width
from reports.evidence.sums import NotComputableError, Sums
from strategy.language.units import measure_values

SAFE_ALPHA = 0.045
SEQUENCE_ALPHA = 0.01
HARM_ALPHA = 0.01


class Standing(StrEnum):
    """Where a guardrail stands; only `safe` allows a win."""

    SAFE = "safe"
    OPEN = "not shown safe"
    OVER = "over the limit"
    HARMED = "harmed"
    UNKNOWN = "not measured"

    @property
    def tag(self) -> str:
        """The status of the page's tag."""
        tags = {
            Standing.SAFE: "ok",
            Standing.OPEN: "near",
            Standing.OVER: "over",
            Standing.HARMED: "breach",
        }
        return tags.get(self, "none")


class Guarded(NamedTuple):
    """One guardrail in one treated arm.

    Attributes:
        guardrail: what was agreed.
        arm: the treated arm.
        treated_mean, holdout_mean: None where there is none.
        safe: treated against the holdout plus the margin; above 0 is inside the margin.
        worse: treated against the holdout itself; below 0 is worse.
        standing: see `Standing`.
        reason: why it is not measured, or what is past the limit, else "".

    """

    guardrail: Guardrail
    arm: str
    treated_mean: float | None
    holdout_mean: float | None
    safe: Contrast | None
    worse: Contrast | None
    standing: Standing
    reason: str

    @property
    def z(self) -> float | None:
        """Non-inferiority: z = -s [m1 - (1+d) m0] / sqrt(v1/n1 + (1+d)^2 v0/n0)."""
        return None if self.safe is None else self.safe.z

    @property
    def p(self) -> float | None:
        """One-sided p against "worse by the margin or more"."""
        return None if self.safe is None else self.safe.p_good_normal


def guard(guardrail: Guardrail, arm: str, *, plan: Plan, planned: int, holdout_arm: str) -> Guarded:
    """Judge one guardrail: safe, harmed, over its limit, or neither shown.

    Safe: non-inferior at 4.5% one-sided at the planned end (shared out over extra reads), or by
    the 1% sequence on any day. Harmed: worse than the holdout by the 1% sequence on any day or
    at 1% one-sided at the planned end, and not safe: being worse inside the agreed margin is what
    was agreed. Over the limit: the treated mean is shown past the limit at the same 1%, and the
    holdout's mean is not past it.
    """
    if guardrail.gap:
        return Guarded(guardrail, arm, None, None, None, None, Standing.UNKNOWN, guardrail.gap)
    none = Sums(0, 0.0, 0.0)
    treated = guardrail.sums.get(arm, none)
    holdout = guardrail.sums.get(holdout_arm, none)
    try:
        safe = contrast(treated, holdout, guardrail.direction, planned, -guardrail.margin)
        worse = contrast(treated, holdout, guardrail.direction, planned)
    except NotComputableError as error:
        return Guarded(
            guardrail, arm, _mean(treated), _mean(holdout), None, None, Standing.UNKNOWN, str(error)
        )
    over = _past(guardrail, holdout) <= 0 and _shown_past(guardrail, treated, plan)
    inside = safe.above(SEQUENCE_ALPHA) or (
        plan.ended and safe.p_good_normal <= SAFE_ALPHA / plan.extra_reads
    )
    harmed = worse.below(SEQUENCE_ALPHA) or (plan.ended and worse.p_bad <= HARM_ALPHA)
    reason = ""
    if harmed and not inside:
        standing = Standing.HARMED
    elif over:
        standing, reason = Standing.OVER, _over(guardrail, treated)
    else:
        standing = Standing.SAFE if inside else Standing.OPEN
    return Guarded(guardrail, arm, treated.mean, holdout.mean, safe, worse, standing, reason)


def _past(guardrail: Guardrail, sums: Sums) -> float:
    """Return how far a mean is on the wrong side of the agreed limit; below 0 it is inside."""
    if guardrail.limit is None:
        return -math.inf
    return guardrail.direction.sign * (guardrail.limit - sums.mean)


def _shown_past(guardrail: Guardrail, treated: Sums, plan: Plan) -> bool:
    """Return whether the mean is past the limit by more than chance: 1%, as for harm."""
    from scipy.special import ndtr  # noqa: PLC0415 - scipy takes a second to import

    past = _past(guardrail, treated)
    if past <= 0:
        return False
    error = math.sqrt(treated.mean_variance)
    if past > half_width(error, treated.n, treated.n, SEQUENCE_ALPHA):
        return True
    return plan.ended and (error == 0 or float(ndtr(-past / error)) <= HARM_ALPHA)


def _over(guardrail: Guardrail, treated: Sums) -> str:
    assert guardrail.limit is not None  # noqa: S101  only a limit can be past
    mean, limit = measure_values([treated.mean, guardrail.limit], guardrail.unit)
    side = "more than" if guardrail.direction is Direction.FEWER else "less than"
    return f"The treated had {mean}, shown to be {side} the limit of {limit}."


def _mean(sums: Sums) -> float | None:
    try:
        return sums.mean
    except NotComputableError:
        return None
