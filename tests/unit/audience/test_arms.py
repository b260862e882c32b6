"""The draw: the same for everybody who has the key, and like chance to everybody else."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare

from campaigns.audience.arms import (
    arm_of,
    assignment_key,
    company_name,
    draw,
    draws,
    held_out,
    initiative_name,
    stratified,
)
from campaigns.audience.balance import Sample, standardised_difference

KEY = assignment_key("a secret of the test")
UNITS = [f"customer {number}" for number in range(20_000)]
GARDEN = initiative_name("garden")


def test_a_draw_is_the_same_for_ever() -> None:
    """As OpenSSL says; whoever changes it changes the arms of running tests."""
    assert draw(KEY, GARDEN, "customer 1") == 12_822_707_745_021_527_051
    assert arm_of(KEY, GARDEN, "customer 1", 0.5) == "treated"


def test_the_arm_depends_on_the_unit_and_not_on_the_order() -> None:
    arms = {unit: arm_of(KEY, GARDEN, unit, 0.1) for unit in UNITS}
    shuffled = UNITS[::-1][7:] + UNITS[::-1][:7]

    assert {unit: arm_of(KEY, GARDEN, unit, 0.1) for unit in shuffled} == arms


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_the_share_is_held_out(share: float) -> None:
    held = sum(arm_of(KEY, GARDEN, unit, share) == "holdout" for unit in UNITS)

    assert binomtest(held, len(UNITS), share).pvalue > 0.001


def test_a_larger_share_keeps_those_who_were_held_out() -> None:
    small, large = ({u for u in UNITS if arm_of(KEY, GARDEN, u, share) == "holdout"}
                    for share in (0.05, 0.1))  # fmt: skip

    assert small < large


def test_two_tests_have_nothing_to_do_with_each_other() -> None:
    both = Counter(
        (arm_of(KEY, GARDEN, unit, 0.5), arm_of(KEY, company_name("2026"), unit, 0.5))
        for unit in UNITS
    )

    assert chisquare(list(both.values())).pvalue > 0.001


def test_another_key_draws_others() -> None:
    other = assignment_key("another secret")

    assert [draw(KEY, GARDEN, unit) for unit in UNITS[:9]] != [
        draw(other, GARDEN, unit) for unit in UNITS[:9]
    ]


def test_many_draws_are_those_of_each() -> None:
    drawn = draws(KEY, GARDEN, UNITS[:99])

    assert drawn.tolist() == [draw(KEY, GARDEN, unit) for unit in UNITS[:99]]
    assert held_out(drawn, 0.3).tolist() == [
        arm_of(KEY, GARDEN, unit, 0.3) == "holdout" for unit in UNITS[:99]
    ]
    assert held_out(drawn, 1).all()


def held_in_strata(strata: dict[str, list[str]]) -> set[str]:
    names, units = list(strata), [unit for units in strata.values() for unit in units]
    places = np.repeat(np.arange(len(names)), [len(strata[name]) for name in names])
    found = stratified(
        KEY, GARDEN, draws(KEY, GARDEN, units), strata=places, names=names, share=0.1
    )
    return {unit for unit, is_held in zip(units, found, strict=True) if is_held}


def test_every_stratum_has_its_share() -> None:
    strata = {"gold": UNITS[:1_000], "silver": UNITS[1_000:1_015], "few": UNITS[1_015:1_018]}

    held = held_in_strata(strata)

    assert len(held & set(strata["gold"])) == 100
    assert len(held & set(strata["silver"])) in {1, 2}
    assert len(held & set(strata["few"])) in {0, 1}
    assert held & set(strata["gold"]) == set(
        sorted(strata["gold"], key=lambda unit: draw(KEY, GARDEN, unit))[:100]
    )
    backwards = {name: units[::-1] for name, units in reversed(strata.items())}
    assert held_in_strata(backwards) == held


def test_what_strata_round_off_is_not_lost() -> None:
    strata = {str(place): UNITS[3 * place : 3 * place + 3] for place in range(2_000)}

    held = len(held_in_strata(strata))

    assert binomtest(held, 2_000, 0.3).pvalue > 0.001


def test_where_nobody_differs_there_is_no_difference_to_give() -> None:
    assert standardised_difference(Sample(9, 1.0, 0.0), Sample(1, 1.0, 0.0)) is None
    assert standardised_difference(Sample(9, 1.0, 1.0), Sample(0, 0.0, 0.0)) is None
