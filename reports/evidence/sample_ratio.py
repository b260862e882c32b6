"""The arms' sizes beside those that chance would have given them."""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from reports.evidence.sums import EmptyArmError, NotComputableError

HOLD_BELOW = 0.001
WARN_BELOW = 0.01
POWER = 0.8


class UnplannedArmError(NotComputableError):
    """The plan gives an arm no share, or a share that is no positive number."""


class RatioStatus(StrEnum):
    """`hold`: nothing may be concluded before the sizes are explained."""

    OK = "ok"
    WARN = "warn"
    HOLD = "hold"


class SampleRatio(NamedTuple):
    """Pearson's chi-square of the arms' sizes against the planned split.

    Attributes:
        p: chance of sizes at least this uneven.
        status: hold below 0.001, warn below 0.01.
        sizes: customers by arm.
        shares: planned shares by arm, adding up to 1.
        assumed: True where no split was planned and equal shares are taken for it.
        smallest_loss: smallest share of the smallest arm whose loss would have led to a hold four
            times out of five; None where not even losing all of it would.

    """

    p: float
    status: RatioStatus
    sizes: Mapping[str, int]
    shares: Mapping[str, float]
    assumed: bool
    smallest_loss: float | None


def sample_ratio(sizes: Mapping[str, int], planned: Mapping[str, float] | None) -> SampleRatio:
    """Compare the sizes of all arms with the planned split (any positive weights).

    >>> ratio = sample_ratio({"treated": 21307, "holdout": 21306}, None)
    >>> round(ratio.smallest_loss, 3)
    0.039

    Raises:
        EmptyArmError: fewer than two arms, or nobody in any.
        UnplannedArmError: an arm without a planned share.

    """
    total = sum(sizes.values())
    weights = dict.fromkeys(sizes, 1.0) if planned is None else dict(planned)
    arms = sorted(weights.keys() | sizes.keys())
    if len(arms) <= 1 or total <= 0:
        raise EmptyArmError("There are not two arms with customers to compare.")
    for arm in arms:
        weight = weights.get(arm, 0.0)
        if not math.isfinite(weight) or weight <= 0:
            raise UnplannedArmError(f"The planned split gives “{arm}” no share.")
    whole = sum(weights.values())
    shares = {arm: weights[arm] / whole for arm in arms}
    p = _chi_square([sizes.get(arm, 0) for arm in arms], [shares[arm] * total for arm in arms])
    return SampleRatio(
        p=p,
        status=status_of(p),
        sizes={arm: sizes.get(arm, 0) for arm in arms},
        shares=shares,
        assumed=planned is None,
        smallest_loss=_smallest_loss(total, min(shares.values()), len(arms) - 1),
    )


def _chi_square(seen: list[int], expected: list[float]) -> float:
    from scipy.stats import chisquare  # noqa: PLC0415 - scipy takes a second to import

    return float(chisquare(seen, expected).pvalue)


def status_of(p: float) -> RatioStatus:
    """Return what a p-value of arms that ought to be alike asks for."""
    if p < HOLD_BELOW:
        return RatioStatus.HOLD
    return RatioStatus.WARN if p < WARN_BELOW else RatioStatus.OK


def _smallest_loss(total: int, share: float, freedom: int) -> float | None:
    """Solve for the loss from the noncentral chi-square that gives the power.

    Losing l of an arm with share s moves the shares so that Σ(seen - planned)²/planned is
    s(1 - s) l² / (1 - s l)²; times the total this is the noncentrality.
    """
    from scipy.special import chdtri, chndtrinc  # noqa: PLC0415 - scipy takes a second to import

    noncentrality = float(chndtrinc(chdtri(freedom, HOLD_BELOW), freedom, 1 - POWER))
    reach = math.sqrt(noncentrality / total)
    loss = reach / (math.sqrt(share * (1 - share)) + share * reach)
    return loss if loss < 1 else None
