"""How strong the evidence is, A to F, apart from what it says."""

from collections.abc import Sequence
from typing import NamedTuple

from reports.evidence.checks import Check, Status
from reports.evidence.plan import Lock, Plan
from strategy.language.words import join_words

FEW_UNITS = 30
BY_CHANCE = ("sample_ratio", "both_arms", "overlap", "removals", "balance")
BY_ONE_PERSON = frozenset({"customer", "household", "visitor"})


class Grade(NamedTuple):
    """`letter` from A to F, and the sentence that says why."""

    letter: str
    sentence: str


def best_with(check: Check) -> str:
    """Return the best letter that a result can have with this check as it came out.

    A where the check takes nothing away. A warning beside another one is a C.
    """
    if check.key == "control_group" and check.status in {Status.WARN, Status.FAIL}:
        return "D" if check.status is Status.WARN else "E"
    if check.status is Status.FAIL:
        return "D" if check.key in BY_CHANCE else "C"
    if check.key == "plan_locked" and check.status is Status.UNKNOWN:
        return "C"
    return "B" if check.status is Status.WARN else "A"


def grade(  # noqa: PLR0911 - one return for each line of the rule
    plan: Plan, checks: Sequence[Check], *, smallest_arm: int, measured: bool, compared: bool
) -> Grade:
    """Return the grade by what the evidence rests on.

    A: randomised, plan locked before the start, planned reads only, every check passed.
    B: one weakness, allowed for. C: two or more, or one that is not allowed for, or the plan
    locked late, never or not seen, or few stores or regions. D: compared, but not by chance, or
    chance did not hold (sample ratio, customers in both arms, other initiatives, losses, the time
    before). E: no holdout, so before and after at best. F: no data.

    A file without a plan is C at best: what nobody saw locked may have been chosen afterwards.
    A check that cannot be made yet, such as a window that is still open, takes nothing away, but
    the sentence says that the grade is provisional; one that cannot be made because the plan is
    not seen is already in the C.

    Args:
        plan: what was promised.
        checks: of this result.
        smallest_arm: units in the smallest arm.
        measured: a success measure has a mean in some arm.
        compared: a success measure has a difference in some treated arm.

    """
    by_key = {check.key: check for check in checks}
    if not measured:
        return Grade("F", "Evidence F: there are no data to judge by.")
    if by_key["control_group"].status is Status.FAIL:
        return Grade("E", "Evidence E: without a holdout there is only before and after.")
    if not compared:
        return Grade("F", "Evidence F: the data do not allow a comparison.")
    if not plan.randomised:
        return Grade("D", "Evidence D: the holdout was not chosen by chance.")
    if any(key in by_key and by_key[key].status is Status.FAIL for key in BY_CHANCE):
        return Grade("D", "Evidence D: the arms are no longer what chance made them.")
    if plan.lock is not Lock.BEFORE:
        locked = {
            Lock.LATE: "the plan was locked after the start",
            Lock.NEVER: "the plan was never locked",
        }.get(plan.lock, "no plan locked before the start can be seen")
        return Grade("C", f"Evidence C: {locked}.")
    if plan.unit not in BY_ONE_PERSON and smallest_arm < FEW_UNITS:
        return Grade("C", f"Evidence C: an arm has only {smallest_arm} {plan.unit}s.")
    weak = [check for check in checks if check.status in {Status.WARN, Status.FAIL}]
    until = "" if plan.over else ", provisional until the planned end"
    if not weak:
        all_run = all(check.status is Status.OK for check in checks)
        passed = "every check passed" if all_run else "every check that could be run passed"
        return Grade("A", f"Evidence A{until}: {passed}.")
    if len(weak) == 1 and weak[0].status is Status.WARN:
        return Grade("B", f"Evidence B{until}: one weakness, {weak[0].title.lower()}.")
    titles = join_words([check.title.lower() for check in weak])
    return Grade("C", f"Evidence C{until}: the audit found fault with {titles}.")
