"""The rule that turns evidence into one word.

Error rates: a success measure is shown at 2% one-sided at the planned end plus 1% two-sided over
all looks before it, so that no effect at all is called a win at most 2.5% of the time however
often one looks. Several success measures or treated arms share these rates (Holm at the planned
end, equal shares in the sequence).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from reports.evidence.contrast import Contrast
from reports.evidence.guardrails import Guarded, Standing
from reports.evidence.plan import Plan, Success

FIRST_WIN_DAY = 14
WIN_ALPHA = 0.02
SEQUENCE_ALPHA = 0.01
HARM_ALPHA = 0.01
FUTILE_ALPHA = 0.05


class Word(StrEnum):
    """The verdicts, as written on pages; those that need somebody to act come first."""

    HOLD = "Hold"
    HARM = "Harm"
    HOLLOW_WIN = "Hollow win"
    WIN = "Win"
    UNPROVEN = "Unproven"
    NOT_MEASURED = "Not measured"

    @property
    def tag(self) -> str:
        """The status of the page's tag."""
        tags = {Word.NOT_MEASURED: "none", Word.HOLLOW_WIN: "hollow"}
        return tags.get(self, self.lower())


class Why(StrEnum):
    """What decided."""

    SAMPLE_RATIO = "the arms' sizes"
    OVERLAP = "other initiatives"
    BALANCE = "the time before the start"
    NO_HOLDOUT = "no holdout"
    NOT_STARTED = "not started"
    NO_DATA = "the data do not allow"
    OBSTACLE = "an obstacle"
    NOT_RANDOMISED = "not randomised"
    SHOWN = "success shown"
    UNSAFE = "success shown, a guardrail not safe"
    WORSE = "worse than the holdout"
    NEITHER = "neither shown by the planned end"
    FUTILE = "below what is worth having"
    TOO_EARLY = "too early"
    STOPPED = "stopped before the planned end"


class Gain(NamedTuple):
    """One success measure in one treated arm.

    `better` compares with the holdout, `worthwhile` with the holdout plus the smallest effect
    worth having (None where no such effect was named).
    """

    success: Success
    arm: str
    better: Contrast
    worthwhile: Contrast | None


class Verdict(NamedTuple):
    """One treated arm's verdict.

    Attributes:
        arm: the treated arm, "" where no arm could be judged.
        word, why: the verdict and what decided it.
        final: no further day will come in: the planned end has been reached, or it was stopped.
        stop: the rule says to stop the initiative now.
        provisional: a win that still has to last 90 days.
        shown, worse: keys of success measures shown better, shown worse.
        unsafe: keys of guardrails that are not shown safe.

    """

    arm: str
    word: Word
    why: Why
    final: bool
    stop: bool = False
    provisional: bool = False
    shown: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()


def decide(
    arms: Sequence[str],
    gains: Sequence[Gain],
    guarded: Sequence[Guarded],
    plan: Plan,
    *,
    hold: Why | None,
) -> tuple[Verdict, ...]:
    """Return a verdict for each treated arm.

    Args:
        arms: the treated arms.
        gains: success measures of all treated arms that could be computed.
        guarded: guardrails of all treated arms, those not measured included.
        plan: window, reads, randomisation.
        hold: what chance cannot have done (p < 0.001), so that nothing may be concluded.

    """
    shown = _shown(gains, plan)
    return tuple(
        _decide_arm(
            arm,
            [gain for gain in gains if gain.arm == arm],
            [rail for rail in guarded if rail.arm == arm],
            frozenset(key for shown_arm, key in shown if shown_arm == arm),
            plan,
            hold=hold,
        )
        for arm in arms
    )


def speaks_for_all(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict of the arm that most needs somebody to act: harm before wins."""
    order = list(Word)
    return min(verdicts, key=lambda verdict: order.index(verdict.word))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p-values in the order given (Scandinavian J. of Statistics, 1979).

    >>> holm([0.01, 0.04])
    [0.02, 0.04]
    """
    ranked = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(ranked):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = highest
    return adjusted


def adjusted(gains: Sequence[Gain], plan: Plan) -> dict[tuple[str, str], float]:
    """Return the p by (arm, key) that the planned end reads: Holm's, times the extra reads."""
    found = holm([gain.better.p_good for gain in gains])
    return {
        (gain.arm, gain.success.key): min(1.0, p * plan.extra_reads)
        for gain, p in zip(gains, found, strict=True)
    }


def _shown(gains: Sequence[Gain], plan: Plan) -> set[tuple[str, str]]:
    """Return (arm, key) of the success measures shown better than the holdout."""
    by_sequence = plan.ended or (plan.day is not None and plan.day >= FIRST_WIN_DAY)
    p_values = adjusted(gains, plan)
    return {
        (gain.arm, gain.success.key)
        for gain in gains
        if (plan.ended and p_values[gain.arm, gain.success.key] <= WIN_ALPHA)
        or (by_sequence and gain.better.above(SEQUENCE_ALPHA / len(gains)))
    }


def _decide_arm(  # noqa: C901, PLR0911 - one return for each line of the rule
    arm: str,
    gains: list[Gain],
    guarded: list[Guarded],
    shown: frozenset[str],
    plan: Plan,
    *,
    hold: Why | None,
) -> Verdict:
    worse = tuple(
        gain.success.key
        for gain in gains
        if gain.better.below(SEQUENCE_ALPHA) or (plan.ended and gain.better.p_bad <= HARM_ALPHA)
    )
    unsafe = tuple(rail.guardrail.key for rail in guarded if rail.standing is not Standing.SAFE)
    harmed = bool(worse) or any(rail.standing is Standing.HARMED for rail in guarded)

    def verdict(word: Word, why: Why, *, stop: bool = False) -> Verdict:
        return Verdict(
            arm,
            word,
            why,
            final=plan.over,
            stop=stop,
            provisional=word is Word.WIN,
            shown=tuple(gain.success.key for gain in gains if gain.success.key in shown),
            worse=worse,
            unsafe=unsafe,
        )

    if hold is not None:
        return verdict(Word.HOLD, hold)
    if not gains and not harmed:
        return verdict(Word.NOT_MEASURED, Why.NO_DATA)
    if shown and harmed:
        return verdict(Word.HOLLOW_WIN, Why.UNSAFE, stop=True)
    if harmed:
        return verdict(Word.HARM, Why.WORSE, stop=True)
    if shown and unsafe and plan.over:
        return verdict(Word.HOLLOW_WIN, Why.UNSAFE)
    if shown and not unsafe:
        if not plan.randomised:
            return verdict(Word.UNPROVEN, Why.NOT_RANDOMISED)
        return verdict(Word.WIN, Why.SHOWN)
    if plan.ended:
        return verdict(Word.UNPROVEN, Why.NEITHER)
    if plan.stopped:
        return verdict(Word.UNPROVEN, Why.STOPPED)
    if _futile(gains):
        return verdict(Word.UNPROVEN, Why.FUTILE, stop=True)
    return verdict(Word.UNPROVEN, Why.TOO_EARLY)


def _futile(gains: list[Gain]) -> bool:
    """Return whether all intervals that hold at every look lie below what is worth having."""
    return all(
        gain.worthwhile is not None and gain.worthwhile.below(FUTILE_ALPHA) for gain in gains
    )
