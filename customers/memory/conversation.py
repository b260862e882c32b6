"""What to say to a customer, and what to leave alone, in sentences for whoever serves them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from customers.memory.happenings import BOUGHT, Happening
from customers.memory.recall import Case, Due, Recall
from strategy.language.dates import MONTHS
from strategy.language.words import counted

BROWSED = frozenset({"visit", "view"})
BROWSING_REMEMBERED = timedelta(days=30)
MESSAGES = {
    "email": "emails",
    "text": "texts",
    "call": "calls",
    "post": "letters",
}
ASKING = {"email": "email", "text": "text", "call": "call", "post": "write to"}


class Conversation(NamedTuple):
    """Sentences to follow; the first of each list matters most."""

    dos: list[str]
    donts: list[str]


def short_day(on: date) -> str:
    """Return "16 November"; moments must be in the reader's time zone."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def answer(known: Recall, today: date) -> str:
    """Say in a sentence or two what to think of first."""
    open_, due = known.cases, known.due
    first = f"{_about(open_[0])[0].upper()}{_about(open_[0])[1:]} first." if open_ else ""
    if due:
        late = "since " if due[0].rhythm.due_on < today else ""
        when = f"due {late}about {short_day(due[0].rhythm.due_on)}"
        then = f"Then {due[0].product}: {when}." if first else f"{due[0].product}: {when}."
        return f"{first} {then}".strip()
    if first:
        return first
    if known.bought_count:
        return "Nothing is open, and nothing is due."
    return (
        "They have bought nothing yet that we know of." if known.last_seen else "We know no more."
    )


def conversation(
    known: Recall, happened: Iterable[Happening], refused: list[str], now: datetime
) -> Conversation:
    """Return what this customer's history tells to do and not to do.

    `refused` are channels that they do not want marketing by, as the consent register names them.
    """
    events = list(happened)
    dos = [_settle(case) for case in known.cases]
    dos += [_offer(due) for due in known.due]
    donts = [f"Sell before {_about(known.cases[0])} is settled."] if known.cases else []
    browsed = _browsed(events, now)
    if browsed is not None:
        donts.append(f"Mention what they looked at online on {short_day(browsed.at)}.")
    donts += [_refusal(channel) for channel in dict.fromkeys(refused)]
    return Conversation(dos, donts)


def _refusal(channel: str) -> str:
    if channel not in ASKING:
        return f"Offer them anything by {channel}: they refused it."
    return f"Offer to {ASKING[channel]} them anything: {MESSAGES[channel]} are refused."


def usually(due: Due) -> str:
    """Say how regularly something was bought.

    >>> from datetime import date
    >>> from customers.memory.due import Rhythm
    >>> usually(Due("Bulb", "lighting", 1, Rhythm(182, 5, date(2026, 5, 27))))
    'Bought every 26 weeks, five times, last on 27 May 2026'
    """
    rhythm = due.rhythm
    last = f"{short_day(rhythm.last_on)} {rhythm.last_on.year}"
    return (
        f"Bought every {_every(rhythm.every_days)}, {counted(rhythm.times, 'time')}, last on {last}"
    )


def _every(days: int) -> str:
    weeks = round(days / 7)
    if abs(weeks * 7 - days) <= 1 and weeks > 1:
        return counted(weeks, "week")
    return "week" if weeks * 7 == days else counted(days, "day")


def _settle(case: Case) -> str:
    order = f" (order {case.order_id})" if case.order_id else ""
    when = f"of {short_day(case.at)}{order}"
    if case.is_complaint:
        return f"Apologise for {_about(case)} {when}. Nobody is known to have answered it."
    return f"Ask whether {_about(case)} {when} is settled. Nobody is known to have answered it."


def _offer(due: Due) -> str:
    pieces = "one more" if due.quantity == 1 else f"{counted(due.quantity, 'more', 'more')}"
    return (
        f"“You bought {due.product} on {short_day(due.rhythm.last_on)}. Shall I get you {pieces}?”"
    )


def _about(case: Case) -> str:
    what = "the complaint" if case.is_complaint else "the question"
    return f"{what} about {case.about}" if case.about else what


def _browsed(events: list[Happening], now: datetime) -> Happening | None:
    """Return the latest look online of the last 30 days that no purchase followed."""
    looks = [one for one in events if one.kind in BROWSED]
    if not looks:
        return None
    latest = max(looks, key=lambda one: one.at)
    followed = any(one.kind in BOUGHT and one.at > latest.at for one in events)
    return None if followed or latest.at < now - BROWSING_REMEMBERED else latest


def shops(known: Recall) -> str:
    """Say where they shop; "" where they bought nothing.

    >>> from customers.memory.recall import Place
    >>> shops(Recall([], [], [], 4, [Place("York", 3), Place("Web shop", 1)], frozenset(), []))
    'York on three days, Web shop on one day'
    """
    parts = [f"{place.name} on {counted(place.days, 'day')}" for place in known.places[:4]]
    return ", ".join(parts)
