import numpy as np
import pytest

from reports.audit.winners import Estimate, NoTestsError, sum_of_winners, winners_finding
from reports.evidence.checks import Status


def test_the_sum_without_luck_is_the_true_one() -> None:
    """40 small effects, again and again: claimed 16, true 9.4, corrected 9.7."""
    rng = np.random.default_rng(40)
    claimed, true, corrected = [], [], []
    for _ in range(400):
        effects = rng.normal(0.5, 1, 40)
        seen = effects + rng.normal(0, 1, 40)
        tests = [Estimate(str(place), float(x), 1.0) for place, x in enumerate(seen)]
        found = sum_of_winners(tests)
        claimed.append(found.claimed)
        corrected.append(found.corrected)
        true.append(effects[seen > 1.959963984540054].sum())

    assert np.mean(claimed) / np.mean(true) > 1.6
    assert np.mean(corrected) == pytest.approx(np.mean(true), rel=0.07)


def test_every_test_counts_not_only_the_winners() -> None:
    winner = Estimate("winner", 3.0, 1.0)
    near = Estimate("near", 1.9, 1.0)

    assert not near.won
    alone, both = sum_of_winners([winner]), sum_of_winners([winner, near])
    assert both.claimed == alone.claimed
    assert both.corrected < alone.corrected


def test_what_the_sum_is_worth_is_said() -> None:
    found = sum_of_winners([Estimate("a", 2.1, 1.0), Estimate("b", 0.4, 1.0)])

    lucky = winners_finding(found, ("£2.10", "£1.60"), "Pounds")

    assert lucky.check.status is Status.OK
    assert lucky.check.sentence == (
        "One winner of two tests: £2.10 as claimed, £1.60 without the luck of the choice."
    )


def test_without_a_standard_error_there_is_no_sum() -> None:
    with pytest.raises(NoTestsError):
        sum_of_winners([])
    with pytest.raises(NoTestsError):
        sum_of_winners([Estimate("a", 2.1, 0.0)])
