import math

import numpy as np
import pytest
from scipy import stats

from reports.evidence.alike import before_by_arm, shares_by_arm
from reports.evidence.checks import Check, Status
from reports.evidence.judge import Judgement, judge
from reports.evidence.plan import Beside
from reports.evidence.sample_ratio import RatioStatus
from reports.evidence.sums import Sums
from reports.evidence.verdict import Why, Word
from tests.factories.evidence import events, plan, spread, success

N = 20_000
SIZES = {"treated": N, "holdout": N}


def check(found: Judgement, key: str) -> Check:
    return next(check for check in found.checks if check.key == key)


def test_shares_are_compared_by_the_pooled_z_test() -> None:
    found = shares_by_arm({"treated": 4200, "holdout": 4000}, SIZES, "holdout")

    table = np.array([[4200, 4000], [N - 4200, N - 4000]])
    known = stats.chi2_contingency(table, correction=False).pvalue
    assert found.p is not None
    assert math.isclose(found.p, known, rel_tol=1e-8)
    assert found.values == {"treated": 0.21, "holdout": 0.2}


def test_several_arms_share_the_error() -> None:
    sizes = SIZES | {"letter": N}
    counts = {"treated": 4200, "holdout": 4000, "letter": 4000}

    one = shares_by_arm({"treated": 4200, "holdout": 4000}, SIZES, "holdout")
    two = shares_by_arm(counts, sizes, "holdout")

    assert two.p == pytest.approx(2 * (one.p or 0))


@pytest.mark.parametrize("count", [0, N])
def test_what_falls_on_nobody_or_everybody_is_even(count: int) -> None:
    found = shares_by_arm(dict.fromkeys(SIZES, count), SIZES, "holdout")

    assert (found.p, found.status) == (None, RatioStatus.OK)


def test_an_empty_arm_is_left_out() -> None:
    assert shares_by_arm({"treated": 3}, {"treated": 9, "holdout": 0}, "holdout").p is None
    assert before_by_arm({"treated": events(9, 3), "holdout": events(1, 0)}, "holdout").p is None


def test_the_time_before_is_compared_by_welch() -> None:
    rng = np.random.default_rng(21)
    rows = rng.gamma(1, 9, 500), rng.gamma(1.1, 9, 400)
    arms = {"treated": Sums.from_arrays(rows[0]), "holdout": Sums.from_arrays(rows[1])}

    found = before_by_arm(arms, "holdout", looked_at=3)

    known = stats.ttest_ind(*rows, equal_var=False).pvalue
    assert found.p == pytest.approx(min(1, 3 * known), rel=1e-8)


def judged(**more: object) -> Judgement:
    asked = {"sizes": SIZES, "success": [success(events(N, 1300), events(N, 1000))], "late": 0}
    return judge(plan=plan(), **asked | more)  # type: ignore[arg-type]  # keywords of several types in one dictionary


def test_other_initiatives_in_one_arm_hold() -> None:
    found = judged(exposed={"treated": 4800, "holdout": 4000})

    assert (found.verdict.word, found.verdict.why) == (Word.HOLD, Why.OVERLAP)
    assert found.grade.letter == "D"
    assert found.sentence == (
        "Do not read this yet. 24.0% of treated and 20.0% of holdout got something from other "
        "initiatives as well. Chance alone would be this uneven less than once in 1,000. "
        "The difference is not this initiative's alone."
    )


def test_other_initiatives_in_both_arms_do_not_hold() -> None:
    found = judged(exposed={"treated": 4020, "holdout": 4000})

    assert found.verdict.word is Word.WIN
    assert check(found, "overlap").status is Status.OK
    nobody = judged(exposed={"treated": 0, "holdout": 0})
    assert check(nobody, "overlap").sentence == "No customer got anything else."


def test_losing_two_percent_of_one_arm_shows_where_the_sizes_do_not() -> None:
    kept = {"treated": N - 400, "holdout": N}
    measure = success(events(N - 400, 1300), events(N, 1000))

    found = judged(sizes=kept, success=[measure], removed={"treated": 400, "holdout": 0})

    assert check(found, "sample_ratio").status is not Status.FAIL
    assert check(found, "removals").status is Status.FAIL
    assert check(found, "removals").sentence == (
        "2.0% of treated and 0.0% of holdout were lost after assignment. Chance alone would be "
        "this uneven less than once in 1,000. Those who are left are not comparable."
    )
    assert found.grade.letter == "D"


def test_no_losses_pass() -> None:
    found = judged(removed={})

    assert check(found, "removals").sentence == "No customer was lost after assignment."
    assert found.grade.letter == "A"


def with_before(one: float, zero: float) -> Judgement:
    sides = [
        events(N, sold)._replace(x=N * mean, xx=float(N), yx=0.1 * N)
        for sold, mean in ((1300, one), (1000, zero))
    ]
    return judged(success=[success(*sides)])


def test_arms_that_differed_before_the_start_hold() -> None:
    found = with_before(2.1, 2.0)

    assert (found.verdict.word, found.verdict.why) == (Word.HOLD, Why.BALANCE)
    assert check(found, "balance").sentence == (
        "What Conversion is adjusted by was 2.10 in treated and 2.00 in holdout before the start. "
        "Chance alone would be this uneven less than once in 1,000. "
        "The arms differed before anything was done."
    )


def test_arms_that_were_alike_before_the_start_pass() -> None:
    found = with_before(2.0, 2.0)

    assert found.verdict.word is Word.WIN
    assert check(found, "balance").status is Status.OK


def test_a_covariate_that_says_nothing_cannot_be_compared() -> None:
    sides = [events(N, sold)._replace(x=0.0) for sold in (1300, 1000)]

    found = judged(success=[success(*sides)])

    assert check(found, "balance").status is Status.UNKNOWN
    assert found.comparisons[0].cuped is None
    assert found.comparisons[0].cuped_reason.startswith("The covariate is the same")


def test_a_result_that_a_few_large_values_carry_is_a_weakness() -> None:
    measure = success(spread(N, 12.0, 60.0), spread(N, 10.0, 60.0), unit="money:GBP")
    capped = {"treated": spread(N, 8.02, 10.0), "holdout": spread(N, 8.0, 10.0)}

    found = judged(success=[measure._replace(beside=Beside(200.0, capped))])

    assert found.comparisons[0].beside is not None
    assert check(found, "outliers").status is Status.WARN
    assert check(found, "outliers").sentence == (
        "Conversion: +£2.00 (0.82 to 3.18); with nobody counted above £200.00 "
        "+£0.02 (−0.18 to 0.22). The cap takes 33.2% off the mean of the treated and 20.0% off "
        "that of the holdout. A few large values decide, so believe neither alone."
    )
    assert found.verdict.word is Word.WIN


def test_a_capped_measure_that_agrees_passes() -> None:
    measure = success(spread(N, 12.0, 60.0), spread(N, 10.0, 60.0), unit="money:GBP")
    capped = {"treated": spread(N, 9.0, 10.0), "holdout": spread(N, 8.0, 10.0)}

    found = judged(success=[measure._replace(beside=Beside(200.0, capped))])

    assert check(found, "outliers").status is Status.OK


def test_a_cap_without_sums_shows_nothing() -> None:
    measure = success(spread(N, 12.0, 60.0), spread(N, 10.0, 60.0), unit="money:GBP")

    found = judged(success=[measure._replace(beside=Beside(200.0, {}))])

    assert found.comparisons[0].beside is None
    assert "outliers" not in {check.key for check in found.checks}
