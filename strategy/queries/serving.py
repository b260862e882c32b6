"""What the sheet in force tells whoever serves a customer."""

from typing import NamedTuple

from strategy.models import Rule, Sheet

SAID_TO_STAFF = (
    "",
    "no_browsing_in_store",
    "no_guessing",
    "service_before_selling",
    "one_in_four_active",
    "contact_cap",
)
"""Machine checks that are about speaking with a customer; rules without one are for people."""


class ServingRules(NamedTuple):
    """The contact policy and the rules for people; `gap_hours` of rest between two contacts."""

    version: int
    cap: int
    gap_hours: int
    exempt: list[str]
    dos: list[str]
    donts: list[str]


def serving_rules() -> ServingRules | None:
    """Return what the newest published sheet says, None before the first. Two queries."""
    sheet = Sheet.objects.published().order_by("-version").first()
    if sheet is None:
        return None
    rules = sheet.rules.filter(check_key__in=SAID_TO_STAFF).order_by("position", "pk")
    said = list(rules.values_list("polarity", "text"))
    return ServingRules(
        version=sheet.version,
        cap=sheet.contact_cap,
        gap_hours=sheet.contact_gap_hours,
        exempt=sheet.exempt,
        dos=[text for polarity, text in said if polarity == Rule.Polarity.DO],
        donts=[text for polarity, text in said if polarity == Rule.Polarity.DONT],
    )
