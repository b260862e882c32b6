"""An outcome of a test in words. A difference is never written without its interval."""

from reports.drawing.forest import Change
from reports.models import Outcome, Progress
from reports.queries.definitions import unit
from reports.queries.wording import short_name
from strategy.language.numbers import percent, percent_change
from strategy.language.units import measure_change, measure_value
from strategy.language.words import join_words
from strategy.models import Measure

WORTH_SAYING = 0.01
"""A gain in certainty below that of 1% more customers is none."""

EXPLAIN_FIRST = "Explain the data first"
"""Why a result on hold shows no number."""


def relative_of(outcome: Outcome | Progress) -> Change | None:
    """Return the relative change with its interval, or None where one of the three is missing."""
    effect, low, high = outcome.relative, outcome.relative_low, outcome.relative_high
    if effect is None or low is None or high is None:
        return None
    return Change(effect, low, high)


def absolute_of(outcome: Outcome | Progress) -> Change | None:
    """Return the difference in the measure's unit, or None where one of the three is missing."""
    effect, low, high = outcome.effect, outcome.effect_low, outcome.effect_high
    if effect is None or low is None or high is None:
        return None
    return Change(effect, low, high)


def relative_text(outcome: Outcome | Progress) -> str:
    """Return "+12.7% (2.2 to 24.2)", or "" where no percentage exists."""
    change = relative_of(outcome)
    return percent_change(*change) if change else ""


def absolute_text(outcome: Outcome | Progress, measure: Measure) -> str:
    """Return "+0.68 points (0.50 to 0.86)", or "" where there is no difference."""
    change = absolute_of(outcome)
    return measure_change(*change, unit(measure)) if change else ""


def cuped_text(outcome: Outcome) -> str:
    """Return the difference with what came before taken out, "" where it is not known."""
    effect, low, high = outcome.cuped, outcome.cuped_low, outcome.cuped_high
    if effect is None or low is None or high is None:
        return ""
    return measure_change(effect, low, high, unit(outcome.measure))


def cuped_note(outcome: Outcome) -> str:
    """Return what an effect is adjusted by and what that is worth, or why it cannot be.

    An interval narrower by the square root of `variance_ratio` is one of 1/ratio as many customers.
    """
    if outcome.variance_ratio is None:
        return outcome.cuped_reason
    more = 1 / outcome.variance_ratio - 1
    if more < WORTH_SAYING:
        return f"By {outcome.adjusted_by}, which explains next to nothing."
    return f"By {outcome.adjusted_by}: as sure as with {percent(more, 0)} more customers."


def beside_head(outcome: Outcome) -> str:
    """Return which other cap the same is shown with, "" where there is none."""
    if outcome.cap is None:
        return ""
    at = measure_value(outcome.cap, unit(outcome.measure))
    return f"Without the cap of {at}" if outcome.is_capped else f"Capped at {at}"


def beside_text(outcome: Outcome) -> str:
    """Return the difference with another cap, "" where there is none."""
    effect, low, high = outcome.beside, outcome.beside_low, outcome.beside_high
    if effect is None or low is None or high is None:
        return ""
    return measure_change(effect, low, high, unit(outcome.measure))


def change_text(outcome: Outcome) -> str:
    """Return the relative change where there is one, else the difference, else ""."""
    return relative_text(outcome) or absolute_text(outcome, outcome.measure)


def guardrail_names(outcomes: list[Outcome], status: str) -> tuple[str, ...]:
    """Return the short names of the guardrails with this status."""
    return tuple(
        short_name(outcome.measure)
        for outcome in outcomes
        if outcome.part == Outcome.Part.GUARDRAIL and outcome.status == status
    )


def guardrail_summary(outcomes: list[Outcome]) -> tuple[str, str]:
    """Return status and word of the tag that stands for all guardrails, the worst first."""
    worst_first = {
        Outcome.Status.BREACH: "breach",
        Outcome.Status.OVER: "breach",
        Outcome.Status.NEAR: "near",
        Outcome.Status.NONE: "none",
    }
    for status, tag in worst_first.items():
        names = guardrail_names(outcomes, status)
        if names:
            many = f"{names[0]} and {len(names) - 1} more"
            return tag, join_words(names) if len(names) == 1 else many
    safe = guardrail_names(outcomes, Outcome.Status.OK)
    return ("ok", "All safe" if len(safe) > 1 else "Safe") if safe else ("", "")
