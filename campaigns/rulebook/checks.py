"""The don'ts that a machine can check, each under a name that the sheet's rules refer to.

A check reads the facts and the rule's parameters and returns what it found, or None. Its
docstring is what the sheet shows people beside the rule. To add one, write the function under
`@check`; a test demands examples for both outcomes.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from campaigns.rulebook import phrases
from campaigns.rulebook.facts import Facts
from campaigns.rulebook.kinds import classify, personal_word
from strategy.language.channels import CONTACTED
from strategy.language.dates import day, span
from strategy.language.numbers import HUNDRED, Number, exact, number
from strategy.language.words import count_words, counted

IN_STORE = {"till", "store"}


class Found(NamedTuple):
    """What breaks the rule, and how to mend it: one sentence each."""

    sentence: str
    how_to_mend: str


class Parameter(NamedTuple):
    """A number that a rule may set, within `[low, high]`."""

    name: str
    default: float
    low: float
    high: float
    meaning: str


type Finder = Callable[[Facts, Mapping[str, float]], Found | None]


class Check(NamedTuple):
    """A named check: what it tests in words, what can be set, and the function.

    `find` is None for what no draft can tell: what was sent, or who approved. `is_of_sent` says
    that contacts are held against it every night (campaigns.queries.sent).
    """

    key: str
    tests: str
    parameters: tuple[Parameter, ...]
    find: Finder | None
    is_of_sent: bool = False


CHECKS: dict[str, Check] = {}


def check(*parameters: Parameter, is_of_sent: bool = False) -> Callable[[Finder], Finder]:
    """Register a check under its function's name, with what its docstring says it tests."""

    def register(find: Finder) -> Finder:
        key = find.__name__
        CHECKS[key] = Check(key, (find.__doc__ or "").strip(), parameters, find, is_of_sent)
        return find

    return register


@check()
def name_agrees_with_kind(facts: Facts, _given: Mapping[str, float]) -> Found | None:
    """Refuse words such as “personal” or “just for you” without the person’s own history."""
    kind = classify(facts.uses)
    for place, text in (("name", facts.name), ("notice", facts.notice)):
        word = personal_word(text)
        if word and kind.counts != "yes":
            return Found(
                f"It calls itself personal (“{word}” in the {place}) "
                f"but uses {kind.uses_in_words}.",
                f"Take “{word}” out of the {place}, or use the person’s own history.",
            )
    return None


@check()
def holdout_or_reason(facts: Facts, _given: Mapping[str, float]) -> Found | None:
    """Refuse to go without a holdout, unless a reason is given."""
    if facts.holdout_share > 0 or facts.no_holdout_reason.strip():
        return None
    return Found(
        "No holdout and no reason for it, so the verdict will be Not measured.",
        "Hold some customers out at random, or say why nobody can be held out.",
    )


@check(Parameter("share", 0.1, 0.01, 0.9, "smallest holdout, as a share of customers"))
def holdout_at_least(facts: Facts, given: Mapping[str, float]) -> Found | None:
    """Refuse a holdout below the share, none at all included."""
    if facts.holdout_share >= exact(given["share"]):
        return None
    least, has = _percent(given["share"]), "No holdout"
    if facts.holdout_share:
        has = f"The holdout is {_percent(facts.holdout_share)}"
    return Found(f"{has}; the sheet asks for at least {least}.", f"Hold out {least} at random.")


@check(
    Parameter("messages", 1, 1, 10, "messages allowed for one basket"),
    is_of_sent=True,
)
def chase_basket_once(facts: Facts, given: Mapping[str, float]) -> Found | None:
    """Refuse more messages about a left basket: announced, or sent within a week and no order."""
    allowed = int(given["messages"])
    found = phrases.basket_messages(_about(facts))
    if found.total <= allowed:
        return None
    return Found(
        f"It chases a basket with {counted(found.total, 'message')} (“{found.words}”); "
        f"the sheet allows {count_words(allowed)}.",
        f"Send {counted(allowed, 'message')} and stop.",
    )


@check()
def no_guessing(facts: Facts, _given: Mapping[str, float]) -> Found | None:
    """Refuse to guess gender, age or family, or to pick people by them untold."""
    mend = "Use only what customers told us, and say so in the audience; or leave it out."
    for text in (facts.name, facts.notice, facts.audience):
        if words := phrases.guess_of_person(text):
            return Found(f"It guesses gender, age or family (“{words}”).", mend)
    if words := phrases.people_by_trait(facts.audience):
        return Found(
            f"It picks people by gender, age or family (“{words}”) "
            "and does not say that they told us.",
            mend,
        )
    return None


@check(Parameter("least", 1, 1, 20, "guardrails needed"))
def guardrail_required(facts: Facts, given: Mapping[str, float]) -> Found | None:
    """Refuse fewer guardrails than needed."""
    least = int(given["least"])
    missing = least - facts.guardrail_count
    if missing <= 0:
        return None
    watched = counted(facts.guardrail_count, "guardrail is", "guardrails are", capital=True)
    return Found(
        f"{watched} watched; the sheet asks for at least {count_words(least)}.",
        f"Choose {counted(missing, 'more guardrail')}."
        if facts.guardrail_count
        else f"Choose {counted(missing, 'guardrail')}.",
    )


@check()
def success_measure_required(facts: Facts, _given: Mapping[str, float]) -> Found | None:
    """Refuse an initiative without a success measure."""
    if facts.success_measure.strip():
        return None
    return Found(
        "No success measure is named, so nothing can be called a win.",
        "Choose the one measure that it should move.",
    )


@check(Parameter("days", 14, 1, 366, "shortest window, in days"))
def window_needed(facts: Facts, given: Mapping[str, float]) -> Found | None:
    """Refuse a window without both days, in the wrong order, or too short."""
    least, start, end = int(given["days"]), facts.starts_on, facts.ends_before
    if start is None or end is None:
        missing = "first" if end else "last" if start else "first and last"
        return Found(
            f"The {missing} {'day is' if start or end else 'days are'} missing.",
            f"Set a window of at least {counted(least, 'day')}.",
        )
    length = (end - start).days
    if length < 1:
        return Found(
            f"It ends before it starts on {day(start)}.", "Set the last day after the first."
        )
    if length >= least:
        return None
    return Found(
        f"It runs for {counted(length, 'day')}, {span(start, end)}; "
        f"the sheet asks for at least {count_words(least)}.",
        f"Move the last day {counted(least - length, 'day')} later.",
    )


@check()
def no_browsing_in_store(facts: Facts, _given: Mapping[str, float]) -> Found | None:
    """Refuse to mention online browsing at the till or in store, unless the customer does."""
    words = phrases.browsing(_about(facts))
    if facts.channel not in IN_STORE or not words:
        return None
    return Found(
        f"It mentions online browsing in store (“{words}”).",
        "Speak of purchases only, or wait until the customer raises it and say so.",
    )


@check(is_of_sent=True)
def consent_required(facts: Facts, _given: Mapping[str, float]) -> Found | None:
    """Refuse marketing by email, text, post, call or app without consent: unasked for, or sent."""
    is_direct = facts.channel in CONTACTED and facts.purpose != "service"
    if not is_direct or not facts.audience or phrases.consent(facts.audience):
        return None
    return Found(
        "It reaches people directly, and its audience does not say that they consent.",
        f"Keep to customers with {facts.channel} consent, and say so in the audience.",
    )


@check(Parameter("share", 0.25, 0.01, 1, "share of a department’s initiatives that are active"))
def one_in_four_active(facts: Facts, given: Mapping[str, float]) -> Found | None:
    """Refuse a passive one where too few of its department’s initiatives are active."""
    count, least = facts.others + 1, exact(given["share"])
    needed = math.ceil(least * count)
    if facts.mode != "passive" or count * least < 1 or facts.others_active >= needed:
        return None
    active = counted(facts.others_active, "active initiative")
    return Found(
        f"The department has {active} among {count_words(count)}, this one included; "
        f"the sheet asks for {_percent(given['share'])}.",
        "Introduce something new with it, or agree an active one first.",
    )


DECLARED = {
    one.key: one
    for one in (
        Check(
            "contact_cap",
            "Refuse to send anybody more contacts than the sheet’s contact policy allows: in seven "
            "days, from Monday on, through one channel, or in one household.",
            (),
            None,
            is_of_sent=True,
        ),
        Check(
            "contact_gap",
            "Refuse to contact anybody again before the rest of the contact policy is over.",
            (),
            None,
            is_of_sent=True,
        ),
        Check(
            "quiet_hours",
            "Refuse to send marketing in the contact policy’s quiet hours, by the company’s clock.",
            (),
            None,
            is_of_sent=True,
        ),
        Check(
            "service_before_selling",
            "Refuse to send marketing to somebody whose complaint or case is not answered yet.",
            (),
            None,
            is_of_sent=True,
        ),
        Check(
            "goal_owner_approves",
            "Ask the owner of each goal to approve before it is agreed.",
            (),
            None,
        ),
        Check("data_team_approves", "Ask the data team to approve before it is agreed.", (), None),
    )
}
"""Checks that no draft can tell the answer to, by key.

What they ask about contacts is what the contact policy says; older sheets set some of it here too.
"""

CHECKS.update(DECLARED)


def _about(facts: Facts) -> str:
    return f"{facts.name}. {facts.notice}"


def _percent(share: Number) -> str:
    return f"{number(exact(share) * HUNDRED)}%"
