"""How often the rule errs, looked at every week: a small, seeded part of the whole simulation."""

from collections import Counter

import numpy as np
import pytest

from reports.evidence.contrast import contrast
from reports.evidence.guardrails import Standing, guard
from reports.evidence.plan import Direction
from reports.evidence.verdict import Gain, Verdict, Word, decide
from tests.factories.evidence import events, guardrail, plan, success

LOOKS = (7, 14, 21, 28)
SUCCESS = (0.05, 0.10)
OPT_OUTS = 0.01


def outcomes(
    runs: int, n: int, uplift: float, harm: float, *, guarded: bool = True
) -> Counter[Word]:
    """Run tests of two success measures and a guardrail; the first stop or win counts."""
    rng = np.random.default_rng(12)
    words: Counter[Word] = Counter()
    for _ in range(runs):
        words[_run(rng, n, uplift, harm, guarded=guarded).word] += 1
    return words


def _run(rng: np.random.Generator, n: int, uplift: float, harm: float, *, guarded: bool) -> Verdict:
    base = np.array([*SUCCESS, OPT_OUTS])
    raised = base * np.array([1 + uplift, 1 + uplift, 1 + harm])
    per_look = n // len(LOOKS)
    holdout = rng.binomial(per_look, base, (len(LOOKS), 3)).cumsum(axis=0)
    treated = rng.binomial(per_look, raised, (len(LOOKS), 3)).cumsum(axis=0)
    for look, day in enumerate(LOOKS):
        at = plan(day=day)
        seen = per_look * (look + 1)
        one = [events(seen, int(count)) for count in treated[look]]
        zero = [events(seen, int(count)) for count in holdout[look]]
        gains = [
            Gain(
                success(one[place], zero[place], key=str(place)),
                "treated",
                contrast(one[place], zero[place], Direction.MORE, 2 * n),
                None,
            )
            for place in range(2)
        ]
        rail = guard(
            guardrail(one[2], zero[2]), "treated", plan=at, planned=2 * n, holdout_arm="holdout"
        )
        rails = [rail] if guarded else []
        (verdict,) = decide(["treated"], gains, rails, at, hold=None)
        if verdict.stop or verdict.word is Word.WIN:
            return verdict
    return verdict


@pytest.mark.parametrize("guarded", [True, False])
def test_no_effect_is_called_a_win_at_most_25_times_in_1000(guarded: bool) -> None:
    words = outcomes(2000, 20_000, 0, 0, guarded=guarded)

    assert words[Word.WIN] <= 50


def test_a_real_gain_wins_and_twice_the_margin_never_does() -> None:
    gain = outcomes(200, 60_000, 0.1, 0)
    harmful = outcomes(500, 60_000, 0.1, 0.5)

    assert gain[Word.WIN] > 180
    assert harmful[Word.WIN] == 0
    assert harmful[Word.HOLLOW_WIN] + harmful[Word.HARM] > 495


def test_a_guardrail_at_its_margin_passes_one_time_in_twenty_at_most() -> None:
    rng = np.random.default_rng(13)
    passed = 0
    for _ in range(2000):
        rail = guardrail(
            events(60_000, int(rng.binomial(60_000, 1.25 * OPT_OUTS))),
            events(60_000, int(rng.binomial(60_000, OPT_OUTS))),
        )
        found = guard(rail, "treated", plan=plan(), planned=120_000, holdout_arm="holdout")
        passed += found.standing is Standing.SAFE

    assert 60 < passed < 115
