from datetime import timedelta
from typing import Any

import pytest

from reports.evidence.checks import Check, Status
from reports.evidence.judge import Judgement, judge
from reports.evidence.plan import LeftOut, Plan
from tests.factories.evidence import START, events, guardrail, plan, success

N = 40_000
MEASURE = success(events(N, 1300), events(N, 1200))


def judged(at: Plan, **changes: Any) -> Judgement:
    sizes = {"treated": N, "holdout": N}
    asked: dict[str, Any] = {"sizes": sizes, "success": [MEASURE], "late": 0}
    return judge(**asked | changes, plan=at)


def check(key: str, found: Judgement) -> Check:
    return next(check for check in found.checks if check.key == key)


def test_every_check_passes_on_a_test_as_planned() -> None:
    found = judged(plan())

    assert {check.status for check in found.checks} == {Status.OK}
    assert (found.grade.letter, found.grade.sentence) == ("A", "Evidence A: every check passed.")
    assert [check.sentence for check in found.checks] == [
        (
            "40,000 in holdout and 40,000 in treated, against equal shares, as no split was given. "
            "Chance alone would be this uneven nearly every time. "
            "A loss of 2.9% of one arm would have been seen four times in five."
        ),
        "50.0% of 80,000 customers were held out by chance.",
        "Conversion: the holdout's mean is known to within 6%, so percentages can be read.",
        "The plan was locked on Tue 25 Aug, seven days before the start.",
        (
            "The verdict is read from all planned days at once. "
            "Before the planned end every interval allowed for a look at any time."
        ),
        "No customer is in two arms.",
        "Every customer was assigned by the first day.",
        "The plan names Conversion, and so does this result.",
        "All 28 planned days are in: 1 to 28 September 2026.",
    ]


@pytest.mark.parametrize(
    ("at", "key", "status", "grade", "sentence"),
    [
        (
            plan(locked_on=START + timedelta(days=3)),
            "plan_locked",
            Status.FAIL,
            "C",
            "The plan was locked on Fri 4 Sep, three days after the start.",
        ),
        (plan(locked_on=None), "plan_locked", Status.FAIL, "C", "The plan was never locked."),
        (
            plan(lock_seen=False),
            "plan_locked",
            Status.UNKNOWN,
            "C",
            "No plan can be seen, so the measure may have been chosen after the result.",
        ),
        (
            plan(reads_made=4),
            "peeking",
            Status.WARN,
            "B",
            (
                "Taken as read four times; the plan said once. The interval is widened "
                "from (0.01 to 0.49) to (−0.06 to 0.56) for the extra reads."
            ),
        ),
        (
            plan(success_keys=("visit_rate",)),
            "measure",
            Status.FAIL,
            "C",
            "The plan does not name Conversion as a success measure.",
        ),
        (
            plan(success_keys=("conversion_rate", "visit_rate")),
            "measure",
            Status.FAIL,
            "C",
            "The plan also names visit_rate, which is not shown.",
        ),
        (
            plan(day=9),
            "window",
            Status.UNKNOWN,
            "A",
            "Day 9 of 28; the last planned day is Mon 28 Sep.",
        ),
        (
            plan(day=9, stopped_on=START + timedelta(days=9)),
            "window",
            Status.WARN,
            "B",
            ("It ended on Wed 9 Sep, after 9 of 28 planned days; every interval allows for that."),
        ),
        (
            plan(ends_on=None),
            "peeking",
            Status.OK,
            "A",
            "Taken as read once; the plan said once.",
        ),
        (
            plan(randomised=False),
            "control_group",
            Status.WARN,
            "D",
            "50.0% of 80,000 customers were held out, but not chosen by chance.",
        ),
        (
            plan(holdout=None),
            "control_group",
            Status.FAIL,
            "E",
            "Nobody was held out, so there is nothing to compare with.",
        ),
        (
            plan(shares={"treated": 0.9, "holdout": 0.1}),
            "sample_ratio",
            Status.FAIL,
            "D",
            (
                "40,000 in holdout and 40,000 in treated, against 10% and 90% planned. Chance "
                "alone would be this uneven less than once in 1,000. "
                "Find out which customers are missing before reading on."
            ),
        ),
    ],
)
def test_a_fault_is_found_said_and_graded(
    at: Plan, key: str, status: Status, grade: str, sentence: str
) -> None:
    found = judged(at)

    assert check(key, found).status is status
    assert check(key, found).sentence == sentence
    assert found.grade.letter == grade


def test_customers_in_both_arms_weaken_and_many_of_them_break() -> None:
    few = judged(plan(), in_both_arms=3)
    many = judged(plan(), in_both_arms=900)
    unknown = judged(plan(), in_both_arms=None)

    assert check("both_arms", few).sentence == (
        "Three customers are in two arms and left out of the result."
    )
    assert (check("both_arms", few).status, few.grade.letter) == (Status.WARN, "B")
    assert (check("both_arms", many).status, many.grade.letter) == (Status.FAIL, "D")
    assert check("both_arms", unknown).status is Status.UNKNOWN


def test_customers_assigned_late_are_counted_and_allowed_for() -> None:
    late = judged(plan(), late=12, after=1)
    after = judged(plan(), after=3)

    assert check("assigned", late).sentence == (
        "12 customers were assigned after the start; their days before it count as well. "
        "One customer was assigned after the days counted and left out."
    )
    assert (check("assigned", late).status, late.grade.letter) == (Status.WARN, "B")
    assert (check("assigned", after).status, after.grade.letter) == (Status.OK, "A")
    assert check("assigned", judged(plan(), late=None)).status is Status.UNKNOWN


def test_where_the_sample_ratio_fails_no_holdout_was_made_by_chance() -> None:
    holdout = check("control_group", judged(plan(shares={"treated": 0.9, "holdout": 0.1})))

    assert holdout.status is Status.UNKNOWN
    assert holdout.sentence == (
        "50.0% of 80,000 customers are in the holdout, which is not what chance would have made."
    )


def test_a_grade_says_that_it_is_provisional_or_that_a_check_could_not_be_run() -> None:
    running, unknown = judged(plan(day=9)), judged(plan(), late=None)

    assert running.grade.sentence == (
        "Evidence A, provisional until the planned end: every check that could be run passed."
    )
    assert unknown.grade.sentence == "Evidence A: every check that could be run passed."


def test_two_weaknesses_make_a_c() -> None:
    found = judged(plan(reads_made=2), in_both_arms=3)

    assert found.grade.letter == "C"
    assert found.grade.sentence == (
        "Evidence C: the audit found fault with peeking and customers in both arms."
    )


@pytest.mark.parametrize(
    ("happened", "status", "words"),
    [
        (900, Status.OK, "known to within 6%, so percentages can be read."),
        (60, Status.WARN, "known to within 25%, so read the percentage beside"),
        (15, Status.WARN, "known to within 51%, so absolute numbers are shown only."),
        (2, Status.WARN, "the holdout's mean cannot be told from zero: no percentage"),
        (0, Status.UNKNOWN, "The holdout's mean is zero, so no percentage of it exists."),
    ],
)
def test_a_low_base_is_said(happened: int, status: Status, words: str) -> None:
    measure = success(events(N, 1300), events(N, happened))

    found = check("low_base", judged(plan(), success=[measure]))

    assert found.status is status
    assert words in found.sentence


def test_few_stores_are_a_c() -> None:
    sums = {"treated": events(12, 6), "holdout": events(12, 5)}
    stores = judge(
        sizes={"treated": 12, "holdout": 12},
        success=[MEASURE._replace(sums=sums)],
        plan=plan(unit="store"),
    )

    assert stores.grade.letter == "C"
    assert stores.grade.sentence == "Evidence C: an arm has only 12 stores."


def test_no_data_at_all_is_an_f() -> None:
    found = judge(sizes={}, success=[], plan=plan())

    assert found.grade.letter == "F"
    assert found.verdict.word == "Not measured"


def test_an_open_or_impossible_window_is_said() -> None:
    assert check("window", judged(plan(day=0))).sentence == "The window opens on Tue 1 Sep."
    empty = judged(plan(ends_on=START))
    assert check("window", empty).status is Status.FAIL
    unknown = judged(plan(as_of=None))
    assert check("window", unknown).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("share", "status", "letter"), [(0.0099, Status.WARN, "B"), (0.01, Status.FAIL, "C")]
)
def test_amounts_without_a_rate_are_a_weakness_and_from_one_in_a_hundred_a_failure(
    share: float, status: Status, letter: str
) -> None:
    sentence = "12 orders in USD are left out: no rate."

    found = judged(
        plan(),
        success=[MEASURE._replace(left_out=LeftOut("", 0.0))],
        guardrails=[
            guardrail(events(N, 400), events(N, 400), left_out=LeftOut(sentence, share)),
        ],
    )

    assert check("rates", found) == Check("rates", "Currencies", status, sentence)
    assert found.grade.letter == letter


def test_where_every_amount_is_added_up_the_check_passes() -> None:
    found = judged(plan(), success=[MEASURE._replace(left_out=LeftOut("", 0.0))])

    assert check("rates", found).status is Status.OK
    assert found.grade.letter == "A"
