import math

import pytest
import tea_tasting as tt
from tea_tasting.aggr import Aggregates

from reports.evidence.plan import Direction
from reports.evidence.power import (
    Aim,
    TooNoisyError,
    before_launch,
    customers_for_gain,
    customers_for_guardrail,
    days_for,
    smallest_effect,
    smallest_margin,
)
from reports.evidence.sums import NotComputableError, Sums
from tests.factories.evidence import events, spread

SPEND = spread(50_000, 12.0, 40.0)
OPT_OUTS = Aim("opt_outs", "Opt-outs", Direction.FEWER, events(100_000, 1000), 0.25)
CONVERSION = Aim("conversion_rate", "Conversion", Direction.MORE, events(100_000, 5000), 0.1)


@pytest.mark.parametrize("ratio", [1, 9])
def test_customers_for_a_gain_are_those_of_tea_tasting(ratio: int) -> None:
    share = 1 / (1 + ratio)

    found = customers_for_gain(SPEND, 0.05, holdout_share=share, alpha=0.025)

    metric = tt.Mean(
        "y", use_t=False, equal_var=True, alpha=0.05, power=0.8, rel_effect_size=0.05, ratio=ratio
    )
    data = Aggregates(50_000, {"y": SPEND.mean}, {"y": SPEND.variance})
    (known,) = metric.solve_power_from_aggregates(data, "n_obs")
    assert found == pytest.approx(known.n_obs, rel=1e-4)


def test_what_is_needed_shows_the_smallest_effect() -> None:
    customers = customers_for_gain(SPEND, 0.05, holdout_share=0.2)
    held = customers // 5

    assert smallest_effect(SPEND, customers - held, held) == pytest.approx(0.05, rel=1e-4)


def test_one_percent_opt_outs_with_a_quarter_more_need_25_thousand_an_arm() -> None:
    at_five = customers_for_guardrail(OPT_OUTS.base, 0.25, Direction.FEWER, alpha=0.05) / 2
    by_the_rule = customers_for_guardrail(OPT_OUTS.base, 0.25, Direction.FEWER) / 2

    assert round(at_five, -3) == 25_000
    assert round(by_the_rule, -3) == 26_000


def test_a_win_over_three_guardrails_needs_44_thousand_an_arm() -> None:
    visits = CONVERSION._replace(base=events(100_000, 10_000))

    found = before_launch([visits], [OPT_OUTS] * 3, holdout_share=0.5, per_day=3000)

    assert found.customers is not None
    assert round(found.customers / 2, -3) == 44_000
    assert [need.key for need in found.needs] == ["conversion_rate", *["opt_outs"] * 3]
    assert found.days == 35
    assert found.sentence == (
        f"{found.customers:,} customers, {math.ceil(found.customers / 2):,} of them held out, are "
        "needed for 80% power; Opt-outs asks for the most. They come in 35 days."
    )


@pytest.mark.parametrize("direction", list(Direction))
def test_the_smallest_margin_is_the_one_that_needs_these_customers(direction: Direction) -> None:
    customers = customers_for_guardrail(SPEND, 0.1, direction, holdout_share=0.25)

    margin = smallest_margin(SPEND, direction, round(customers * 0.75), round(customers * 0.25))

    assert margin == pytest.approx(0.1, rel=1e-4)


def test_no_margin_can_be_shown_by_a_handful() -> None:
    with pytest.raises(TooNoisyError):
        smallest_margin(OPT_OUTS.base, Direction.FEWER, 50, 50)
    with pytest.raises(TooNoisyError):
        smallest_effect(OPT_OUTS.base, 0, 50)


def test_more_tests_need_more_customers() -> None:
    one = customers_for_gain(SPEND, 0.05)

    assert customers_for_gain(SPEND, 0.05, tests=2) > one
    both = before_launch([CONVERSION], [], holdout_share=0.5, treated_arms=2)
    alone = before_launch([CONVERSION], [], holdout_share=0.5)
    assert (both.customers or 0) > (alone.customers or 0)


def test_days_are_whole_weeks() -> None:
    assert (days_for(15_000, 1000), days_for(1, 1000)) == (21, 14)
    with pytest.raises(TooNoisyError):
        days_for(100, 0)


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        (events(100, 0), "The base is zero"),
        (spread(100, -2.0, 1.0), "The base is below zero"),
        (events(100, 100), "Every customer has the same value"),
        (Sums(0, 0.0, 0.0), "An arm has no customers"),
    ],
)
def test_a_base_that_carries_no_plan_is_said(base: Sums, reason: str) -> None:
    with pytest.raises(NotComputableError, match=reason):
        customers_for_gain(base, 0.1)
    found = before_launch([CONVERSION._replace(base=base)], [], holdout_share=0.5)
    assert found.customers is None
    assert found.sentence.startswith(f"Nobody can say how many are needed. Conversion: {reason}")


def test_nothing_to_measure_is_said() -> None:
    assert before_launch([], [], holdout_share=0.5).sentence.endswith("No measure was named.")
