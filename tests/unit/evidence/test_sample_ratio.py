import numpy as np
import pytest
import scipy.stats

from reports.evidence.sample_ratio import RatioStatus, UnplannedArmError, sample_ratio
from reports.evidence.sums import EmptyArmError
from tests.factories.evidence import close


def test_p_is_pearsons_against_the_planned_split() -> None:
    found = sample_ratio({"treated": 184_320, "holdout": 20_512}, {"treated": 9, "holdout": 1})

    total = 184_320 + 20_512
    peer = scipy.stats.chisquare([184_320, 20_512], [0.9 * total, 0.1 * total])
    assert close(found.p, peer.pvalue)
    assert found.shares == {"holdout": 0.1, "treated": 0.9}
    assert not found.assumed


@pytest.mark.parametrize(
    ("missing", "status"),
    [(0, RatioStatus.OK), (500, RatioStatus.OK), (560, RatioStatus.WARN), (700, RatioStatus.HOLD)],
)
def test_it_warns_below_one_in_a_hundred_and_holds_below_one_in_a_thousand(
    missing: int, status: RatioStatus
) -> None:
    found = sample_ratio({"treated": 20_000 - missing, "holdout": 20_000}, None)

    assert found.status is status
    assert found.assumed


def test_the_smallest_loss_is_seen_four_times_in_five() -> None:
    loss = sample_ratio({"treated": 21_307, "holdout": 21_306}, None).smallest_loss
    assert loss is not None

    rng = np.random.default_rng(11)
    arms = rng.binomial(42_613, 0.5, 4000)
    left = rng.binomial(42_613 - arms, 1 - loss)
    p = scipy.stats.chisquare(np.array([arms, left]), axis=0).pvalue

    assert (p < 0.001).mean() == pytest.approx(0.8, abs=0.02)


def test_the_published_powers_of_a_loss() -> None:
    """Of 42,613 customers a 2% loss is caught 11% of the time, a 5% loss 97%."""
    found = sample_ratio({"treated": 21_307, "holdout": 21_306}, None)

    assert found.smallest_loss is not None
    assert 0.02 < found.smallest_loss < 0.05


def test_few_customers_could_lose_an_arm_unseen() -> None:
    assert sample_ratio({"treated": 5, "holdout": 1}, None).smallest_loss is None


def test_an_arm_that_was_planned_and_is_not_there_holds() -> None:
    found = sample_ratio({"a": 100, "b": 100}, {"a": 1, "b": 1, "c": 1})

    assert found.status is RatioStatus.HOLD
    assert found.sizes["c"] == 0


def test_what_has_no_ratio_says_so() -> None:
    with pytest.raises(EmptyArmError):
        sample_ratio({"treated": 10}, None)
    with pytest.raises(EmptyArmError):
        sample_ratio({"treated": 0, "holdout": 0}, None)
    with pytest.raises(UnplannedArmError, match="“c” no share"):
        sample_ratio({"a": 1, "c": 1}, {"a": 1})
    with pytest.raises(UnplannedArmError):
        sample_ratio({"a": 1, "c": 1}, {"a": 1, "c": float("nan")})
