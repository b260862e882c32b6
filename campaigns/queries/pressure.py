"""How much contact a customer has had, against the sheet in force."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaigns.models import Initiative
from campaigns.pressure.policy import Contact, Policy, Pressure, is_exempt, pressure
from customers.memory.happenings import Happening
from strategy.queries.serving import ServingRules

CONTACT = "contact"


def pressure_of(happened: Iterable[Happening], rules: ServingRules, now: datetime) -> Pressure:
    """Return how a customer with these events stands now. No query."""
    contacts = [
        Contact(
            one.at,
            is_exempt(rules.exempt, transactional=one.transactional, category=one.category),
        )
        for one in happened
        if one.kind == CONTACT
    ]
    policy = Policy(rules.cap, timedelta(hours=rules.gap_hours))
    return pressure(contacts, policy, now)


def initiative_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the names of initiatives by key. One query, none without keys."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    return dict(Initiative.objects.filter(key__in=wanted).values_list("key", "name"))
