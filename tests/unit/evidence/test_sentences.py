from datetime import timedelta

import pytest

from reports.evidence.judge import Judgement, judge
from reports.evidence.plan import Guardrail, Plan, Success
from tests.factories.evidence import START, events, guardrail, plan, spread, success

N = 40_000
BASE = events(N, 1200)
UP = success(events(N, 1352), BASE)
FLAT = success(events(N, 1205), BASE)
SAFE = guardrail(events(N, 400), events(N, 400))
TRIPLED = guardrail(events(N, 1200), events(N, 400))
CALLS = guardrail(
    spread(N, 1.3, 1),
    spread(N, 1.0, 1),
    key="contacts_per_week",
    name="Contacts per week",
    unit="per customer",
)


def judged(measure: Success, rails: list[Guardrail], at: Plan | None = None) -> Judgement:
    return judge(
        sizes={"treated": N, "holdout": N}, success=[measure], guardrails=rails, plan=at or plan()
    )


@pytest.mark.parametrize(
    ("measure", "rails", "at", "sentence"),
    [
        (UP, [SAFE], plan(), "It worked. Conversion rose 12.7%. No guardrail was harmed."),
        (UP, [], plan(), "It worked. Conversion rose 12.7%. No guardrail was measured."),
        (
            UP,
            [SAFE, TRIPLED],
            plan(),
            "It sold more and drove people away. Conversion rose 12.7%; opt-outs tripled.",
        ),
        (
            UP,
            [CALLS],
            plan(),
            (
                "It sold more and did harm beside it. "
                "Conversion rose 12.7%; contacts per week rose 30.0%."
            ),
        ),
        (
            UP,
            [guardrail(events(N, 460), events(N, 400)), SAFE._replace(key="b", name="Returns")],
            plan(),
            (
                "It sold more, but not safely as far as anyone can show. "
                "Conversion rose 12.7%; opt-outs not shown safe."
            ),
        ),
        (FLAT, [TRIPLED], plan(), "It did harm. Opt-outs tripled."),
        (
            success(events(N, 1000), BASE),
            [TRIPLED],
            plan(),
            "It did harm. Conversion fell 16.7%; opt-outs tripled.",
        ),
        (
            FLAT,
            [SAFE],
            plan(),
            "Nobody can say that it worked. Conversion +0.4% (−7.2 to 8.7).",
        ),
        (
            FLAT,
            [SAFE],
            plan(day=9),
            "Too early to say. Day 9 of 28: Conversion +0.4% (−11.5 to 13.9).",
        ),
        (
            FLAT,
            [SAFE],
            plan(day=9, smallest_effect=0.2),
            "It is unlikely to reach what is worth having. Conversion +0.4% (−11.5 to 13.9).",
        ),
        (
            FLAT,
            [SAFE],
            plan(day=9, smallest_effect=0.13),
            "Too early to say. Day 9 of 28: Conversion +0.4% (−11.5 to 13.9).",
        ),
        (
            FLAT,
            [SAFE],
            plan(day=9, stopped_on=START + timedelta(days=9)),
            (
                "Nobody can say that it worked. It ended after 9 of 28 planned days: "
                "Conversion +0.4% (−11.5 to 13.9)."
            ),
        ),
        (FLAT, [SAFE], plan(day=-3), "It has not started. It opens on Tue 1 Sep."),
        (
            FLAT,
            [SAFE],
            plan(holdout=None),
            "Nobody can say. Nobody was held out, so there is nothing to compare with.",
        ),
        (
            success(events(N, 0), events(N, 0)),
            [],
            plan(),
            "Nobody can say. Every customer has the same value, so chance cannot be judged.",
        ),
        (
            success(events(N, 40), events(N, 8)),
            [],
            plan(),
            "It worked. Conversion +0.080 points (0.046 to 0.114). No guardrail was measured.",
        ),
        (
            UP,
            [],
            plan(randomised=False),
            "It may have worked, but chance did not choose the holdout. Conversion rose 12.7%.",
        ),
    ],
)
def test_did_it_work(measure: Success, rails: list[Guardrail], at: Plan, sentence: str) -> None:
    assert judged(measure, rails, at).sentence == sentence


def test_a_hold_says_what_to_do_first() -> None:
    found = judge(sizes={"treated": 38_000, "holdout": N}, success=[UP], guardrails=[], plan=plan())

    assert found.sentence.startswith(
        "Do not read this yet. 40,000 in holdout and 38,000 in treated"
    )


def test_a_guardrail_that_the_holdout_never_met_says_from_where_to_where() -> None:
    rail = guardrail(events(N, 200), events(N, 0))

    assert judged(FLAT, [rail]).sentence == "It did harm. Opt-outs went from 0.0% to 0.50%."


@pytest.mark.parametrize(
    ("rails", "sentence"),
    [
        ([], "Nobody can say. No guardrail was named."),
        ([SAFE], "Yes. The guardrail held."),
        ([SAFE, SAFE._replace(key="b")], "Yes. Both guardrails held."),
        ([TRIPLED], "No. The guardrail is broken."),
        ([SAFE, TRIPLED._replace(key="b")], "No. One of two guardrails is broken."),
        (
            [guardrail(events(N, 460), events(N, 400)), SAFE._replace(key="b")],
            "Not shown. One of two guardrails is not shown safe.",
        ),
    ],
)
def test_was_it_safe(rails: list[Guardrail], sentence: str) -> None:
    assert judged(UP, rails).safety == sentence


def test_without_two_arms_no_guardrail_is_compared() -> None:
    found = judge(sizes={"treated": N}, success=[UP], guardrails=[SAFE], plan=plan(holdout=None))

    assert found.safety == "Nobody can say. There are not two arms to compare."
