"""Everything on a customer's card, put together from what every floor knows."""

from datetime import datetime
from math import ceil
from typing import NamedTuple
from uuid import UUID

from campaigns.pressure.waits import Pressure
from campaigns.queries.pressure import initiative_names, pressure_of
from campaigns.queries.standings import home_of
from customers.memory import conversation as talk
from customers.memory import happenings
from customers.memory.conversation import Conversation
from customers.memory.happenings import Happening, Told
from customers.memory.recall import Pair, Recall, companions, recall, something_new
from customers.queries.consent import ConsentRow, consents_of
from customers.queries.linked import Linked, linked
from customers.queries.memory import companions_of, neighbours_of
from customers.queries.people import (
    Found,
    RecordOf,
    identifiers_of,
    others_in_household,
    records_of,
)
from customers.queries.timeline import Before, page_of, remembered
from reports.drawing.meter import Meter, meter
from reports.queries.who import Who, who
from strategy.language import dates
from strategy.language.channels import CONTACTED
from strategy.language.numbers import number, percent
from strategy.language.words import counted, plural
from strategy.queries.serving import ServingRules, serving_rules

EVENTS_A_PAGE = 25
MOST_OTHERS = 8
"""Of more at one address it is a shop or a hall, which says nothing of this customer."""
MARKETING = "marketing"
CHANNELS = {
    "email": "Email",
    "text": "Text",
    "post": "Post",
    "call": "Phone",
    "app": "App",
    "every": "Every channel",
}
GROUPS = {
    "bought": ("Purchases and returns", ["order", "order_line", "return"]),
    "sent": (
        "What we sent",
        ["contact", "open", "click", "bounce", "opt_out", "spam_report", "consent_change"],
    ),
    "asked": ("Questions and complaints", ["service_case", "complaint", "survey_answer"]),
    "came": ("Visits", ["visit", "view", "store_visit"]),
}
"""What a reader chooses among, by the key in the address."""


class Fact(NamedTuple):
    """A line of the shopkeeper's memory."""

    name: str
    says: str
    note: str


class ConsentLine(NamedTuple):
    """An answer for a channel and a purpose, with where it comes from."""

    name: str
    note: str
    tag: str
    word: str


class ContactLine(NamedTuple):
    """Whether they may be contacted now; `meter` is None without a sheet."""

    answer: str
    meter: Meter | None
    counted: str
    tag: str
    word: str
    exempt: str


class Timeline(NamedTuple):
    """A page of what happened; `earlier` is how an address names the next page, "" on the last."""

    rows: list[Told]
    earlier: str
    is_filtered: bool


class Card(NamedTuple):
    """The page, section by section; `now` is the reader's."""

    public_id: UUID
    who: Who
    answer: str
    facts: list[Fact]
    conversation: Conversation
    rules: ServingRules | None
    contact: ContactLine
    consents: list[ConsentLine]
    linked: Linked
    timeline: Timeline
    departments: list[tuple[str, str]]


def card(
    found: Found,
    now: datetime,
    *,
    revealed_until: datetime | None,
    department: str = "",
    group: str = "",
    before: str = "",
) -> Card:
    """Return a customer's card.

    At most 14 queries, however long the history; four more where the sheet limits households.

    `now` must be in the reader's time zone; the filters are those of `timeline_of`.
    """
    records = records_of(found.customer_id)
    ids = [record.pk for record in records]
    identifiers = identifiers_of(ids)
    happened = remembered(ids)
    known = recall(happened, now)
    consents = consents_of(found.customer_id)
    refused = [one.channel for one in consents if _is_no(one)]
    rules = serving_rules()
    return Card(
        public_id=found.public_id,
        who=who(records, identifiers, happened, now, revealed_until),
        answer=talk.answer(known, now.date()),
        facts=[*_facts(known, records, now), *_household(others_in_household(found.customer_id))],
        conversation=talk.conversation(known, happened, refused, now),
        rules=rules,
        contact=_contact(found.customer_id, happened, consents, rules, now),
        consents=_consent_lines(consents),
        linked=linked(found.customer_id, records, identifiers),
        timeline=timeline_of(records, now, department=department, group=group, before=before),
        departments=sorted({(one.department_key, one.department) for one in records}),
    )


def timeline_of(
    records: list[RecordOf],
    now: datetime,
    *,
    department: str = "",
    group: str = "",
    before: str = "",
) -> Timeline:
    """Return a page of a customer's events, newest first. At most two queries.

    `department` is a key, `group` one of GROUPS, `before` as the last page's `earlier`; what
    an address holds that is none of these is left aside.
    """
    ids = [one.pk for one in records if department in {"", one.department_key}]
    kinds = GROUPS[group][1] if group in GROUPS else None
    page = page_of(ids, kinds=kinds, before=_before(before), count=EVENTS_A_PAGE)
    names = initiative_names(one.initiative for one in page.events)
    earlier = f"{page.earlier.at.isoformat()}_{page.earlier.pk}" if page.earlier else ""
    rows = happenings.timeline(page.events, names, now)
    return Timeline(rows, earlier, is_filtered=bool(department or group))


def _before(text: str) -> Before | None:
    at, _, pk = text.replace(" ", "+").rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        return Before(moment, int(pk)) if moment.tzinfo else None
    except ValueError:
        return None


def _facts(known: Recall, records: list[RecordOf], now: datetime) -> list[Fact]:
    facts = [_last_seen(known, now)]
    facts += [
        Fact(
            "Due again",
            f"{_pieces(due.quantity)}{due.product}, about {dates.day(due.rhythm.due_on)}",
            talk.usually(due),
        )
        for due in known.due[:2]
    ]
    pairs = companions(companions_of(known.subjects), known)
    if pairs:
        first = pairs[0]
        facts.append(
            Fact(
                f"Goes with {first.what}",
                ", ".join(pair.goes_with for pair in pairs),
                f"{percent(first.share, 0)} of the {counted(_buyers(first), 'person', 'people')} "
                f"who bought it in the last year bought {first.goes_with} the same day. "
                "Never bought by this customer",
            )
        )
    facts += _likes(records)
    if known.places:
        facts.append(Fact("Shops at", talk.shops(known), _window(known)))
    new = something_new(neighbours_of(known.categories), known.categories)
    if new:
        facts.append(
            Fact(
                "Something new",
                new.goes_with.capitalize(),
                f"Bought by {percent(new.share, 0)} of the {number(_buyers(new))} people who buy "
                f"{new.what} as they do. Outside their usual range, on purpose",
            )
        )
    return facts


def _last_seen(known: Recall, now: datetime) -> Fact:
    if not known.last_seen:
        return Fact("Last seen", "Never, by anything that we were sent", "")
    one = known.last_seen[-1]
    when = one.at.astimezone(now.tzinfo)
    place = f", {one.store or one.source}"
    did = (
        happenings.bought(known.last_seen)
        if one.kind in happenings.BOUGHT
        else happenings.title_of(one, {})
    )
    return Fact("Last seen", f"{dates.weekday(when)} {dates.long_day(when)}{place}", did)


def _likes(records: list[RecordOf]) -> list[Fact]:
    newest = {}
    for told in sorted(
        (one for record in records for one in record.preferences), key=lambda one: one.told_at
    ):
        newest[told.name] = told
    return [
        Fact(
            "Likes",
            f"{told.name.replace('_', ' ').capitalize()}: {told.value}",
            f"Told {told.source}, {dates.long_day(told.told_at)}",
        )
        for told in newest.values()
    ]


def _household(others: int) -> list[Fact]:
    """Say that somebody lives with others; of more than a household can hold, nothing is said."""
    if not 0 < others <= MOST_OTHERS:
        return []
    return [
        Fact(
            "Household",
            f"Shares an address with {counted(others, 'other')}",
            "A postal address, or an email or phone that all of them use",
        )
    ]


def _contact(
    customer_id: int,
    happened: list[Happening],
    consents: list[ConsentRow],
    rules: ServingRules | None,
    now: datetime,
) -> ContactLine:
    allowed = [
        CHANNELS.get(one.channel, one.channel).lower()
        for one in consents
        if one.is_allowed and one.purpose == MARKETING
    ]
    if rules is None:
        return ContactLine("There is no sheet yet that says so.", None, "", "none", "No policy", "")
    home = home_of(customer_id, rules.contacts, now)
    stands = pressure_of(happened, rules.contacts, now, home)
    tag, word = _standing(stands, now)
    return ContactLine(
        answer=_may_contact(stands, allowed, now),
        meter=meter(ceil(stands.weight), stands.cap),
        counted=f"{number(stands.weight)} of {stands.cap} {plural(stands.cap, 'contact')} "
        "in seven days",
        tag=tag,
        word=word,
        exempt=f"{counted(stands.exempt, 'reply', 'replies', capital=True)} to their own "
        "questions besides: shown, and not counted."
        if stands.exempt
        else "Replies to their own questions are never blocked.",
    )


def _may_contact(stands: Pressure, allowed: list[str], now: datetime) -> str:
    if not allowed:
        return "No. They have agreed to no marketing."
    ways = f"by {' or '.join(dict.fromkeys(allowed))}"
    if stands.allowed_from is None:
        return "No. The sheet allows no contact at all."
    if stands.is_allowed(now):
        return f"Yes, {ways}."
    when = stands.allowed_from.astimezone(now.tzinfo)
    return f"Not until {dates.weekday(when)} {when:%H:%M}, then {ways}."


def _standing(stands: Pressure, now: datetime) -> tuple[str, str]:
    if stands.is_over:
        return "breach", "Over the limit"
    if stands.weight >= stands.cap:
        return "near", "At the limit"
    return ("ok", "Inside the limit") if stands.is_allowed(now) else ("near", "Resting")


def _consent_lines(consents: list[ConsentRow]) -> list[ConsentLine]:
    lines = [
        ConsentLine(
            name=_purpose(one.channel, one.purpose),
            note=f"{one.source}, {dates.long_day(one.told_at)}",
            tag="ok" if one.is_allowed else "no",
            word="Yes" if one.is_allowed else "No",
        )
        for one in consents
    ]
    told = {CHANNELS.get(one.channel) for one in consents if one.purpose == MARKETING}
    lines += [
        ConsentLine(_purpose(channel, MARKETING), "Never asked, which is a no", "no", "No")
        for channel in CONTACTED
        if CHANNELS[channel] not in told
    ]
    return lines


def _purpose(channel: str, purpose: str) -> str:
    name = CHANNELS.get(channel, channel.capitalize())
    return name if purpose == MARKETING else f"{name}, for {purpose.replace('_', ' ')}"


def _is_no(one: ConsentRow) -> bool:
    return not one.is_allowed and one.purpose == MARKETING


def _buyers(pair: Pair) -> int:
    return round(pair.people / pair.share)


def _pieces(quantity: int) -> str:
    return f"{quantity} " if quantity > 1 else ""


def _window(known: Recall) -> str:
    return f"{counted(known.bought_count, 'day', capital=True)} on which they bought something"
