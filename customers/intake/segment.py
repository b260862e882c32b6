"""One message of the Segment HTTP API to what it means here. Plain, and it reads no clock.

Specification: https://segment.com/docs/connections/spec/ (CC BY 4.0). `docs/decisions/` says
where we had to choose.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from customers.intake import traits as people
from customers.intake.codes import CURRENCIES
from customers.intake.event_names import meaning
from customers.intake.fields import CLOCK_SKEW
from customers.intake.identifiers import HASHED_ADDRESS, pseudonym
from customers.intake.values import (
    RefusedError,
    first,
    mapping,
    moment,
    money,
    name,
    not_before_1900,
    number,
    person,
    text,
    whole,
)

CALLS = frozenset({"identify", "track", "page", "screen", "group", "alias"})
LONGEST_MESSAGE_ID = 100
TOP_SCORE = 10
ARMS = {"treated": "treated", "treatment": "treated", "holdout": "holdout", "control": "holdout"}
_LIBRARIES = {"analytics.js": "web", "analytics-ios": "app", "analytics-android": "app"}
_CHANNELS = {"browser": "web", "mobile": "app"}
_NAMES = ("userId", "user_id", "anonymousId", "anonymous_id", "previousId")
_AMOUNTS = ("revenue", "subtotal", "total", "value", "amount")


class EventRow(NamedTuple):
    """An event by the fields of `customers.intake.fields.EVENTS`; empty is "" or None."""

    event: str
    event_id: str
    external_id: str | None
    at: datetime
    channel: str = ""
    initiative: str = ""
    arm: str = ""
    order_id: str = ""
    amount: Decimal | None = None
    currency: str = ""
    quantity: int | None = None
    product: str = ""
    category: str = ""
    store: str = ""
    score: float | None = None
    transactional: bool = False


class RecordRow(NamedTuple):
    """What is said about a person: attributes and identifiers as sent, by our names.

    `consent` has the answer to each channel and purpose.
    """

    external_id: str
    said_at: datetime
    attributes: dict[str, Any]
    identifiers: dict[str, str]
    consent: dict[tuple[str, str], bool] = {}


class Join(NamedTuple):
    """Two names of one person: who it is known to be, and who that was before."""

    external_id: str
    before: str


class Addressed(NamedTuple):
    """Whom the first event of a message is about, where they are not known by a source's id.

    The event is the first record's. `consent` is what they all answer by it, as
    channel and purpose: once, when the event is new, and whatever else their records
    say and when.
    """

    record_ids: tuple[int, ...]
    consent: dict[tuple[str, str], bool]


class Taken(NamedTuple):
    """What a message brings; none of it for a message about nobody that is no event.

    `addresses` are those that it names people by, as sent, under their pseudonyms. `place` in its
    request and `message_id`, as sent, say which message it was.
    """

    events: list[EventRow]
    record: RecordRow | None = None
    join: Join | None = None
    addressed: Addressed | None = None
    addresses: Mapping[str, str] = {}
    place: int = 0
    message_id: str = ""


class _Message(NamedTuple):
    call: str
    message: dict[str, Any]
    context: dict[str, Any]
    properties: dict[str, Any]
    message_id: str
    external_id: str | None
    at: datetime
    key: bytes


def read(
    message: Any,
    *,
    received_at: datetime,
    zone: ZoneInfo,
    key: bytes,
    on_its_way: timedelta = timedelta(),
) -> Taken:
    """Return what a message means; `zone` is the company's, whose days visits are counted by.

    People whose id is an e-mail address are called by its pseudonym, made with `key`.

    The event's time is `timestamp` corrected by `received_at - sentAt`, so that a device whose
    clock is wrong counts right. Up to `on_its_way` that difference is no wrong clock but time
    that the message waited after `sentAt` was written, and corrects nothing. Raises
    RefusedError, with one sentence, for a message that can never be accepted.
    """
    one = _whole_message(message, received_at, key, on_its_way)
    events = {"track": _tracked, "page": _looked_at, "screen": _looked_at}.get(one.call, _nothing)(
        one
    )
    if events and one.external_id and events[0].event == "view":
        events.append(_visit(one, events[0], zone))
    return Taken(events, _record(one), _join(one), addresses=_addresses(one))


def _whole_message(
    message: Any, received_at: datetime, key: bytes, on_its_way: timedelta
) -> _Message:
    if not isinstance(message, dict):
        raise RefusedError("A message is an object.")
    call = text(first(message, "type", "action"))
    if call not in CALLS:
        raise RefusedError(f"type is none of {', '.join(sorted(CALLS))}.")
    user = first(message, "userId", "user_id")
    anonymous = first(message, "anonymousId", "anonymous_id")
    if not (name(user, "userId") or name(anonymous, "anonymousId")):
        raise RefusedError("Either userId or anonymousId is needed.")
    said_at = moment(first(message, "timestamp", "originalTimestamp"), "timestamp")
    return _Message(
        call=call,
        message=message,
        context=mapping(message.get("context")),
        properties=mapping(message.get("properties")),
        message_id=name(message.get("messageId"), "messageId", LONGEST_MESSAGE_ID)
        or _fingerprint(message, None if said_at else received_at),
        external_id=_who(user, "userId", key) or _who(anonymous, "anonymousId", key) or None,
        at=_corrected(
            said_at, moment(message.get("sentAt"), "sentAt") or received_at, received_at, on_its_way
        ),
        key=key,
    )


def _who(value: Any, field: str, key: bytes) -> str:
    return pseudonym(person(value, field), key)


def _corrected(
    said_at: datetime | None, sent_at: datetime, received_at: datetime, on_its_way: timedelta
) -> datetime:
    """Return when it happened by our clock. Raises RefusedError for the future."""
    if said_at is None:
        return received_at
    behind = received_at - sent_at
    try:
        at = said_at if timedelta() <= behind <= on_its_way else said_at + behind
    except OverflowError:
        raise RefusedError("timestamp and sentAt lie centuries apart.") from None
    if at > received_at + CLOCK_SKEW:
        raise RefusedError("The event lies in the future.")
    return not_before_1900(at)


def _fingerprint(message: dict[str, Any], received_at: datetime | None) -> str:
    """Return an id for a message that has none: 32 hex digits of its content.

    Sent again it is the same, whatever `sentAt` says. A message without a time of its own is
    as new as its arrival.
    """
    content = {key: value for key, value in message.items() if key not in {"sentAt", "writeKey"}}
    try:
        written = json.dumps([content, str(received_at)], sort_keys=True)
    except RecursionError:
        raise RefusedError("The message is nested too deeply.") from None
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def _nothing(_one: _Message) -> list[EventRow]:
    return []


def _looked_at(one: _Message) -> list[EventRow]:
    """Return the view of a page or a screen."""
    channel = "app" if one.call == "screen" else _channel(one) or "web"
    return [
        EventRow(
            "view",
            one.message_id,
            one.external_id,
            one.at,
            channel=channel,
            initiative=_initiative(one),
            product=text(first(one.properties, "product_id", "sku")),
            category=text(one.message.get("category") or one.properties.get("category")),
        )
    ]


def _tracked(one: _Message) -> list[EventRow]:
    """Return the event, and an order's lines behind it."""
    sent = one.message.get("event")
    title = text(sent)
    if not isinstance(sent, str) or not title:
        raise RefusedError("A track needs the event’s name.")
    said, known = one.properties, meaning(title)
    is_money = known.kind in {"order", "return", "order_line"}
    products = said.get("products")
    products = products if isinstance(products, list) else []
    event = EventRow(
        known.kind,
        one.message_id,
        one.external_id,
        one.at,
        channel=known.channel or _channel(one),
        initiative=_initiative(one),
        arm=ARMS.get(text(first(said, "variation_id", "arm")).lower(), ""),
        order_id=name(first(said, "order_id", "orderId"), "order_id"),
        amount=_amount(said, known.kind) if is_money else None,
        currency=_currency(said) if is_money else "",
        quantity=whole(said.get("quantity")),
        product=text(first(said, "product_id", "sku", "product", "id")),
        category=title if known.kind == "other" else text(said.get("category")),
        store=text(first(said, "store", "store_id", "affiliation")),
        score=_score(said, known.kind),
        transactional=said.get("transactional") is True,
    )
    if event.event != "order":
        return [event]
    return [event, *(_line(event, place, mapping(line)) for place, line in enumerate(products, 1))]


def _line(order: EventRow, place: int, line: dict[str, Any]) -> EventRow:
    """Return one product of an order; its amount is price times quantity."""
    price = money(line.get("price"), "price")
    quantity = whole(first(line, "quantity"))
    return order._replace(
        event="order_line",
        event_id=f"{order.event_id}:{place}",
        amount=None if price is None else price * (1 if quantity is None else abs(quantity)),
        quantity=quantity,
        product=text(first(line, "product_id", "sku", "id")),
        category=text(line.get("category")),
        score=None,
    )


def _visit(one: _Message, view: EventRow, zone: ZoneInfo) -> EventRow:
    """Return the person's visit of that day on that channel.

    Its id says who and which day, so that a day's first view makes it and every further view,
    in whatever order they come, makes the same one.
    """
    day = one.at.astimezone(zone).date().isoformat()
    who = hashlib.sha256(f"{view.external_id}\0{view.channel}".encode()).hexdigest()[:32]
    return EventRow("visit", f"visit:{day}:{who}", one.external_id, one.at, channel=view.channel)


def _record(one: _Message) -> RecordRow | None:
    """Return what the message says about its person, if anything; a group's traits are its own."""
    if one.external_id is None:
        return None
    own = mapping(one.message.get("traits")) if one.call == "identify" else {}
    told = mapping(one.context.get("traits")) if one.call != "group" else {}
    return RecordRow(
        one.external_id,
        one.at,
        people.attributes(own, one.at.date()) if own else {},
        people.identifiers(told | own, one.context.get("externalIds")),
        people.consent(one.context),
    )


def _join(one: _Message) -> Join | None:
    """Return who the person was before: an alias says it, an identify by carrying both ids."""
    if one.call == "alias":
        known = _who(first(one.message, "userId", "user_id"), "userId", one.key)
        before = _who(one.message.get("previousId"), "previousId", one.key)
    elif one.call == "identify":
        known = _who(first(one.message, "userId", "user_id"), "userId", one.key)
        before = _who(first(one.message, "anonymousId", "anonymous_id"), "anonymousId", one.key)
    else:
        return None
    return Join(known, before) if known and before and known != before else None


def _addresses(one: _Message) -> dict[str, str]:
    """Return the e-mail addresses that the message names people by, under their pseudonyms."""
    said = (text(one.message.get(field)) for field in _NAMES)
    hidden = {pseudonym(name, one.key): name for name in said if "@" in name}
    return {p: name for p, name in hidden.items() if p != name and p.startswith(HASHED_ADDRESS)}


def _channel(one: _Message) -> str:
    """Return where it happened: as the message says it, or as the library that sent it tells."""
    said = text(one.properties.get("channel")) or text(one.message.get("channel"))
    library = text(mapping(one.context.get("library")).get("name"))
    return _CHANNELS.get(said, "" if said == "server" else said) or _LIBRARIES.get(library, "")


def _initiative(one: _Message) -> str:
    """Return the key of the initiative, where a shop uses its keys as campaigns or experiments."""
    campaign = mapping(one.properties.get("campaign")) or mapping(one.context.get("campaign"))
    said = first(one.properties, "initiative", "experiment_id", "campaign_id", "campaign_name")
    return text(said) or text(campaign.get("name"))


def _amount(said: dict[str, Any], kind: str) -> Decimal | None:
    """Return what the shop earned: revenue, or what comes nearest, without tax and shipping.

    What it gave back is below zero, whichever sign it was sent with.
    """
    field = next((one for one in _AMOUNTS if number(said.get(one)) is not None), None)
    if field is None:
        return None
    amount = money(said[field], field, below_zero=kind == "return")
    if field == "total" and amount is not None and kind == "order":
        extras = [money(said.get(one), one) or Decimal(0) for one in ("tax", "shipping")]
        amount = max(amount - sum(extras), Decimal(0))
    return -abs(amount) if amount is not None and kind == "return" else amount


def _score(said: dict[str, Any], kind: str) -> float | None:
    """Return what somebody gave; in an answer to a survey it counts promoters and detractors."""
    score = number(first(said, "score", "rating"))
    if kind == "survey_answer" and score is not None and score not in range(TOP_SCORE + 1):
        raise RefusedError(f"score is no whole number from 0 to {TOP_SCORE}.")
    return score


def _currency(said: dict[str, Any]) -> str:
    code = text(said.get("currency")).upper()
    if code and code not in CURRENCIES:
        raise RefusedError("currency is no ISO 4217 code.")
    return code
