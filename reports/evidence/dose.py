"""What one more contact does, from arms that chance gave different numbers of contacts."""

import math
from typing import NamedTuple

from reports.evidence.intervals import LEVEL
from reports.evidence.sums import NoSpreadError, NotComputableError, Sums


class SameDoseError(NotComputableError):
    """Both arms got as many contacts, but for chance, so nothing can be said of one more."""


class Dose(NamedTuple):
    """Change of the measure for one contact more per customer, in the measure's unit.

    Attributes:
        contacts: contacts per customer that the arms differ by, treated minus holdout.
        effect, low, high: per contact, with the 95% interval.
        p: two-sided.

    """

    contacts: float
    effect: float
    low: float
    high: float
    p: float


def dose(treated: Sums, holdout: Sums) -> Dose:
    """Return what one more contact does; arms have to be randomised.

    Args:
        treated, holdout: per customer, `y` the measure, `d` the contacts, with `yd`.

    Wald's ratio beta = dY/dDose (Wald, Annals of Mathematical Statistics 11, 1940) with
    se = sqrt(var(Y - beta dose)1/n1 + var(Y - beta dose)0/n0)/|dDose|. Regressing on contacts
    instead compares customers who got many with those who got few, who differ in all else: at no
    effect it is "significant" 99% of the time. Where the contacts themselves differ by no more than
    chance, Fieller's interval for the ratio has no ends, and none is given.

    Raises:
        SameDoseError: the arms got as many contacts, but for chance.
        NoSpreadError: no spread is left.
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - scipy takes a second to import

    contacts1, contacts0 = treated.weighted(0, 1), holdout.weighted(0, 1)
    contacts = contacts1.mean - contacts0.mean
    if contacts == 0:
        raise SameDoseError("Both arms got as many contacts, so nothing can be said of one more.")
    z = float(ndtri((1 + LEVEL) / 2))
    if abs(contacts) < z * math.sqrt(contacts1.mean_variance + contacts0.mean_variance):
        raise SameDoseError(
            "The arms’ contacts differ by no more than chance, so nothing can be said of one more."
        )
    effect = (treated.weighted(1, 0).mean - holdout.weighted(1, 0).mean) / contacts
    left = (treated.weighted(1, -effect), holdout.weighted(1, -effect))
    error = math.sqrt(sum(sums.mean_variance for sums in left)) / abs(contacts)
    if error <= 0 or not math.isfinite(error):
        raise NoSpreadError("No spread is left to judge chance by.")
    half = z * error
    p = 2 * float(ndtr(-abs(effect) / error))
    return Dose(contacts, effect, effect - half, effect + half, p)
