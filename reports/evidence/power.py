"""Before launch: how many customers a plan needs, for how long, and what it could see."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from reports.evidence.guardrails import SAFE_ALPHA
from reports.evidence.intervals import ZeroHoldoutError
from reports.evidence.plan import Direction
from reports.evidence.sums import NegativeBaseError, NoSpreadError, NotComputableError, Sums
from reports.evidence.verdict import FIRST_WIN_DAY, WIN_ALPHA
from strategy.language.numbers import number, percent
from strategy.language.words import counted

POWER = 0.8
WEEK = 7


class TooNoisyError(NotComputableError):
    """No number of the customers at hand could show it."""


class Aim(NamedTuple):
    """A measure that a plan wants to show something of.

    Attributes:
        key, name, direction: as for `plan.Success`.
        base: of customers like those of the test, over as many days as its window.
        change: relative and positive: the smallest effect worth having of a success measure, the
            margin of a guardrail.

    """

    key: str
    name: str
    direction: Direction
    base: Sums
    change: float


class Need(NamedTuple):
    """Customers that one measure needs in one treated arm and the holdout together.

    `customers` is None where `reason` says why nobody can tell.
    """

    key: str
    name: str
    customers: int | None
    reason: str


class Launch(NamedTuple):
    """What a plan needs.

    Attributes:
        needs: success measures, then guardrails, in the order given.
        customers: what the most demanding of them needs, in one treated arm and the holdout
            together; None where one of them cannot be told.
        days: whole weeks until so many have come, at least 14 days; None without arrivals.
        sentence: for the page of the plan.

    """

    needs: tuple[Need, ...]
    customers: int | None
    days: int | None
    sentence: str


def customers_for_gain(
    base: Sums,
    effect: float,
    *,
    holdout_share: float = 0.5,
    tests: int = 1,
    power: float = POWER,
    alpha: float = WIN_ALPHA,
) -> int:
    """Return the customers in both arms that show a relative effect at the planned end.

    n = (z(1 - alpha/tests) + z(power))^2 v (1/s1 + 1/s0) / (effect m0)^2, with s the arms'
    shares and the spread of the base in both arms. `tests` counts success measures times treated
    arms: the first step of Holm.

    >>> customers_for_gain(Sums.from_powers(10_000, 500, 500), 0.1, alpha=0.025)
    59658

    Raises:
        NotComputableError: the base has no mean above zero, or no spread.

    """
    reach = _quantile(1 - alpha / tests) + _quantile(power)
    treated_share = 1 - holdout_share
    weight = 1 / treated_share + 1 / holdout_share
    return math.ceil((reach / effect) ** 2 * _noise(base) * weight)


def customers_for_guardrail(
    base: Sums,
    margin: float,
    direction: Direction,
    *,
    holdout_share: float = 0.5,
    power: float = POWER,
    alpha: float = SAFE_ALPHA,
) -> int:
    """Return the customers in both arms that show a guardrail safe if nothing gets worse.

    n = (z(1 - alpha) + z(power))^2 v (1/s1 + f^2/s0) / (margin m0)^2 with f = 1 + margin where
    more is worse, 1 - margin where less is: the test of `guardrails.guard`, not a difference.

    >>> opt_outs = Sums.from_powers(10_000, 100, 100)
    >>> customers_for_guardrail(opt_outs, 0.25, Direction.FEWER, alpha=0.05) // 2
    25098

    Raises:
        NotComputableError: as for `customers_for_gain`.

    """
    reach = _quantile(1 - alpha) + _quantile(power)
    factor = 1 - direction.sign * margin
    weight = 1 / (1 - holdout_share) + factor * factor / holdout_share
    return math.ceil((reach / margin) ** 2 * _noise(base) * weight)


def smallest_effect(
    base: Sums,
    treated: int,
    holdout: int,
    *,
    tests: int = 1,
    power: float = POWER,
    alpha: float = WIN_ALPHA,
) -> float:
    """Return the smallest relative effect that arms of these sizes show at the planned end.

    >>> round(smallest_effect(Sums.from_powers(10_000, 500, 500), 29_819, 29_819, alpha=0.025), 4)
    0.1

    Raises:
        TooNoisyError: an arm is empty.
        NotComputableError: as for `customers_for_gain`.

    """
    if min(treated, holdout) < 1:
        raise TooNoisyError("An arm would be empty.")
    reach = _quantile(1 - alpha / tests) + _quantile(power)
    return reach * math.sqrt(_noise(base) * (1 / treated + 1 / holdout))


def smallest_margin(
    base: Sums,
    direction: Direction,
    treated: int,
    holdout: int,
    *,
    power: float = POWER,
    alpha: float = SAFE_ALPHA,
) -> float:
    """Return the smallest relative margin that arms of these sizes can show to be kept.

    The positive root d of d^2 = k (1/n1 + (1 +- d)^2/n0), k = (z + z)^2 v/m0^2.

    Raises:
        TooNoisyError: no margin is wide enough, or an arm is empty.
        NotComputableError: as for `customers_for_gain`.

    """
    if min(treated, holdout) < 1:
        raise TooNoisyError("An arm would be empty.")
    k = (_quantile(1 - alpha) + _quantile(power)) ** 2 * _noise(base)
    of1, of0 = k / treated, k / holdout
    lead, side = 1 - of0, -direction.sign * of0
    margin = math.inf if lead <= 0 else (side + math.sqrt(side**2 + lead * (of1 + of0))) / lead
    if margin == math.inf or (direction is Direction.MORE and margin >= 1):
        raise TooNoisyError("So few customers could not show any margin to be kept.")
    return margin


def days_for(customers: int, per_day: float) -> int:
    """Return the days until so many customers have come: whole weeks, 14 days at least.

    Whole weeks give each weekday the same weight.

    >>> days_for(50_000, 2_000), days_for(100, 2_000)
    (28, 14)

    Raises:
        TooNoisyError: nobody comes.

    """
    if per_day <= 0:
        raise TooNoisyError("Nobody comes, so the test would never end.")
    return max(FIRST_WIN_DAY, WEEK * math.ceil(customers / per_day / WEEK))


def before_launch(
    success: Sequence[Aim],
    guardrails: Sequence[Aim],
    *,
    holdout_share: float,
    treated_arms: int = 1,
    further: int = 0,
    per_day: float | None = None,
    power: float = POWER,
) -> Launch:
    """Return what a plan needs to be called a win with this power if it is as good as hoped.

    A win asks for a success measure and for every guardrail, so that each has the power's root:
    with three guardrails and 80% each of the four is sized for 95%. `holdout_share` is the
    holdout's part of one treated arm and the holdout together; `per_day` is how many customers
    come into the two of them a day; `further` success measures share the error rate without being
    aimed at.
    """
    each = power ** (1 / (1 + len(guardrails)))
    tests = max(1, len(success) + further) * treated_arms
    needs = [
        _need(
            aim,
            lambda aim: customers_for_gain(
                aim.base, aim.change, holdout_share=holdout_share, tests=tests, power=each
            ),
        )
        for aim in success
    ] + [
        _need(
            aim,
            lambda aim: customers_for_guardrail(
                aim.base, aim.change, aim.direction, holdout_share=holdout_share, power=each
            ),
        )
        for aim in guardrails
    ]
    unknown = next((need for need in needs if need.customers is None), None)
    if unknown is not None or not needs:
        reason = f"{unknown.name}: {unknown.reason}" if unknown else "No measure was named."
        return Launch(tuple(needs), None, None, f"Nobody can say how many are needed. {reason}")
    most = max(needs, key=lambda need: need.customers or 0)
    customers = most.customers or 0
    days = days_for(customers, per_day) if per_day else None
    return Launch(
        tuple(needs), customers, days, _sentence(most, holdout_share, days=days, power=power)
    )


def _need(aim: Aim, customers: Callable[[Aim], int]) -> Need:
    try:
        return Need(aim.key, aim.name, customers(aim), "")
    except NotComputableError as error:
        return Need(aim.key, aim.name, None, str(error))


def _sentence(most: Need, holdout_share: float, *, days: int | None, power: float) -> str:
    customers = most.customers or 0
    held = math.ceil(customers * holdout_share)
    sentence = (
        f"{number(customers)} customers, {number(held)} of them held out, are needed for "
        f"{percent(power, 0)} power; {most.name} asks for the most."
    )
    return sentence if days is None else f"{sentence} They come in {counted(days, 'day')}."


def _noise(base: Sums) -> float:
    """Return the squared coefficient of variation, v/m0^2."""
    if base.mean == 0:
        raise ZeroHoldoutError("The base is zero, so no percentage of it exists.")
    if base.mean < 0:
        raise NegativeBaseError("The base is below zero, so a share of it means nothing.")
    if base.variance <= 0:
        raise NoSpreadError("Every customer has the same value, so chance cannot be judged.")
    return base.variance / base.mean / base.mean


def _quantile(share: float) -> float:
    from scipy.special import ndtri  # noqa: PLC0415 - scipy takes a second to import

    return float(ndtri(share))
