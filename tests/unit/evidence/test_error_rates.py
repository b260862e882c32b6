"""How often the rule errs: a small, seeded part of `manage.py simulate`."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from reports.evidence.guardrails import Standing, guard
from reports.evidence.simulation import TRUTHS, Rates, simulate
from tests.factories.evidence import events, guardrail, plan

BY_KEY = {truth.key: truth for truth in TRUTHS}


def rates(key: str, customers: int, runs: int) -> Rates:
    return simulate(BY_KEY[key], customers, runs=runs, seed=12)


@pytest.mark.parametrize("customers", [20_000, 60_000])
def test_no_effect_is_a_win_or_a_hold_hardly_ever(customers: int) -> None:
    found = rates("nothing", customers, 1200)

    assert found.win <= 0.025
    assert found.hold <= 0.005
    assert found.peeked > 0.2


def test_twice_the_margin_is_never_a_win() -> None:
    found = rates("gain_harmful", 60_000, 600)

    assert found.win <= 0.002
    assert found.hollow + found.harm > 0.98
    assert found.hold <= 0.005


def test_a_real_gain_wins_and_a_loss_is_stopped() -> None:
    assert rates("gain", 60_000, 150).win > 0.9
    loss = rates("loss", 60_000, 150)
    assert loss.win == 0
    assert loss.stopped > 0.97


def test_a_guardrail_at_its_margin_seldom_lets_a_win_through() -> None:
    assert rates("gain_at_margin", 60_000, 300).win <= 0.08


def test_lost_rows_and_other_initiatives_hold() -> None:
    assert rates("lost_rows", 60_000, 100).hold == 1
    assert rates("overlap", 20_000, 100).hold == 1


def test_the_same_seed_gives_the_same_rates() -> None:
    assert rates("nothing", 20_000, 20) == rates("nothing", 20_000, 20)


def test_a_guardrail_at_its_margin_passes_one_time_in_twenty_at_most() -> None:
    rng = np.random.default_rng(13)
    passed = 0
    for _ in range(2000):
        rail = guardrail(
            events(60_000, int(rng.binomial(60_000, 1.25 * 0.01))),
            events(60_000, int(rng.binomial(60_000, 0.01))),
        )
        found = guard(rail, "treated", plan=plan(), planned=120_000, holdout_arm="holdout")
        passed += found.standing is Standing.SAFE

    assert 60 < passed < 115


def test_the_command_prints_the_table() -> None:
    text, programs = StringIO(), StringIO()

    call_command("simulate", "--runs=2", "--seed=5", "--every=14", stdout=text)
    call_command("simulate", "--runs=2", "--seed=5", "--every=14", "--json", stdout=programs)

    rows = json.loads(programs.getvalue())
    assert len(rows) == 14
    assert rows[0].keys() == set(Rates._fields)
    assert text.getvalue().splitlines()[2].startswith("| nothing | 20,000 | ")
