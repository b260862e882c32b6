"""The answers in words, written from the numbers that stand beside them."""

from collections.abc import Mapping, Sequence

from reports.evidence.checks import Check
from reports.evidence.compare import Comparison
from reports.evidence.guardrails import Guarded, Standing
from reports.evidence.plan import Plan, Success
from reports.evidence.verdict import Verdict, Why
from strategy.language.dates import day
from strategy.language.numbers import moved, percent_change
from strategy.language.units import measure_change, measure_value
from strategy.language.words import count_words, counted, inside, join_words, plural

SALES = frozenset(
    {"conversion_rate", "revenue_per_customer", "orders_per_customer", "average_order_value"}
)
LEAVING = "opt_outs"
BROKEN = frozenset({Standing.HARMED, Standing.OVER})


def did_it_work(  # noqa: C901, PLR0911, PLR0912 - one case for each reason of the rule
    verdict: Verdict,
    *,
    plan: Plan,
    success: Sequence[Success],
    comparisons: Sequence[Comparison],
    guarded: Sequence[Guarded],
    hold: Check | None,
) -> str:
    """Answer "Did it work?" for one treated arm; the other sequences are this arm's."""
    by_key = {found.key: found for found in comparisons}
    gained, lost = (
        [_moved(measure, by_key[measure.key]) for measure in success if measure.key in keys]
        for keys in (verdict.shown, verdict.worse)
    )
    hurt = [_rail_moved(rail) for rail in guarded if rail.standing is Standing.HARMED]
    match verdict.why:
        case Why.SAMPLE_RATIO | Why.OVERLAP | Why.BALANCE:
            return f"Do not read this yet. {hold.sentence if hold else ''}".rstrip()
        case Why.NO_HOLDOUT:
            return "Nobody can say. Nobody was held out, so there is nothing to compare with."
        case Why.OBSTACLE:
            return f"Nobody can say. {plan.obstacle}"
        case Why.NOT_STARTED:
            return "It has not started." + _opens(plan)
        case Why.NO_DATA:
            reasons = dict.fromkeys(found.absolute_reason for found in comparisons)
            return " ".join(["Nobody can say.", *filter(None, reasons)])
        case Why.SHOWN:
            return f"It worked. {_list(gained)}{_no_harm(guarded)}"
        case Why.UNSAFE:
            return _hollow(verdict, guarded, gained, lost, hurt)
        case Why.WORSE:
            return f"It did harm. {_list(lost + hurt)}"
        case Why.NOT_RANDOMISED:
            return f"It may have worked, but chance did not choose the holdout. {_list(gained)}"
        case Why.FUTILE:
            return f"It is unlikely to reach what is worth having. {_state(success, by_key)}"
        case Why.TOO_EARLY:
            return f"Too early to say. Day {plan.day} of {plan.days}: {_state(success, by_key)}"
        case Why.STOPPED:
            days = f"{plan.day} of {counted(plan.days or 0, 'planned day')}"
            state = _state(success, by_key)
            return f"Nobody can say that it worked. It ended after {days}: {state}"
        case Why.NEITHER:
            return f"Nobody can say that it worked. {_state(success, by_key)}"


def was_it_safe(guarded: Sequence[Guarded], *, named: int) -> str:
    """Answer "Was the experience safe?" from the guardrails of all treated arms.

    `named` counts the plan's guardrails: without a holdout or anybody treated none is compared.
    """
    if not named:
        return "Nobody can say. No guardrail was named."
    if not guarded:
        return "Nobody can say. There are not two arms to compare."
    every = {rail.guardrail.key for rail in guarded}
    broken = {rail.guardrail.key for rail in guarded if rail.standing in BROKEN}
    unshown = {rail.guardrail.key for rail in guarded if rail.standing is not Standing.SAFE}
    if broken:
        return f"No. {_out_of(len(broken), len(every))} {plural(len(broken), 'is', 'are')} broken."
    if unshown:
        are = plural(len(unshown), "is", "are")
        return f"Not shown. {_out_of(len(unshown), len(every))} {are} not shown safe."
    return f"Yes. {_all_of(len(every))} held."


def change(success: Success, found: Comparison) -> str:
    """Return "+12.7% (2.2 to 24.2)", or the difference in its unit where no percentage exists.

    Where neither exists it is the reason.
    """
    if found.relative is not None:
        return percent_change(*found.relative)
    if found.absolute is not None:
        effect, low, high, _ = found.absolute
        return measure_change(effect, low, high, success.unit)
    return found.absolute_reason


def _hollow(
    verdict: Verdict,
    guarded: Sequence[Guarded],
    gained: list[str],
    lost: list[str],
    hurt: list[str],
) -> str:
    sold = "It sold more" if SALES.intersection(verdict.shown) else "It gained what it was for"
    left = any(
        rail.guardrail.key == LEAVING and rail.standing is Standing.HARMED for rail in guarded
    )
    if left:
        return f"{sold} and drove people away. {_list(gained + lost + hurt)}"
    if lost or hurt:
        return f"{sold} and did harm beside it. {_list(gained + lost + hurt)}"
    names = [rail.guardrail.name for rail in guarded if rail.standing is not Standing.SAFE]
    return f"{sold}, but not safely as far as anyone can show. {_list([*gained, _unshown(names)])}"


def _unshown(names: list[str]) -> str:
    words = join_words([names[0], *map(inside, names[1:])])
    return f"{words} not shown safe"


def _no_harm(guarded: Sequence[Guarded]) -> str:
    return " No guardrail was harmed." if guarded else " No guardrail was measured."


def _state(success: Sequence[Success], by_key: Mapping[str, Comparison]) -> str:
    states = [
        f"{measure.name} {change(measure, by_key[measure.key])}"
        for measure in success
        if by_key[measure.key].absolute is not None
    ]
    return _list(states)


def _moved(measure: Success, found: Comparison) -> str:
    """Return "Conversion rose 12.7%", or the difference where no percentage exists."""
    if found.relative is not None and found.relative.effect > -1:
        words = moved(1 + found.relative.effect)
        if words != moved(1):
            return f"{measure.name} {words}"
        found = found._replace(relative=None)
    return f"{measure.name} {change(measure, found)}"


def _rail_moved(rail: Guarded) -> str:
    """Return "Opt-outs tripled", or from where to where it went if the holdout had none."""
    treated, holdout = rail.treated_mean, rail.holdout_mean
    if treated is None or holdout is None:
        return f"{rail.guardrail.name}: {rail.reason}"
    if holdout > 0 and treated > 0:
        return f"{rail.guardrail.name} {moved(treated / holdout)}"
    unit = rail.guardrail.unit
    return (
        f"{rail.guardrail.name} went from {measure_value(holdout, unit)} "
        f"to {measure_value(treated, unit)}"
    )


def _list(clauses: list[str]) -> str:
    """Return clauses as one sentence: the first keeps its capital, a semicolon between."""
    first, *rest = clauses
    return "; ".join([first, *map(inside, rest)]) + "."


def _out_of(count: int, of: int) -> str:
    if of == 1:
        return "The guardrail"
    if count == of:
        return _all_of(of)
    return f"{count_words(count, capital=True)} of {counted(of, 'guardrail')}"


def _opens(plan: Plan) -> str:
    return "" if plan.starts_on is None else f" It opens on {day(plan.starts_on)}."


def _all_of(count: int) -> str:
    few = {1: "The guardrail", 2: "Both guardrails"}
    return few.get(count) or f"All {counted(count, 'guardrail')}"
