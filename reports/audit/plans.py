"""A plan's versions: was the measure switched, or the plan changed, after the start."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from reports.audit.finding import Finding, finding
from reports.evidence.checks import Check, Status
from strategy.language.dates import day, span
from strategy.language.numbers import percent
from strategy.language.words import join_words


class Version(NamedTuple):
    """One locked version of a plan.

    Attributes:
        locked_on: the day on which it was locked.
        success: names of the success measures, the leading one first.
        guardrails: margin by guardrail's name, relative.
        starts_on, ends_on: the window `[starts_on, ends_on)`.
        holdout_share: planned, 0 to 1.
        smallest_effect: relative, worth having.
        planned_reads: reads of the result.

    """

    locked_on: date
    success: tuple[str, ...]
    guardrails: Mapping[str, float]
    starts_on: date
    ends_on: date
    holdout_share: float
    smallest_effect: float
    planned_reads: int = 1


def plan_changes(versions: Sequence[Version]) -> Finding:
    """Say what changed in the plan after its first start.

    Args:
        versions: all of them, the oldest first, one at least.

    """
    starts_on = versions[0].starts_on
    told = [
        f"on {day(later.locked_on)} {join_words(changes)}"
        for earlier, later in pairwise(versions)
        if later.locked_on > starts_on and (changes := _changes(earlier, later))
    ]
    if not told:
        check = Check(
            "plan_changes", "Changed plan", Status.OK, "Nothing was changed after the start."
        )
        return finding(check)
    sentence = f"After the start, {join_words(told)}."
    return finding(Check("plan_changes", "Changed plan", Status.FAIL, sentence))


def _changes(old: Version, new: Version) -> list[str]:
    changes = []
    if old.success != new.success:
        was, became = join_words(old.success), join_words(new.success)
        changes.append(f"the success measure was switched from {was} to {became}")
    dropped = [name for name in old.guardrails if name not in new.guardrails]
    if dropped:
        changes.append(f"{join_words(dropped)} was dropped as a guardrail")
    added = [name for name in new.guardrails if name not in old.guardrails]
    if added:
        changes.append(f"{join_words(added)} was added as a guardrail")
    changes += [
        f"the margin of {name} went from {percent(old.guardrails[name])} to {percent(margin)}"
        for name, margin in new.guardrails.items()
        if name in old.guardrails and old.guardrails[name] != margin
    ]
    if (old.starts_on, old.ends_on) != (new.starts_on, new.ends_on):
        changes.append(
            f"the window was moved from {span(old.starts_on, old.ends_on)} "
            f"to {span(new.starts_on, new.ends_on)}"
        )
    if old.holdout_share != new.holdout_share:
        shares = percent(old.holdout_share), percent(new.holdout_share)
        changes.append(f"the holdout went from {shares[0]} to {shares[1]}")
    if old.smallest_effect != new.smallest_effect:
        effects = percent(old.smallest_effect), percent(new.smallest_effect)
        changes.append(f"the effect worth having went from {effects[0]} to {effects[1]}")
    if old.planned_reads != new.planned_reads:
        changes.append(f"planned reads went from {old.planned_reads} to {new.planned_reads}")
    return changes
