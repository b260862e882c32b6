"""What platforms that send mail and texts tell of a message's fate, and the secrets they sign by.

Plain. A mail platform's own words come here through django-anymail, which gives them one form:
https://anymail.dev/en/stable/sending/tracking/. Twilio's are read here.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from customers.intake.fields import CLOCK_SKEW
from customers.intake.segment import ARMS
from customers.intake.values import RefusedError, mapping, name, not_before_1900, text

MARKETING = "marketing"
LEAVING = frozenset({"opt_out", "spam_report"})
"""What is also a no to marketing on its channel."""

_SHORTEST_SECRET = 8


class Telling(NamedTuple):
    """What somebody told us of one message to one person.

    `address` is the e-mail address or phone number as sent. `told_by` and `parts` are what makes
    it one event: told again they are the same. `at` None is when it came. `record_id` is the
    person where they are known already.
    """

    kind: str
    channel: str
    address: str
    at: datetime | None
    told_by: str
    parts: tuple[str, ...]
    initiative: str = ""
    arm: str = ""
    transactional: bool = False
    purpose: str = MARKETING
    record_id: int | None = None

    @property
    def consent(self) -> dict[tuple[str, str], bool]:
        """What the person answers by it: no for channel and purpose, of who leaves."""
        return {(self.channel, self.purpose): False} if self.kind in LEAVING else {}


class Tracked(Protocol):
    """An event of django-anymail's: the parts of AnymailTrackingEvent that are used here."""

    event_type: str
    timestamp: datetime | None
    event_id: str | None
    message_id: str | None
    recipient: str | None
    click_url: str | None
    tags: Any
    metadata: Any
    esp_event: Any


_KINDS = {
    "delivered": "contact",
    "opened": "open",
    "clicked": "click",
    "bounced": "bounce",
    "complained": "spam_report",
    "unsubscribed": "opt_out",
}
_KINDS_OF_MANDRILL = _KINDS | {"sent": "contact"}
"""Mandrill's `send` is its last word on a message that arrived."""

_KINDS_OF_TWILIO = {
    "delivered": "contact",
    "read": "open",
    "undelivered": "bounce",
    "failed": "bounce",
}
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke"})
"""The words by which Twilio itself stops, besides OPTOUT."""


def mail_telling(provider: str, event: Tracked, received_at: datetime) -> Telling | None:
    """Return what a mail platform told, None for what is no event here (queued, deferred …).

    The initiative and its arm are the metadata `initiative` and `arm`, or the tags
    "initiative:<key>" and "arm:<arm>"; the tag "transactional" marks a message that serves.
    Raises RefusedError.
    """
    kind = (_KINDS_OF_MANDRILL if provider == "mandrill" else _KINDS).get(event.event_type)
    if kind is None:
        return None
    address = text(event.recipient)
    if not address:
        raise RefusedError("The event names no recipient.")
    tags = event.tags if isinstance(event.tags, list) else [event.tags]
    tagged = dict(one.partition(":")[::2] for one in map(text, tags))
    said = {key: text(value) for key, value in mapping(event.metadata).items()}
    event_id = event.event_id
    if provider == "mailgun":  # whose own id, unlike its token, is the same whenever it is sent
        event_id = mapping(mapping(event.esp_event).get("event-data")).get("id") or event_id
    at = _moment(event.timestamp, received_at)
    parts = (event_id, event.message_id, kind, address.lower(), at, event.click_url)
    return Telling(
        kind,
        "email",
        address,
        at,
        provider,
        tuple(str(part or "").encode(errors="replace").decode() for part in parts),
        initiative=said.get("initiative") or tagged.get("initiative", ""),
        arm=ARMS.get((said.get("arm") or tagged.get("arm", "")).lower(), ""),
        transactional="transactional" in tagged or said.get("transactional", "").lower() == "true",
    )


def twilio_telling(form: Mapping[str, str], query: Mapping[str, str]) -> Telling | None:
    """Return what Twilio told of a message that we sent, or the STOP that somebody sent us.

    `query` is of the address that Twilio called, which it signs too: `initiative`, `arm` and
    `transactional=true` go there when the message is sent. None for what is no event here.
    Raises RefusedError.
    """
    message_id = name(form.get("MessageSid") or form.get("SmsSid"), "MessageSid")
    if not message_id:
        raise RefusedError("MessageSid is missing.")
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if status == "received":
        kind, address = "opt_out" if _is_stop(form) else None, form.get("From")
    else:
        kind, address = _KINDS_OF_TWILIO.get(status), form.get("To")
    if kind is None:
        return None
    number = text(address).partition(":")[2] or text(address)  # whatsapp:+44…
    if not number:
        raise RefusedError("The event names no recipient.")
    return Telling(
        kind,
        "text",
        number,
        None,
        "twilio",
        (message_id, kind),
        initiative=text(query.get("initiative")),
        arm=ARMS.get(text(query.get("arm")).lower(), ""),
        transactional=query.get("transactional") == "true",
    )


def _is_stop(form: Mapping[str, str]) -> bool:
    """Say whether a text that came in ends the texts: Twilio says so, or the word alone does."""
    if said := form.get("OptOutType"):
        return said.upper() == "STOP"
    word = form.get("Body", "").strip().strip(".!").lower()
    return word in STOP_WORDS or word == "optout"


def _moment(at: datetime | None, received_at: datetime) -> datetime | None:
    """Return when it happened, UTC where no offset is named. Raises RefusedError."""
    if at is None:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at > received_at + CLOCK_SKEW:
        raise RefusedError("The event lies in the future.")
    return not_before_1900(at)


def _is_key(secret: str) -> bool:
    return secret.isascii() and secret.isprintable() and len(secret) >= _SHORTEST_SECRET


def _is_login(secret: str) -> bool:
    user, colon, password = secret.partition(":")
    return bool(user and colon) and len(password) >= _SHORTEST_SECRET and _is_key(secret)


def _is_svix_secret(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return False
    return secret.startswith("whsec_") and len(key) >= _SHORTEST_SECRET


def _is_public_key(secret: str) -> bool:
    try:
        load_der_public_key(base64.b64decode(secret, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


class Provider(NamedTuple):
    """A platform: its name, and what its webhooks are checked with, in words and by looks."""

    name: str
    secret: str
    fits: Callable[[str], bool]


_LOGIN = "user:password as in the webhook’s address, the password of 8 characters or more"
PROVIDERS = {
    "amazon-ses": Provider("Amazon SES", _LOGIN, _is_login),
    "brevo": Provider("Brevo", _LOGIN, _is_login),
    "mailgun": Provider("Mailgun", "the HTTP webhook signing key", _is_key),
    "mailjet": Provider("Mailjet", _LOGIN, _is_login),
    "mandrill": Provider("Mandrill", "the webhook’s key", _is_key),
    "postmark": Provider("Postmark", _LOGIN, _is_login),
    "resend": Provider("Resend", "the signing secret, whsec_…", _is_svix_secret),
    "sendgrid": Provider("SendGrid", "the signed webhook’s verification key", _is_public_key),
    "sparkpost": Provider("SparkPost", _LOGIN, _is_login),
    "twilio": Provider("Twilio", "the auth token", _is_key),
    "unisender-go": Provider("Unisender Go", "the API key", _is_key),
}
"""Those with a login sign nothing but their request's Basic auth; SNS, for SES, signs as well."""

_PLACE = re.compile(r"([-a-zA-Z0-9_]+)/([a-z-]+)")

type Secrets = dict[tuple[str, str], tuple[str, ...]]


def webhook_secrets(entries: Iterable[str]) -> Secrets:
    """Return secrets by source and provider out of entries `<source>/<provider>=<secret>`.

    Two entries for one webhook are both good, so that a secret can be changed without a gap.
    Raises ValueError with a sentence that holds no secret.
    """
    found: Secrets = {}
    for number, entry in enumerate(entries, 1):
        place, equals, secret = entry.partition("=")
        fitting = _PLACE.fullmatch(place)
        if not (fitting and equals):
            raise ValueError(f"entry {number} is not <source key>/<provider>=<secret>")
        source, provider = fitting.groups()
        if provider not in PROVIDERS:
            raise ValueError(f"{place}: the providers are {', '.join(PROVIDERS)}")
        if not PROVIDERS[provider].fits(secret):
            raise ValueError(f"{place}: the secret must be {PROVIDERS[provider].secret}")
        found[source, provider] = (*found.get((source, provider), ()), secret)
    return found
