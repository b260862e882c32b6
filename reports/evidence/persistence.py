"""Did it last: the first two weeks against the third month, unit by unit."""

from enum import StrEnum
from typing import NamedTuple

from reports.evidence.intervals import Estimate
from reports.evidence.sums import NoSpreadError, Sums
from reports.evidence.welch import Group, welch

EARLY_DAYS = range(14)
LATE_DAYS = range(60, 90)
KEPT_SHARE = 0.5
LEVEL = 0.9  # two-sided; each end by itself errs 5 % of the time


class Lasting(StrEnum):
    """What became of an early gain."""

    LASTING = "lasting"
    FADED = "faded"
    BORROWED = "borrowed"
    UNKNOWN = "unknown"


class Persistence(NamedTuple):
    """Late effect and what is left of the early one, both per customer and day.

    Attributes:
        lasting: see `Lasting`.
        late: treated minus holdout over the later 30 days.
        kept: the same of late - early/2; above 0 more than half of the early effect is kept.
        sentence: what may be said.

    Intervals are 90%, so that each of their ends errs 5% of the time.

    """

    lasting: Lasting
    late: Estimate
    kept: Estimate
    sentence: str


SENTENCES = {
    Lasting.LASTING: "More than half of the early effect is still there.",
    Lasting.FADED: "Less than half of the early effect is left.",
    Lasting.BORROWED: "What was gained early was borrowed: the treated have fallen behind.",
    Lasting.UNKNOWN: "Nobody can say whether it lasted; the arms are too small to tell.",
}


def persistence(treated: Sums, holdout: Sums) -> Persistence:
    """Judge whether an effect lasted.

    Args:
        treated, holdout: per unit, `y` the total over 30 later days (60 to 89 after the start,
            or those before a retest), `x` that over days 0 to 13, both of the same measure; `d`
            its customers where the unit is not the customer.

    Per customer D = late/30 - 0.5 early/14. A late effect below 0 was borrowed from later sales;
    D and late above 0 last; D below 0 has faded.

    Raises:
        NotComputableError: as for `Sums.mean` and `Sums.variance`.

    """
    early, late = len(EARLY_DAYS), len(LATE_DAYS)
    of_late = _difference(treated.times(1 / late), holdout.times(1 / late))
    weights = 1 / late, -KEPT_SHARE / early
    kept = _difference(treated.with_before(*weights), holdout.with_before(*weights))
    if of_late.high < 0:
        found = Lasting.BORROWED
    elif kept.low > 0 and of_late.low > 0:
        found = Lasting.LASTING
    elif kept.high < 0:
        found = Lasting.FADED
    else:
        found = Lasting.UNKNOWN
    return Persistence(found, of_late, kept, SENTENCES[found])


def _difference(treated: Sums, holdout: Sums) -> Estimate:
    if treated.mean_variance + holdout.mean_variance <= 0:
        raise NoSpreadError("Every customer has the same value, so chance cannot be judged.")
    one, zero = (Group(sums.mean, sums.variance, sums.n) for sums in (treated, holdout))
    found = welch(one, zero, LEVEL)
    return Estimate(float(found.effect), float(found.low), float(found.high))
