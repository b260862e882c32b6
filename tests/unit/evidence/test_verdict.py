import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.evidence.judge import Judgement, judge
from reports.evidence.plan import Direction, Guardrail, Plan, Success
from reports.evidence.sums import Sums
from reports.evidence.verdict import Why, Word, holm
from tests.factories.evidence import events, guardrail, plan, success

N = 40_000
BASE = events(N, 1200)
UP = success(events(N, 1400), BASE)
FLAT = success(events(N, 1205), BASE)
DOWN = success(events(N, 1000), BASE)
SAFE = guardrail(events(N, 400), events(N, 400))
OPEN = guardrail(events(N, 460), events(N, 400))
TRIPLED = guardrail(events(N, 1200), events(N, 400))


def judged(
    measure: Success, rail: Guardrail | None = SAFE, at: Plan | None = None, n: int = N
) -> Judgement:
    return judge(
        sizes={"treated": n, "holdout": n},
        success=[measure],
        guardrails=[] if rail is None else [rail],
        plan=at or plan(),
    )


@pytest.mark.parametrize(
    ("measure", "rail", "at", "word", "why"),
    [
        (UP, SAFE, plan(), Word.WIN, Why.SHOWN),
        (UP, None, plan(), Word.WIN, Why.SHOWN),
        (UP, TRIPLED, plan(), Word.HOLLOW_WIN, Why.UNSAFE),
        (UP, OPEN, plan(), Word.HOLLOW_WIN, Why.UNSAFE),
        (FLAT, TRIPLED, plan(), Word.HARM, Why.WORSE),
        (DOWN, SAFE, plan(), Word.HARM, Why.WORSE),
        (FLAT, SAFE, plan(), Word.UNPROVEN, Why.NEITHER),
        (FLAT, SAFE, plan(day=9), Word.UNPROVEN, Why.TOO_EARLY),
        (FLAT, SAFE, plan(day=9, smallest_effect=0.2), Word.UNPROVEN, Why.FUTILE),
        (UP, SAFE, plan(day=0), Word.NOT_MEASURED, Why.NOT_STARTED),
        (UP, SAFE, plan(holdout=None), Word.NOT_MEASURED, Why.NO_HOLDOUT),
        (UP, SAFE, plan(randomised=False), Word.UNPROVEN, Why.NOT_RANDOMISED),
        (success(events(N, 0), events(N, 0)), SAFE, plan(), Word.NOT_MEASURED, Why.NO_DATA),
    ],
)
def test_the_verdict(
    measure: Success, rail: Guardrail | None, at: Plan, word: Word, why: Why
) -> None:
    verdict = judged(measure, rail, at).verdict

    assert (verdict.word, verdict.why) == (word, why)


def test_a_win_is_provisional_until_it_has_lasted() -> None:
    assert judged(UP).verdict.provisional
    assert not judged(UP, TRIPLED).verdict.provisional


def test_an_early_win_needs_fourteen_days_and_the_sequence() -> None:
    strong = success(events(N, 1900), BASE)
    rail = guardrail(events(N, 380), events(N, 400), margin=0.5)

    assert judged(strong, rail, plan(day=13)).verdict.why is Why.TOO_EARLY
    assert judged(strong, rail, plan(day=14)).verdict.word is Word.WIN
    weaker = success(events(N, 1330), BASE)
    assert judged(weaker, rail, plan(day=27)).verdict.why is Why.TOO_EARLY
    assert judged(weaker, rail, plan(day=28)).verdict.word is Word.WIN


def test_a_gain_shown_early_waits_for_its_guardrails() -> None:
    strong = success(events(N, 1900), BASE)

    verdict = judged(strong, OPEN, plan(day=20)).verdict

    assert (verdict.word, verdict.why) == (Word.UNPROVEN, Why.TOO_EARLY)
    assert (verdict.shown, verdict.unsafe) == (("conversion_rate",), ("opt_outs",))
    assert not verdict.final


def test_harm_stops_on_any_day() -> None:
    for measure, rail in ((FLAT, TRIPLED), (success(events(N, 800), BASE), SAFE)):
        verdict = judged(measure, rail, plan(day=2)).verdict

        assert (verdict.word, verdict.stop, verdict.final) == (Word.HARM, True, False)


def test_uneven_arms_hold_whatever_the_result() -> None:
    found = judge(
        sizes={"treated": 38_000, "holdout": N},
        success=[UP],
        guardrails=[TRIPLED],
        plan=plan(day=2),
    )

    assert (found.verdict.word, found.verdict.why) == (Word.HOLD, Why.SAMPLE_RATIO)
    assert found.grade.letter == "D"


def test_nobody_in_the_holdout_is_not_measured() -> None:
    found = judge(sizes={"treated": N, "holdout": 0}, success=[UP], plan=plan())

    assert (found.verdict.word, found.verdict.why) == (Word.NOT_MEASURED, Why.NO_HOLDOUT)
    assert found.grade.letter == "E"


def test_extra_reads_ask_more_of_a_win() -> None:
    close_call = success(events(N, 1310), BASE)

    assert judged(close_call).verdict.word is Word.WIN
    assert judged(close_call, at=plan(reads_made=5)).verdict.word is Word.UNPROVEN


def test_several_success_measures_share_the_error_rate() -> None:
    close_call = success(events(N, 1305), BASE)
    others = [success(events(N, 1200), BASE, key=f"other {at}", name="Other") for at in range(7)]

    alone = judge(sizes={"treated": N, "holdout": N}, success=[close_call], plan=plan())
    among = judge(sizes={"treated": N, "holdout": N}, success=[close_call, *others], plan=plan())

    assert alone.verdict.word is Word.WIN
    assert among.verdict.word is Word.UNPROVEN


def test_each_p_is_adjusted_as_the_verdict_reads_it() -> None:
    """One-sided 0.0075 and 0.2: Holm doubles the smaller, and the larger stays above it."""
    orders = success(events(N, 1240), BASE, key="orders", name="Orders")
    strong = success(events(N, 1320), BASE)

    found = judge(sizes={"treated": N, "holdout": N}, success=[orders, strong], plan=plan())
    early = judge(sizes={"treated": N, "holdout": N}, success=[orders, strong], plan=plan(day=20))
    often = judge(
        sizes={"treated": N, "holdout": N}, success=[orders, strong], plan=plan(reads_made=3)
    )

    alone = [one.absolute.p / 2 for one in found.comparisons if one.absolute]
    adjusted = [one.p_adjusted for one in found.comparisons]
    assert adjusted == [pytest.approx(alone[0]), pytest.approx(2 * alone[1])]
    assert adjusted[1] is not None
    assert adjusted[1] < 0.02 < alone[0]
    assert found.verdict.shown == ("conversion_rate",)
    assert [one.p_adjusted for one in early.comparisons] == [None, None]
    assert [one.p_adjusted for one in often.comparisons] == [
        pytest.approx(3 * p) for p in adjusted if p
    ]
    assert often.verdict.shown == ()


def test_a_gain_on_one_measure_and_a_loss_on_another_is_hollow() -> None:
    orders = success(events(N, 900), events(N, 1100), key="orders_per_customer", name="Orders")

    found = judge(sizes={"treated": N, "holdout": N}, success=[UP, orders], plan=plan())

    assert found.verdict.word is Word.HOLLOW_WIN
    assert found.verdict.worse == ("orders_per_customer",)


def test_fewer_can_be_the_success() -> None:
    fewer = success(events(N, 1000), BASE, direction=Direction.FEWER, name="Returns")

    assert judged(fewer).verdict.word is Word.WIN
    assert judged(fewer._replace(direction=Direction.MORE)).verdict.word is Word.HARM


def test_each_arm_is_judged_and_the_one_that_needs_somebody_speaks() -> None:
    measure = Success(
        "visit",
        "Visits",
        "share",
        Direction.MORE,
        {"a": events(N, 1500), "b": events(N, 900), "c": events(N, 1200), "none": BASE},
    )

    found = judge(
        sizes=dict.fromkeys(("none", "a", "b", "c"), N),
        success=[measure],
        plan=plan(holdout="none"),
    )

    words = {verdict.arm: verdict.word for verdict in found.verdicts}
    assert words == {"a": Word.WIN, "b": Word.HARM, "c": Word.UNPROVEN}
    assert found.verdict.arm == "b"
    assert found.sentence.startswith("a: It worked. Visits rose 25.0%.")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_no_correction_and_bonferroni(p_values: list[float]) -> None:
    adjusted = holm(p_values)

    for p, found in zip(p_values, adjusted, strict=True):
        assert p <= found <= min(1, p * len(p_values))
    assert min(adjusted) == min(1, min(p_values) * len(p_values))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_any_small_test_gets_a_verdict(n1: int, n0: int, y1: int, y0: int) -> None:
    def arm(n: int, y: int) -> Sums:
        return events(n, min(n, y))

    found = judge(
        sizes={"treated": n1, "holdout": n0},
        success=[success(arm(n1, y1), arm(n0, y0))],
        guardrails=[guardrail(arm(n1, y0), arm(n0, y1))],
        plan=plan(),
    )

    assert found.sentence
    assert found.grade.letter in "ABCDEF"
