"""Did some customers gain more than others: the whole first, then each part."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from reports.evidence.intervals import shared_level
from reports.evidence.sums import NotComputableError, Sums
from reports.evidence.welch import Group, welch
from strategy.language.words import join_words

ALPHA = 0.05
FEWEST = 2


class TooFewSegmentsError(NotComputableError):
    """There are not two segments with both arms to compare."""


class Segment(NamedTuple):
    """One segment's difference, treated minus holdout, in the measure's unit.

    Attributes:
        name: of the segment.
        treated, holdout: units in each arm.
        effect, low, high: with the 95% interval.
        p: two-sided, of this segment alone.
        adjusted: p over all segments (Benjamini and Hochberg); None where the segments do not
            differ, so that none may be singled out.

    """

    name: str
    treated: int
    holdout: int
    effect: float
    low: float
    high: float
    p: float
    adjusted: float | None


class Segments(NamedTuple):
    """Cochran's Q over the segments' differences, and each of them.

    Attributes:
        q, freedom, p: chi-square of the differences about their weighted mean.
        differ: p below 0.05: the segments may be looked at one by one.
        rows: segments that could be compared.
        missing: those that could not, with the reason.
        sentence: what may be said.

    """

    q: float
    freedom: int
    p: float
    differ: bool
    rows: tuple[Segment, ...]
    missing: Mapping[str, str]
    sentence: str


def segments(by_segment: Mapping[str, tuple[Sums, Sums]], *, extra_reads: float = 1.0) -> Segments:
    """Compare treated and holdout in each segment; values are (treated, holdout).

    Cochran, "The combination of estimates from different experiments", Biometrics 10 (1954):
    Q = sum w (effect - mean)^2 with w = 1/variance. Only where Q differs from chance are single
    segments judged, by the false discovery rate: any of 20 null segments is "significant" by
    itself 64% of the time. With `extra_reads` above 1 intervals and p are widened as in `compare`.

    Raises:
        TooFewSegmentsError: fewer than two segments can be compared.
        TooEarlyError: too many reads for any interval.

    """
    from scipy.special import chdtrc  # noqa: PLC0415 - scipy takes a second to import
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - likewise

    kept: dict[str, tuple[Sums, Sums]] = {}
    missing = {}
    for name, (treated, holdout) in by_segment.items():
        try:
            if treated.mean_variance + holdout.mean_variance > 0:
                kept[name] = (treated, holdout)
            else:
                missing[name] = "Every customer has the same value."
        except NotComputableError as error:
            missing[name] = str(error)
    if len(kept) < FEWEST:
        raise TooFewSegmentsError("There are not two segments with both arms to compare.")
    one, zero = ([pair[place] for pair in kept.values()] for place in (0, 1))
    tests = welch(_group(one), _group(zero), shared_level(extra_reads))
    weights = np.array(
        [1 / (a.mean_variance + b.mean_variance) for a, b in zip(one, zero, strict=True)]
    )
    middle = (weights * tests.effect).sum() / weights.sum()
    q = float((weights * (tests.effect - middle) ** 2).sum())
    freedom = len(kept) - 1
    p = min(1.0, float(chdtrc(freedom, q)) * extra_reads)
    differ = p < ALPHA
    alone = np.minimum(1.0, tests.p * extra_reads)
    adjusted = false_discovery_control(alone).tolist() if differ else [None] * len(kept)
    sizes = ([sums.n for sums in arm] for arm in (one, zero))
    ends = (column.tolist() for column in (tests.effect, tests.low, tests.high, alone))
    values = zip(*sizes, *ends, adjusted, strict=True)
    rows = tuple(Segment(name, *row) for name, row in zip(kept, values, strict=True))
    return Segments(q, freedom, p, differ, rows, missing, _sentence(rows, differ=differ))


def segments_to_json(found: Segments) -> dict[str, Any]:
    """Return what is kept and printed of segments.

    A segment's own p is left out: where they do not differ nobody should read it.
    """
    rows = [one._asdict() for one in found.rows]
    for row in rows:
        del row["p"]
    return {**found._asdict(), "rows": rows, "missing": dict(found.missing)}


def _group(arm: list[Sums]) -> Group:
    columns = np.array([(sums.mean, sums.variance, sums.n) for sums in arm], float)
    return Group(*columns.T)


def _sentence(rows: tuple[Segment, ...], *, differ: bool) -> str:
    if not differ:
        return "The segments do not differ more than chance; read the whole only."
    found = [row.name for row in rows if row.adjusted is not None and row.adjusted < ALPHA]
    if not found:
        return "The segments differ, but none of them by itself shows an effect."
    return f"The segments differ; an effect shows in {join_words(found)}."
