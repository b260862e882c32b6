"""How often the rule errs: tests with a known truth, judged as Hymnsheet judges them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from reports.evidence.alike import before_by_arm, reads_of_overlap, shares_by_arm
from reports.evidence.contrast import contrast
from reports.evidence.guardrails import guard
from reports.evidence.plan import Direction, Guardrail, Plan, Success
from reports.evidence.sample_ratio import RatioStatus, sample_ratio
from reports.evidence.sums import Sums
from reports.evidence.verdict import Gain, Verdict, Why, Word, decide
from reports.evidence.welch import Group, welch

DAYS = 28
WEEKLY = 7
SIZES = (20_000, 60_000)
SUCCESS = (0.05, 0.10)
GUARDRAILS = (0.01, 0.01, 0.01)
MARGIN = 0.25
BOUGHT_BEFORE = 0.3
REACHED_BY_OTHERS = 0.2
PEEK_ALPHA = 0.05
STARTS_ON = date(2026, 1, 5)
TREATED, HOLDOUT = "treated", "holdout"


class Truth(NamedTuple):
    """What really happens to the treated.

    Attributes:
        key, name: for programs and for people.
        uplift: relative, of every success measure.
        harm: relative, of the first guardrail.
        lost: share of the treated who did not buy and are missing from the data.
        also_reached: points by which other initiatives reach more of the treated.

    """

    key: str
    name: str
    uplift: float = 0.0
    harm: float = 0.0
    lost: float = 0.0
    also_reached: float = 0.0


TRUTHS = (
    Truth("nothing", "nothing"),
    Truth("gain", "measures +10%", uplift=0.1),
    Truth("gain_at_margin", "measures +10%, opt-outs at the margin", uplift=0.1, harm=MARGIN),
    Truth("gain_harmful", "measures +10%, opt-outs at twice the margin", 0.1, 2 * MARGIN),
    Truth("loss", "measures −10%", uplift=-0.1),
    Truth("lost_rows", "5% of treated non-buyers lost", lost=0.05),
    Truth("overlap", "no effect, +4 points reached by others", also_reached=0.04),
)


class Rates(NamedTuple):
    """Shares of runs, 0 to 1.

    Attributes:
        truth, customers: what was simulated, and customers in each arm.
        runs: how many.
        win, hollow, harm, unproven, hold: by the verdict at which reading ended.
        stopped: told to stop before the planned end or at it.
        peeked: some day some success measure was better at p < 0.05, as read by somebody who
            looks every day.
        no_harm: at the end no measure worse at p < 0.05 and the sizes as planned, which some tools
            call safe to ship.

    """

    truth: str
    customers: int
    runs: int
    win: float
    hollow: float
    harm: float
    unproven: float
    hold: float
    stopped: float
    peeked: float
    no_harm: float


class _Arms(NamedTuple):
    """All runs' draws of one arm: sizes by run, and counts by run, day so far, and measure."""

    sizes: np.ndarray
    before: np.ndarray
    reached: np.ndarray
    counts: np.ndarray


def simulate(truth: Truth, customers: int, *, runs: int, seed: int, every: int = WEEKLY) -> Rates:
    """Run tests of two success measures and three guardrails over 28 days.

    Everybody is assigned on the first day by the toss of a coin and does each thing at most once,
    on a random day. The result is read every `every` days and at the planned end; the first
    hold, stop or win ends the reading.

    Args:
        truth: what really happens.
        customers: expected in each arm.
        runs: tests to run.
        seed: the same seed gives the same rates.
        every: days between reads, 1 to 28.

    """
    rng = np.random.default_rng([seed, customers, TRUTHS.index(truth)])
    sizes = rng.binomial(2 * customers, 0.5, runs)
    base = np.array([*SUCCESS, *GUARDRAILS])
    raised = base * (1 + np.array([truth.uplift, truth.uplift, truth.harm, 0.0, 0.0]))
    holdout = _draw(rng, 2 * customers - sizes, base, REACHED_BY_OTHERS)
    treated = _draw(rng, sizes, raised, REACHED_BY_OTHERS + truth.also_reached)
    if truth.lost:
        bought = 1 - np.prod(1 - raised[: len(SUCCESS)])
        lost = rng.binomial(rng.binomial(sizes, 1 - bought), truth.lost)
        treated = treated._replace(sizes=sizes - lost)
    looks = sorted({*range(every, DAYS + 1, every), DAYS})
    verdicts = [_read(run, treated, holdout, looks, planned=2 * customers) for run in range(runs)]
    words = Counter(verdict.word for verdict in verdicts)
    peeked, no_harm = _by_others(treated, holdout)
    return Rates(
        truth=truth.key,
        customers=customers,
        runs=runs,
        win=words[Word.WIN] / runs,
        hollow=words[Word.HOLLOW_WIN] / runs,
        harm=words[Word.HARM] / runs,
        unproven=words[Word.UNPROVEN] / runs,
        hold=words[Word.HOLD] / runs,
        stopped=sum(verdict.stop for verdict in verdicts) / runs,
        peeked=peeked,
        no_harm=no_harm,
    )


def _draw(rng: np.random.Generator, sizes: np.ndarray, rates: np.ndarray, reached: float) -> _Arms:
    def by_day(totals: np.ndarray) -> np.ndarray:
        spread = rng.multinomial(totals, np.full(DAYS, 1 / DAYS))
        so_far: np.ndarray = spread.cumsum(axis=-1)
        return so_far

    totals = rng.binomial(sizes[:, None], rates)
    return _Arms(
        sizes,
        rng.binomial(sizes, BOUGHT_BEFORE),
        by_day(rng.binomial(sizes, reached)),
        by_day(totals).transpose(0, 2, 1),
    )


def _read(
    run: int, treated: _Arms, holdout: _Arms, looks: Sequence[int], *, planned: int
) -> Verdict:
    """Read one test until something ends it."""
    sizes = {TREATED: int(treated.sizes[run]), HOLDOUT: int(holdout.sizes[run])}
    before = {
        TREATED: _did(sizes[TREATED], treated.before[run]),
        HOLDOUT: _did(sizes[HOLDOUT], holdout.before[run]),
    }
    always = None
    if sample_ratio(sizes, None).status is RatioStatus.HOLD:
        always = Why.SAMPLE_RATIO
    elif before_by_arm(before, HOLDOUT).status is RatioStatus.HOLD:
        always = Why.BALANCE
    for look in looks:
        plan = Plan(
            HOLDOUT,
            starts_on=STARTS_ON,
            ends_on=STARTS_ON + timedelta(days=DAYS),
            as_of=STARTS_ON + timedelta(days=look),
        )
        reached = {
            TREATED: int(treated.reached[run, look - 1]),
            HOLDOUT: int(holdout.reached[run, look - 1]),
        }
        overlapped = (
            shares_by_arm(reached, sizes, HOLDOUT, reads_of_overlap(planned, plan)).status
            is RatioStatus.HOLD
        )
        one = [_did(sizes[TREATED], count) for count in treated.counts[run, look - 1]]
        zero = [_did(sizes[HOLDOUT], count) for count in holdout.counts[run, look - 1]]
        hold = always or (Why.OVERLAP if overlapped else None)
        verdict = _judge(one, zero, plan, planned=planned, hold=hold)
        if hold or verdict.stop or verdict.word is Word.WIN:
            return verdict
    return verdict


def _judge(
    one: Sequence[Sums], zero: Sequence[Sums], plan: Plan, *, planned: int, hold: Why | None
) -> Verdict:
    def sums(place: int) -> Mapping[str, Sums]:
        return {TREATED: one[place], HOLDOUT: zero[place]}

    gains = [
        Gain(
            Success(str(place), "Success", "share", Direction.MORE, sums(place)),
            TREATED,
            contrast(one[place], zero[place], Direction.MORE, planned),
            None,
        )
        for place in range(len(SUCCESS))
    ]
    rails = [
        guard(
            Guardrail(str(place), "Guardrail", "share", Direction.FEWER, sums(place), MARGIN),
            TREATED,
            plan=plan,
            planned=planned,
            holdout_arm=HOLDOUT,
        )
        for place in range(len(SUCCESS), len(one))
    ]
    (verdict,) = decide([TREATED], gains, rails, plan, hold=hold)
    return verdict


def _did(size: int, count: int) -> Sums:
    return Sums.from_powers(size, int(count), int(count))


def _by_others(treated: _Arms, holdout: _Arms) -> tuple[float, float]:
    """Return how often those who look every day win, and how often no harm is seen at the end."""
    from scipy.special import chdtrc  # noqa: PLC0415 - scipy takes a second to import

    tests = welch(_group(treated), _group(holdout))
    better = (tests.effect > 0) & (tests.p < PEEK_ALPHA)
    peeked = better[:, :, : len(SUCCESS)].any(axis=(1, 2))
    good = np.array([1.0] * len(SUCCESS) + [-1.0] * len(GUARDRAILS))
    worse = (good * tests.effect[:, -1] < 0) & (tests.p[:, -1] < PEEK_ALPHA)
    gap = treated.sizes - holdout.sizes
    uneven = chdtrc(1, gap**2 / (treated.sizes + holdout.sizes)) < PEEK_ALPHA / 50
    return float(peeked.mean()), float((~worse.any(axis=1) & ~uneven).mean())


def _group(arms: _Arms) -> Group:
    n = arms.sizes[:, None, None]
    share = arms.counts / n
    return Group(share, share * (1 - share) * n / (n - 1), n)
