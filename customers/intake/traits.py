"""What a Segment message says about the person: fields of a record, identifiers, consent."""

import re
from datetime import date
from typing import Any

from customers.intake.codes import COUNTRIES
from customers.intake.identifiers import EMAIL_SHAPE
from customers.intake.values import LONGEST, first, mapping, text

LONGEST_ADDRESS = 500
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_IDENTIFIERS = {
    "email": "email",
    "phone": "phone",
    "loyalty_card": "loyalty_card",
    "payment_token": "payment_token",
    "wifi_mac": "wifi_device",
    "wifi_device": "wifi_device",
    "account_id": "account_id",
}
_ONLINE = "online"
"""The channel of a consent whose category names none."""


def attributes(traits: dict[str, Any], said_on: date) -> dict[str, Any]:
    """Return the fields of a record that an `identify` carries, by our names; JSON.

    Traits are spelt in the two ways that the specification and its examples spell them; what we
    have no field for is left out, and so is a birth day to come.
    """
    address = mapping(traits.get("address"))
    country = text(address.get("country")).upper()
    found = {
        "given_name": text(first(traits, "firstName", "first_name")),
        "family_name": text(first(traits, "lastName", "last_name")),
        "full_name": text(first(traits, "name")),
        "born_on": _day(first(traits, "birthday", "birthDate"), said_on),
        "address": text(address.get("street"), LONGEST_ADDRESS),
        "city": text(address.get("city")),
        "postcode": text(first(address, "postalCode", "postal_code", "zip")),
        "country": country if country in COUNTRIES else "",
    }
    return {name: value for name, value in found.items() if value}


def identifiers(traits: dict[str, Any], external_ids: Any) -> dict[str, str]:
    """Return identifiers by our kinds, as sent, out of traits and `context.externalIds`.

    External ids in another encoding than "none" cannot be compared, and those of another
    collection than "users" are not a person's.
    """
    found = {kind: text(traits.get(kind)) for kind in ("email", "phone")}
    for one in external_ids if isinstance(external_ids, list) else []:
        given = mapping(one)
        kind = _IDENTIFIERS.get(text(given.get("type")).lower())
        plain = text(given.get("encoding")).lower() in {"", "none"}
        ours = text(given.get("collection")).lower() in {"", "user", "users"}
        if kind and plain and ours:
            found[kind] = text(given.get("id"))
    if not re.fullmatch(EMAIL_SHAPE, found["email"]):
        del found["email"]
    return {kind: value for kind, value in found.items() if value}


def consent(context: dict[str, Any]) -> dict[tuple[str, str], bool]:
    """Return the answer to each channel and purpose that `context.consent` has a category for.

    A category "email.news" names its channel; any other is one of the site's own and stands for
    the channel "online". Answers that are neither yes nor no, like missing ones, say nothing
    here, and nothing said is no.

    >>> consent({"consent": {"categoryPreferences": {"Ad Targeting": True, "email.news": False}}})
    {('online', 'ad_targeting'): True, ('email', 'news'): False}
    """
    categories = mapping(mapping(context.get("consent")).get("categoryPreferences"))
    found = {}
    for category, answer in categories.items():
        channel, _, purpose = category.partition(".")
        parts = (channel, purpose) if purpose else (_ONLINE, category)
        slugs = [re.sub(r"[^\w-]+", "_", text(part, 60).lower()).strip("_") for part in parts]
        if all(slugs) and isinstance(answer, bool):
            found[slugs[0], slugs[1]] = answer
    return found


def _day(value: Any, latest: date) -> str:
    """Return a day as ISO text, "" where the value begins with none or with a later one."""
    found = _DAY.match(text(value, LONGEST))
    try:
        day = date.fromisoformat(found.group()) if found else None
    except ValueError:
        return ""
    return day.isoformat() if day and day <= latest else ""
