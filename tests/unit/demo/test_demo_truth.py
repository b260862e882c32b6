"""The known truth comes out of the files: linked, added up and judged like any user's data."""

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import binomtest, norm, ttest_ind

from config.demo import company, truth
from config.demo.truth import Initiative
from tests.factories.retailer import UNTIL, Shop, arms, judged, open_shop, per_customer

STARTED = [initiative for initiative in truth.INITIATIVES if initiative.starts < 0]
DAY_SECONDS = 86_400


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("larkfield")
    return open_shop(folder, seed=company.SEED, customers=20_000)


@pytest.mark.parametrize("initiative", STARTED, ids=lambda initiative: initiative.key)
def test_each_initiative_gets_the_verdict_that_is_true(shop: Shop, initiative: Initiative) -> None:
    verdict = judged(shop, initiative).verdict

    assert (str(verdict.word), verdict.final) == (
        initiative.expected or "Unproven",
        initiative.ends <= 0,
    )


def test_the_win_stands_by_textbook_formulas_alone(shop: Shop) -> None:
    did, who = _in_test(shop, truth.BULB)
    treated, holdout = who["treated"], who["holdout"]

    bought = np.minimum(did["order"], 1)
    assert (
        ttest_ind(bought[treated], bought[holdout], equal_var=False, alternative="greater").pvalue
        < 0.02
    )
    assert _non_inferior(did["contact"][treated], did["contact"][holdout], 0.25) < 0.045
    rates = [did[kind][arm].sum() for arm in (treated, holdout) for kind in ("opt_out", "contact")]
    left_1, sent_1, left_0, sent_0 = rates
    assert binomtest(int(left_1), int(left_1 + left_0), sent_1 / (sent_1 + sent_0)).pvalue < 0.01


def test_the_hollow_win_sells_more_and_drives_people_away(shop: Shop) -> None:
    did, who = _in_test(shop, truth.BASKET)
    bought = {arm: np.minimum(did["order"][own], 1).mean() for arm, own in who.items()}
    leaving = {
        arm: did["opt_out"][own].sum() / did["contact"][own].sum() for arm, own in who.items()
    }

    assert bought["treated"] > 1.05 * bought["holdout"]
    assert leaving["treated"] > 2 * leaving["holdout"]


def test_the_town_that_was_lost_shows_in_the_split(shop: Shop) -> None:
    who = arms(shop, truth.TILL_PROMPT)
    sizes = [len(who[arm]) for arm in ("treated", "holdout")]

    assert binomtest(sizes[0], sum(sizes), 0.5).pvalue < 0.001


def test_two_departments_meet_at_the_same_customers_within_a_day(shop: Shop) -> None:
    wifi, winter = ((shop.kind == "contact") & (shop.initiative == key) for key in truth.CLASHING)
    clashing = [
        customer
        for customer in np.intersect1d(shop.who[wifi], shop.who[winter])
        if np.abs(
            shop.at[wifi & (shop.who == customer)][:, None]
            - shop.at[winter & (shop.who == customer)]
        ).min()
        <= DAY_SECONDS
    ]

    assert len(clashing) >= 20


def test_pressure_and_opt_outs_creep_up(shop: Shop) -> None:
    early, late = _weeks(shop, -104, -91), _weeks(shop, -13, 0)

    assert early["contacts_per_week"] == pytest.approx(1.8, abs=0.15)
    assert late["contacts_per_week"] == pytest.approx(2.7, abs=0.25)
    assert early["opt_outs"] < 2.2
    assert 3.0 < late["opt_outs"] < 5.0
    assert _weeks(shop, -104, 0)["opt_outs"] == pytest.approx(2.1, abs=0.4)
    assert _weeks(shop, -104, 0)["complaint_rate"] == pytest.approx(14, abs=2)


@pytest.mark.parametrize("goal", company.GOALS, ids=lambda goal: goal.key)
def test_goals_stand_where_the_company_says(shop: Shop, goal: company.Goal) -> None:
    then, now = (_weeks(shop, end - 13, end)[goal.measure] for end in (-52, 0))
    elapsed = -company.GOAL_STARTS / (company.GOAL_DUE - company.GOAL_STARTS)
    due_now = 1 + (goal.target - 1) * elapsed

    ahead = now / then >= due_now if goal.target > 1 else now / then <= due_now

    assert bool(ahead) is goal.on_track


def test_it_is_the_size_that_was_ordered(shop: Shop) -> None:
    assert 380_000 < len(shop.kind) < 480_000
    assert 20_000 < shop.customers < 23_000
    assert shop.rejected == 0


def _in_test(
    shop: Shop, initiative: Initiative
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    start, end = (UNTIL + timedelta(weeks=week) for week in (initiative.starts, initiative.ends))
    return per_customer(shop, start, end), arms(shop, initiative)


def _non_inferior(treated: np.ndarray, holdout: np.ndarray, margin: float) -> float:
    """Return the one-sided p against "worse by the margin", where more is worse."""
    bound = 1 + margin
    spread = treated.var(ddof=1) / len(treated) + bound**2 * holdout.var(ddof=1) / len(holdout)
    return float(norm.sf(-(treated.mean() - bound * holdout.mean()) / np.sqrt(spread)))


def _weeks(shop: Shop, first: int, last: int) -> dict[str, float]:
    """Return the company's readings over [first, last) in weeks from the end of the history."""
    did = per_customer(shop, UNTIL + timedelta(weeks=first), UNTIL + timedelta(weeks=last))
    buyers, seen = did["order"] > 0, np.sum(list(did.values()), axis=0) > 0
    weekly = [
        per_customer(shop, UNTIL + timedelta(weeks=week), UNTIL + timedelta(weeks=week + 1))
        for week in range(max(first, last - 13), last)
    ]
    return {
        "conversion_rate": buyers.sum() / ((did["visit"] > 0) | buyers).sum(),
        "orders_per_customer": did["order"].sum() / seen.sum(),
        "average_order_value": did["revenue"].sum() / did["order"].sum(),
        "opt_outs": 1000 * (did["opt_out"] > 0).sum() / did["contact"].sum(),
        "complaint_rate": 1000 * did["complaint"].sum() / did["order"].sum(),
        "contacts_per_week": float(
            np.mean([week["contact"].sum() / (week["contact"] > 0).sum() for week in weekly])
        ),
    }
