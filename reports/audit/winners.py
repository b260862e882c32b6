"""The sum of winners: adding up what was chosen for being large adds up luck as well."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from reports.audit.finding import Bars, Finding, finding
from reports.evidence.checks import Check, Status
from reports.evidence.sums import NotComputableError
from strategy.language.words import counted

SHOWN_Z = 1.959963984540054


class NoTestsError(NotComputableError):
    """There are no tests with a standard error to add up."""


class Estimate(NamedTuple):
    """One test's effect, better is above 0, in a unit that all tests share.

    It counts as a winner where `effect > threshold * standard_error`.
    """

    name: str
    effect: float
    standard_error: float
    threshold: float = SHOWN_Z

    @property
    def won(self) -> bool:
        """Whether it would be added to the sum."""
        return self.effect > self.threshold * self.standard_error


class Winners(NamedTuple):
    """The sum of the winners' effects as claimed, and with the luck of the choice taken out.

    Attributes:
        tests, winners: how many there were, and won.
        claimed: sum of the winners' effects.
        luck: what choosing adds on average.
        corrected: claimed - luck; may fall below 0.

    """

    tests: int
    winners: int
    claimed: float
    luck: float
    corrected: float


def sum_of_winners(estimates: Sequence[Estimate]) -> Winners:
    """Correct the sum for the winner's curse.

    Lee and Shen, "Winner's curse: bias estimation for total effects of features in online
    controlled experiments", KDD 2018: subtract sum of sigma phi((sigma b - x)/sigma) over all
    tests, those that did not win included.

    >>> one = Estimate("one", 2.0, 1.0)
    >>> round(sum_of_winners([one, Estimate("two", 0.0, 1.0)]).corrected, 4)
    1.5429

    Raises:
        NoTestsError: there are none, or one has no standard error.

    """
    if not estimates or not all(
        math.isfinite(one.effect) and one.standard_error > 0 for one in estimates
    ):
        raise NoTestsError("A test without a standard error cannot be corrected.")
    won = [one for one in estimates if one.won]
    claimed = math.fsum(one.effect for one in won)
    luck = math.fsum(
        one.standard_error * _density(one.threshold - one.effect / one.standard_error)
        for one in estimates
    )
    return Winners(len(estimates), len(won), claimed, luck, claimed - luck)


def winners_finding(found: Winners, values: tuple[str, str], value_name: str) -> Finding:
    """Say what the sum is worth; `values` are the claimed and the corrected sum in their unit.

    It changes no single grade: the sum is what it is about.
    """
    picture = Bars(("Claimed", "Corrected"), (found.claimed, found.corrected), value_name)
    sentence = (
        f"{counted(found.winners, 'winner', capital=True)} of {counted(found.tests, 'test')}: "
        f"{values[0]} as claimed, {values[1]} without the luck of the choice."
    )
    lucky = found.winners > 0 and found.luck > found.claimed / 4
    check = Check("winners", "Sum of winners", Status.WARN if lucky else Status.OK, sentence)
    return finding(check, picture, best_grade="A")


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
