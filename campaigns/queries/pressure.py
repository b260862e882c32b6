"""How much contact a customer has had, against the sheet in force."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Initiative
from campaigns.pressure.policy import ChannelLimit, Contact, Policy, Quiet, is_exempt
from campaigns.pressure.waits import Pressure, pressure
from customers.memory.happenings import Happening
from strategy.queries.serving import ContactRules

CONTACT = "contact"


def pressure_of(
    happened: Iterable[Happening],
    rules: ContactRules,
    now: datetime,
    home: Sequence[Contact] | None = None,
) -> Pressure:
    """Return how a customer with these events, of a household with these contacts, stands now.

    No query; `home` is as campaigns.queries.standings.home_of returns it.
    """
    contacts = [
        Contact(
            one.at,
            is_exempt(rules.exempt, transactional=one.transactional, category=one.category),
            one.channel,
        )
        for one in happened
        if one.kind == CONTACT
    ]
    return pressure(contacts, policy_of(rules), now, home=home)


def policy_of(rules: ContactRules) -> Policy:
    """Return the sheet's contact policy as it is asked about a person. No query."""
    return Policy(
        cap=rules.cap,
        gap=timedelta(hours=rules.gap_hours),
        calendar_cap=rules.calendar_cap,
        channels={one.channel: ChannelLimit(one.cap, one.weight) for one in rules.channels},
        quiet=Quiet(*rules.quiet) if rules.quiet else None,
        zone=timezone.get_default_timezone(),
        household_cap=rules.household_cap,
    )


def initiative_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of initiatives by key. One query, none without keys."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    return dict(Initiative.objects.filter(key__in=wanted).values_list("key", "name"))
