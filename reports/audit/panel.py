"""The audit panel of a result: its checks, what each changes in the grade, what to draw."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reports.audit.finding import Bars, Curve, Finding, Picture, finding
from reports.evidence.alike import shares_by_arm
from reports.evidence.judge import Judgement
from strategy.language.numbers import percent


class Look(NamedTuple):
    """The leading measure's effect as it stood at the end of one day since the start."""

    day: int
    effect: float


class Known(NamedTuple):
    """What is known of a result beside its judgement; None and empty where it is not.

    Attributes:
        sizes: units by arm, as they were judged.
        removed, exposed: units by arm, as for `judge`.
        looks: the effect at each read, the oldest first.
        base_share: what the holdout's total is of the company's, 0 to 1.

    """

    sizes: Mapping[str, int]
    removed: Mapping[str, int] | None = None
    exposed: Mapping[str, int] | None = None
    looks: Sequence[Look] = ()
    base_share: float | None = None


def panel(judgement: Judgement, known: Known, more: Sequence[Finding] = ()) -> tuple[Finding, ...]:
    """Return every finding on a result, the judgement's checks first, then `more`."""
    pictures = _pictures(judgement, known)
    found = []
    for check in judgement.checks:
        shown = check
        if check.key == "low_base" and known.base_share is not None:
            share = percent(known.base_share)
            sentence = f"{check.sentence} The holdout's total is {share} of the company's."
            shown = check._replace(sentence=sentence)
        found.append(finding(shown, pictures.get(check.key)))
    return (*found, *more)


def _pictures(judgement: Judgement, known: Known) -> dict[str, Picture | None]:
    """Return what to draw by check's key."""
    pictures: dict[str, Picture | None] = {
        "low_base": _means(judgement),
        "outliers": _with_and_without_cap(judgement),
    }
    if judgement.sample_ratio is not None:
        sizes = judgement.sample_ratio.sizes
        pictures["sample_ratio"] = _shares(
            sizes, dict.fromkeys(sizes, sum(sizes.values())), "Share"
        )
    if known.removed is not None:
        removed = known.removed
        assigned = {arm: size + removed.get(arm, 0) for arm, size in known.sizes.items()}
        pictures["removals"] = _shares(removed, assigned, "Share lost")
    if known.exposed is not None:
        pictures["overlap"] = _shares(known.exposed, known.sizes, "Share reached by others")
    if known.looks:
        days, effects = zip(*known.looks, strict=True)
        pictures["peeking"] = Curve(days, effects, "Day", "Effect so far", (days[-1], effects[-1]))
    return pictures


def _shares(counts: Mapping[str, int], of: Mapping[str, int], name: str) -> Bars:
    shares = shares_by_arm(counts, of, "").values
    return Bars(tuple(shares), tuple(shares.values()), name)


def _means(judgement: Judgement) -> Bars | None:
    """Return the arms' means of the leading measure."""
    key = next((arm.key for arm in judgement.arms), "")
    rows = [
        (arm.arm, arm.mean, arm.low, arm.high)
        for arm in judgement.arms
        if arm.key == key and arm.mean is not None and arm.low is not None and arm.high is not None
    ]
    if not rows:
        return None
    names, means, lows, highs = zip(*rows, strict=True)
    return Bars(names, means, "Mean", lows, highs)


def _with_and_without_cap(judgement: Judgement) -> Bars | None:
    """Return the difference as it is and with another cap, of the first measure that has one."""
    for found in judgement.comparisons:
        if found.absolute is not None and found.beside is not None:
            both = (found.absolute, found.beside.absolute)
            return Bars(
                ("As it is", "Whole" if found.beside.is_whole else "Capped"),
                tuple(one.effect for one in both),
                "Difference",
                tuple(one.low for one in both),
                tuple(one.high for one in both),
            )
    return None
