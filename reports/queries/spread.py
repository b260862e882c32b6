"""The spread of contacts over customers, in words."""

from datetime import date
from typing import NamedTuple

from campaigns.queries.spread import (
    Households,
    Rest,
    WeekSpread,
    households,
    rest,
    spread,
)
from strategy.language.numbers import number, percent
from strategy.language.words import counted
from strategy.queries.serving import contact_rules


class SpreadPage(NamedTuple):
    """The last four weeks, with an answer to each question; `cap` None without a sheet."""

    weeks: list[WeekSpread]
    cap: int | None
    answer: str
    rest: str
    households: str
    exempt: str


def spread_page(ends_on: date) -> SpreadPage:
    """Return the four weeks before `ends_on`. Five queries, three over their contacts."""
    rules = contact_rules()
    if rules is None:
        none = "Not known: there is no sheet yet that limits contacts."
        return SpreadPage([], None, none, none, none, "")
    weeks = spread(rules, ends_on)
    newest = weeks[-1]
    return SpreadPage(
        weeks=weeks,
        cap=rules.cap,
        answer=_over(newest, rules.cap),
        rest=_rest(rest(rules, ends_on), rules.gap_hours),
        households=_households(households(rules, ends_on), rules.cap),
        exempt=f"{number(newest.exempt)} contacts of the last seven days are exempt: "
        "shown here, and not counted.",
    )


def _over(week: WeekSpread, cap: int) -> str:
    if not week.reached:
        return "Nobody was contacted in the last seven days."
    share = percent(week.over_cap / week.reached, 0)
    return (
        f"{share} of the {number(week.reached)} customers contacted in the last seven days got "
        f"more than {cap}."
    )


def _rest(found: Rest, gap_hours: int) -> str:
    if found.median_hours is None:
        return "Not known: nobody was contacted twice in the last four weeks."
    share = percent(found.too_short / found.pairs, 0)
    return (
        f"Half of all second contacts came within {number(found.median_hours, 0)} hours of the "
        f"one before; {share} came before the {counted(gap_hours, 'hour')} of rest were over."
    )


def _households(found: Households, cap: int) -> str:
    if not found.known:
        return "Not known: no household of the customers contacted is known."
    share = percent(found.known / found.reached, 0)
    return (
        f"{number(found.over_cap)} of {number(found.households)} households got more than {cap} "
        f"in the last seven days. A household shares a postal address, an email or a phone; it is "
        f"known of {share} of the customers contacted."
    )
