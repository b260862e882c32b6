"""The spread of contacts over customers, in words."""

from typing import NamedTuple

from django.utils import timezone

from campaigns.models import ContactCount
from campaigns.queries.spread import Households, Rest, WeekSpread, spread_of
from strategy.language.dates import stamp
from strategy.language.numbers import number, percent
from strategy.language.words import counted
from strategy.queries.serving import ContactRules, contact_rules

NOT_COUNTED = "Being counted: the contacts of the last four weeks."


class SpreadPage(NamedTuple):
    """The last four weeks, with an answer to each question; `cap` None without a sheet.

    `as_of` says when they were counted, "" before.
    """

    weeks: list[WeekSpread]
    cap: int | None
    answer: str
    rest: str
    households: str
    exempt: str
    as_of: str


def spread_page(count: ContactCount | None) -> SpreadPage:
    """Return what was last counted, as sentences. Two queries."""
    rules = contact_rules()
    if rules is None or count is None:
        none = NOT_COUNTED if rules else "Not known: there is no sheet yet that limits contacts."
        return SpreadPage([], None, none, none, none, "", "")
    found = spread_of(count.spread)
    newest = found.weeks[-1]
    return SpreadPage(
        weeks=found.weeks,
        cap=rules.cap,
        answer=_over(newest, rules.cap),
        rest=_rest(found.rest, rules.gap_hours),
        households=_households(found.households, rules),
        exempt=f"{number(newest.exempt)} contacts of the last seven days are exempt: "
        "shown here, and not counted.",
        as_of=stamp(timezone.localtime(count.at)),
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


def _households(found: Households, rules: ContactRules) -> str:
    if not found.known:
        return "Not known: no household of the customers contacted is known."
    share = percent(found.known / found.reached, 0)
    limit = rules.household_cap
    allowed = "" if limit is None else ", which is what the sheet allows a household,"
    return (
        f"{number(found.over_cap)} of {number(found.households)} households got more than "
        f"{rules.cap if limit is None else limit}{allowed} in the last seven days. A household "
        f"shares a postal address, an email or a phone; it is known of {share} of the customers "
        "contacted."
    )
