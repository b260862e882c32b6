import math
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.evidence.judge import judge
from reports.evidence.plan import Success
from reports.evidence.printed import as_json, as_text
from reports.evidence.sequence import half_width
from reports.evidence.sums import Sums
from tests.factories.evidence import events, guardrail, plan, success

SIZES = st.integers(0, 10**9)
TOTALS = st.floats(allow_nan=True, allow_infinity=True)
SQUARES = st.floats(min_value=0) | st.just(math.nan)
PRODUCTS = st.floats(-1e9, 1e9)
ARMS = st.builds(Sums, SIZES, TOTALS, SQUARES) | st.builds(
    Sums, SIZES, TOTALS, SQUARES, TOTALS, SQUARES, PRODUCTS, TOTALS, SQUARES, PRODUCTS, PRODUCTS
)


def numbers(found: object) -> Iterator[float]:
    """Yield every number, however deep."""
    if isinstance(found, float):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from numbers(value)
    elif isinstance(found, list):
        for value in found:
            yield from numbers(value)


@settings(max_examples=150, deadline=None)
@given(ARMS, ARMS, st.sampled_from([1, 4]))
def test_whatever_the_sums_no_crash_and_no_false_number(
    treated: Sums, holdout: Sums, reads: int
) -> None:
    measure: Success = success(treated, holdout)

    found = judge(
        sizes={"treated": treated.n, "holdout": holdout.n},
        success=[measure],
        guardrails=[guardrail(treated, holdout)],
        plan=plan(smallest_effect=0.05, reads_made=reads),
    )

    assert all(math.isfinite(number) for number in numbers(as_json(found)))
    assert found.sentence


def test_a_measure_without_one_arm_is_said_not_guessed() -> None:
    measure = success(events(10, 5), events(10, 5))._replace(sums={"holdout": events(10, 5)})

    found = judge(sizes={"treated": 10, "holdout": 10}, success=[measure], plan=plan())

    assert found.comparisons[0].absolute_reason == "An arm has no customers."
    assert found.verdict.word == "Not measured"


def test_a_planned_split_that_misses_an_arm_leaves_the_ratio_unknown() -> None:
    measure = success(events(10, 5), events(10, 5))

    found = judge(
        sizes={"treated": 10, "holdout": 10}, success=[measure], plan=plan(shares={"treated": 1})
    )

    assert found.sample_ratio is None
    assert found.sample_ratio_reason == "The planned split gives “holdout” no share."


def test_reasons_stand_in_the_table_where_numbers_would() -> None:
    measure = success(events(10, 0), events(10, 0))

    text = as_text(
        judge(sizes={"treated": 10, "holdout": 10}, success=[measure], plan=plan()), [measure]
    )

    assert text.splitlines()[0] == "Not measured, evidence F"
    assert "Every customer in the arm has the same value." in text


def test_until_the_planned_end_an_interval_holds_at_every_look() -> None:
    treated, holdout = events(20_000, 1_100), events(20_000, 1_000)
    sizes = {"treated": 20_000, "holdout": 20_000}
    spent = math.sqrt(treated.mean_variance + holdout.mean_variance)

    early = judge(sizes=sizes, success=[success(treated, holdout)], plan=plan(9))
    final = judge(sizes=sizes, success=[success(treated, holdout)], plan=plan())

    while_running, at_the_end = early.comparisons[0].absolute, final.comparisons[0].absolute
    assert while_running is not None
    assert at_the_end is not None
    sequence = half_width(spent, 40_000, 40_000, alpha=0.05)
    assert math.isclose(while_running.high - while_running.effect, sequence, rel_tol=1e-3)
    assert math.isclose(at_the_end.high - at_the_end.effect, 1.96 * spent, rel_tol=1e-3)
    assert early.checks[4].sentence == (
        "Until the planned end every interval allows for a look at any time."
    )


def test_what_cannot_be_judged_shows_no_number() -> None:
    obstacle = "It was called off before its launch."
    arms = events(1_000, 100), events(1_000, 90)

    found = judge(
        sizes={"treated": 1_000, "holdout": 100},
        success=[success(*arms)],
        guardrails=[guardrail(*arms)],
        plan=plan(obstacle=obstacle),
    )

    assert (found.verdict.word, found.grade.letter) == ("Not measured", "F")
    assert found.sentence == f"Nobody can say. {obstacle}"
    assert (found.sample_ratio, found.sample_ratio_reason) == (None, obstacle)
    every = [*found.comparisons, *found.guardrail_comparisons]
    assert {one.absolute_reason for one in every} == {obstacle}
    assert all(one.absolute is None and one.relative is None for one in every)
    assert {(arm.mean, arm.reason) for arm in found.arms} == {(None, obstacle)}
    assert found.guarded[0].reason == obstacle


def test_a_gap_in_one_measure_leaves_the_others() -> None:
    arms = events(40_000, 2_000), events(40_000, 1_600)
    gap = "Three of 40,000 treated customers have no value."

    found = judge(
        sizes={"treated": 40_000, "holdout": 40_000},
        success=[success(*arms)._replace(gap=gap)],
        guardrails=[guardrail(*arms[::-1])],
        plan=plan(),
    )

    assert found.sentence == f"Nobody can say. {gap}"
    assert [arm.n for arm in found.arms] == [40_000] * 4
    assert found.guarded[0].standing == "safe"
