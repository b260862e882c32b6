"""What the sheet in force tells whoever serves a customer."""

from datetime import time
from decimal import Decimal
from typing import NamedTuple

from strategy.language.channels import channel_word
from strategy.models import ContactPolicy, Rule, Sheet

SAID_TO_STAFF = (
    "",
    "no_browsing_in_store",
    "no_guessing",
    "service_before_selling",
    "one_in_four_active",
    "contact_cap",
    "contact_gap",
)
"""Machine checks that are about speaking with a customer; rules without one are for people."""


class ChannelRule(NamedTuple):
    """One channel's own cap in seven days, None for none, and what a contact counts."""

    channel: str
    cap: int | None
    weight: Decimal


class ContactRules(NamedTuple):
    """The sheet's contact policy; `gap_hours` of rest between two contacts.

    `cap` holds in any seven days, `calendar_cap` from Monday to Sunday, `household_cap` in any
    seven days for all who live together; `quiet` are the hours [from, until) of the company's time
    zone. None where the sheet says nothing of it.
    `goes_first` are keys of departments, the one that yields to no other first.
    """

    version: int
    cap: int
    gap_hours: int
    exempt: tuple[str, ...]
    calendar_cap: int | None = None
    quiet: tuple[time, time] | None = None
    channels: tuple[ChannelRule, ...] = ()
    goes_first: tuple[str, ...] = ()
    household_cap: int | None = None


class ServingRules(NamedTuple):
    """The contact policy and the rules for people."""

    version: int
    contacts: ContactRules
    dos: list[str]
    donts: list[str]


def serving_rules() -> ServingRules | None:
    """Return what the newest published sheet says, None before the first. Three queries."""
    sheet = _in_force()
    if sheet is None:
        return None
    rules = sheet.rules.filter(check_key__in=SAID_TO_STAFF).order_by("position", "pk")
    said = list(rules.values_list("polarity", "text"))
    return ServingRules(
        version=sheet.version,
        contacts=_rules_of(sheet),
        dos=[text for polarity, text in said if polarity == Rule.Polarity.DO],
        donts=[text for polarity, text in said if polarity == Rule.Polarity.DONT],
    )


def contact_rules() -> ContactRules | None:
    """Return the newest published sheet's contact policy, None before the first. Two queries."""
    sheet = _in_force()
    return _rules_of(sheet) if sheet else None


def _in_force() -> Sheet | None:
    sheets = Sheet.objects.published().select_related("contact_policy")
    return sheets.order_by("-version").first()


def _rules_of(sheet: Sheet) -> ContactRules:
    policy: ContactPolicy | None = getattr(sheet, "contact_policy", None)
    quiet = (policy.quiet_from, policy.quiet_until) if policy else (None, None)
    channels = sheet.channel_limits.order_by("channel")
    return ContactRules(
        version=sheet.version,
        cap=sheet.contact_cap,
        gap_hours=sheet.contact_gap_hours,
        exempt=tuple(sheet.exempt),
        calendar_cap=policy.calendar_cap if policy else None,
        quiet=(quiet[0], quiet[1]) if quiet[0] and quiet[1] else None,
        channels=tuple(
            ChannelRule(channel_word(one.channel), one.cap, one.weight) for one in channels
        ),
        goes_first=tuple(policy.goes_first) if policy else (),
        household_cap=policy.household_cap if policy else None,
    )
