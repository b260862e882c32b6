"""What happened to a customer, told as a shopkeeper would tell it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from strategy.language.channels import channel_word
from strategy.language.dates import day, day_with_year
from strategy.language.numbers import money, number
from strategy.language.words import join_words

BOUGHT = frozenset({"order", "order_line"})
CASES = frozenset({"service_case", "complaint"})
WENT = {"email": "by email", "text": "by text", "call": "by phone", "post": "by post"}
IN_STORE = frozenset({"store", "till"})
PRODUCTS_NAMED = 3
REACTED = {"open": "Opened", "click": "Clicked"}
REACTS_WITHIN = timedelta(days=3)


class Happening(NamedTuple):
    """One event of a customer with whose system saw it.

    Amounts are in the currency's major unit; the currency is an ISO 4217 code, never empty.
    """

    pk: int
    at: datetime
    kind: str
    source: str
    department: str
    department_key: str
    channel: str = ""
    initiative: str = ""
    order_id: str = ""
    amount: Decimal | None = None
    currency: str = "GBP"
    quantity: int | None = None
    product: str = ""
    category: str = ""
    store: str = ""
    score: float | None = None
    transactional: bool = False

    @property
    def thing(self) -> str:
        """The product, or else its category; "" where neither was told.

        A case's category is what it is about: "Bedside table (delivery)".
        """
        topic = "" if self.category == self.kind else self.category
        if self.kind in CASES and self.product and topic:
            return f"{self.product} ({topic})"
        return self.product or topic


class Told(NamedTuple):
    """One line of a timeline: what happened, and what else is known of it; `when` is the day."""

    at: datetime
    when: str
    title: str
    note: str
    department: str
    department_key: str


def timeline(
    happened: Iterable[Happening], initiatives: Mapping[str, str], now: datetime
) -> list[Told]:
    """Return lines for events that are in order of time, the latest first.

    `initiatives` are names by key, `now` is in the reader's time zone. An order and the lines
    that came with it are one line, and so are a message and its opens and clicks.
    """
    events = list(happened)
    answered = _reactions(events)
    placed = {pk for reactions in answered.values() for pk, _ in reactions}
    baskets = groupby((one for one in events if one.pk not in placed), _basket)
    return [_told(list(together), initiatives, answered, now) for _, together in baskets]


def _reactions(events: list[Happening]) -> dict[int, list[tuple[int, str]]]:
    """Return by message which events are reactions to it: the last like it, 3 days before them."""
    sent: dict[tuple[str, ...], Happening] = {}
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for one in reversed(events):
        like = (one.source, one.initiative, one.channel)
        if one.kind == "contact":
            sent[like] = one
        elif one.kind in REACTED and like in sent and one.at - sent[like].at <= REACTS_WITHIN:
            found[sent[like].pk].append((one.pk, REACTED[one.kind]))
    return found


def _basket(one: Happening) -> tuple[object, ...]:
    is_line = one.kind in BOUGHT and one.order_id
    return (one.source, one.order_id, one.at) if is_line else (one.pk,)


def _told(
    together: list[Happening],
    initiatives: Mapping[str, str],
    answered: Mapping[int, list[tuple[int, str]]],
    now: datetime,
) -> Told:
    one = next((each for each in together if each.kind == "order"), together[0])
    title = bought(together) if one.kind in BOUGHT else title_of(one, initiatives)
    here = one.at.astimezone(now.tzinfo)
    when = day(here) if here.year == now.year else day_with_year(here)
    reactions = dict.fromkeys(word for _, word in answered.get(one.pk, []))
    note = ". ".join(part for part in (_note(one), *reactions) if part)
    return Told(one.at, when, title, note, one.department, one.department_key)


def bought(together: Iterable[Happening]) -> str:
    """Say what was bought at one time.

    >>> line = Happening(1, datetime(2026, 11, 1), "order_line", "Tills", "Stores", "stores")
    >>> bought([line._replace(product="AA batteries", quantity=2), line._replace(product="Lamp")])
    'Bought 2 AA batteries and Lamp'
    """
    lines = list(together)
    named = list(dict.fromkeys(_counted(each) for each in lines if each.thing))
    if not named:
        return "Bought something"
    if len(named) > PRODUCTS_NAMED:
        named = [*named[: PRODUCTS_NAMED - 1], f"{len(named) - PRODUCTS_NAMED + 1} more things"]
    return f"Bought {join_words(named)}"


def title_of(one: Happening, initiatives: Mapping[str, str]) -> str:
    """Say what happened in one event that is no purchase."""
    about = one.thing
    message = initiatives.get(one.initiative, "")
    way = WENT.get(channel_word(one.channel), f"by {one.channel}" if one.channel else "")
    said = {
        "visit": f"Visited the {one.channel}" if one.channel else "Visited us online",
        "view": f"Looked at {about}" if about else "Looked at something online",
        "return": f"Returned {about}" if about else "Returned something",
        "contact": _sent(one, message, way),
        "open": f"Opened {message or _a_message(one)}",
        "click": f"Clicked in {message or _a_message(one)}",
        "opt_out": f"Asked for no more {_messages(one)}",
        "spam_report": "Reported a message as spam",
        "complaint": f"Complained about {about}" if about else "Complained",
        "service_case": f"Asked about {about}" if about else "Asked the service desk",
        "survey_answer": _answered(one),
        "store_visit": f"Came to the store in {one.store}" if one.store else "Came to a store",
        "consent_change": "Changed what we may send",
        "bounce": "A message did not arrive",
    }
    return said.get(one.kind, "Something else happened")


def _sent(one: Happening, message: str, way: str) -> str:
    if one.transactional:
        return f"We answered {way}".rstrip()
    return f"{message}, {way}" if message and way else f"{message or 'A message'} {way}".rstrip()


def _a_message(one: Happening) -> str:
    return {"email": "an email", "text": "a text"}.get(channel_word(one.channel), "a message")


def _messages(one: Happening) -> str:
    return {"email": "emails", "text": "texts", "call": "calls", "post": "letters"}.get(
        channel_word(one.channel), "messages"
    )


def _answered(one: Happening) -> str:
    return "Answered a survey" if one.score is None else f"Gave us {number(one.score)} of 10"


def _counted(one: Happening) -> str:
    return f"{one.quantity} {one.thing}" if one.quantity and one.quantity > 1 else one.thing


def _note(one: Happening) -> str:
    """Return place, amount and number of the order, as far as they are known."""
    amount = money(abs(one.amount), one.currency) if one.amount is not None else ""
    about = [
        one.store,
        "Online" if one.kind in BOUGHT and one.channel not in IN_STORE and not one.store else "",
        f"{amount} back" if amount and one.kind == "return" else amount,
        f"Order {one.order_id}" if one.order_id else "",
    ]
    return ". ".join(part for part in about if part)
