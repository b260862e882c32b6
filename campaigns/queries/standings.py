"""What a check of a contact depends on, for many customers at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from campaigns.models import Initiative
from campaigns.pressure.checks import Promised, Sent, Standing, counting
from campaigns.pressure.policy import WINDOW, Contact, is_exempt
from customers.memory.happenings import CASES, Happening
from customers.memory.recall import CASE_OPEN, open_cases
from customers.queries.asked import Meant
from customers.queries.consent import answers_of_people
from strategy.queries.serving import ContactRules

HAPPENED = """
    SELECT r.customer_id, e.at, e.kind, e.channel, e.initiative, e.category, e.transactional,
        e.source_id
    FROM customers_record r JOIN customers_event e ON e.record_id = r.id
    WHERE r.customer_id = ANY(%(customers)s) AND e.at > %(since)s AND e.at <= %(now)s
        AND e.kind IN ('contact', 'complaint', 'service_case')
"""
PROMISED = """
    SELECT r.customer_id, v.at, v.channel, coalesce(i.key, '')
    FROM customers_record r JOIN campaigns_reservation v ON v.record_id = r.id
    LEFT JOIN campaigns_initiative i ON i.id = v.initiative_id
    WHERE r.customer_id = ANY(%(customers)s) AND v.lapses_at > %(now)s
"""
HELD_OUT = """
    SELECT DISTINCT r.customer_id
    FROM customers_record r JOIN campaigns_assignment a ON a.record_id = r.id
    WHERE r.customer_id = ANY(%(customers)s) AND a.arm = 'holdout'
        AND a.initiative_id = %(initiative)s
"""
HELD_OUT_OF_ALL = """
    SELECT DISTINCT r.customer_id
    FROM customers_record r JOIN campaigns_held h ON h.record_id = r.id
    WHERE r.customer_id = ANY(%(customers)s)
"""
HOMES = """
    SELECT id, household FROM customers_customer
    WHERE id = ANY(%(customers)s) AND household <> ''
"""
LIVE_THERE = "SELECT id, household FROM customers_customer WHERE household = ANY(%(homes)s)"
LEAVING = """
    SELECT c.id FROM customers_erasure e JOIN customers_customer c ON c.public_id = e.customer
    WHERE c.id = ANY(%(customers)s)
"""


class About(NamedTuple):
    """What is asked of every customer alike; `rules` are those of the sheet in force."""

    channel: str
    purpose: str
    initiative: Initiative | None
    rules: ContactRules
    now: datetime


def homes_of(customers: Collection[int], rules: ContactRules) -> dict[int, str]:
    """Return the household of each customer of whom one is known. One query.

    Where the sheet does not limit households nobody's matters: none, and no query.
    """
    if rules.household_cap is None:
        return {}
    with connection.cursor() as cursor:
        return dict(_rows(cursor, HOMES, {"customers": list(customers)}))


def contacts_of_homes(homes: Collection[str], about: About) -> dict[str, list[Contact]]:
    """Return the contacts of all who live in each, that count, oldest first. Three queries."""
    if not homes:
        return {}
    with connection.cursor() as cursor:
        live = dict(_rows(cursor, LIVE_THERE, {"homes": list(homes)}))
        asked = _asked(live, about)
        happened, promised = _happened(cursor, asked), _promised(cursor, asked)
    found: dict[str, list[Contact]] = {home: [] for home in homes}
    for customer, home in live.items():
        sent = _sent(happened[customer], about.rules)
        found[home] += counting(Standing(sent=sent, promised=promised[customer]), about.now)
    return {home: sorted(contacts, key=lambda one: one.at) for home, contacts in found.items()}


def home_of(customer: int, rules: ContactRules, now: datetime) -> list[Contact] | None:
    """Return the counted contacts of all who live with a customer, theirs included.

    None where no household is known. Four queries; none where the sheet does not limit households.
    """
    homes = homes_of([customer], rules)
    found = contacts_of_homes({*homes.values()}, About("", "", None, rules, now))
    return found.get(homes.get(customer, ""))


def standings(meant: Collection[Meant], about: About) -> dict[int, Standing]:
    """Return how each customer stands, by id. Six queries, however many customers.

    Consent is that of the people who certainly are the customer; contacts and complaints are those
    of everybody who probably is, so that nobody is contacted twice for being known twice.
    """
    customers = {one.customer_id for one in meant}
    people = frozenset[int]().union(*(one.certain_ids for one in meant))
    answers = answers_of_people(people, about.channel, about.purpose)
    asked = _asked(customers, about)
    with connection.cursor() as cursor:
        happened, promised = _happened(cursor, asked), _promised(cursor, asked)
        held_out = {customer for (customer,) in _rows(cursor, HELD_OUT, asked)}
        spared = {customer for (customer,) in _rows(cursor, HELD_OUT_OF_ALL, asked)}
        leaving = {customer for (customer,) in _rows(cursor, LEAVING, asked)}
    return {
        one.customer_id: Standing(
            allows=_allows(one, answers),
            asked_to_be_forgotten=one.customer_id in leaving,
            held_out=one.customer_id in held_out,
            held_out_of_all=one.customer_id in spared,
            case_until=_case_until(happened[one.customer_id], about.now),
            sent=_sent(happened[one.customer_id], about.rules),
            promised=promised[one.customer_id],
        )
        for one in meant
    }


def _asked(customers: Collection[int], about: About) -> dict[str, Any]:
    return {
        "customers": list(customers),
        "now": about.now,
        "since": about.now - max(CASE_OPEN, WINDOW, timedelta(hours=about.rules.gap_hours)),
        "initiative": about.initiative.pk if about.initiative else None,
    }


def _happened(cursor: Any, asked: Mapping[str, Any]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for customer, *row in _rows(cursor, HAPPENED, asked):
        found[customer].append(row)
    return found


def _promised(cursor: Any, asked: Mapping[str, Any]) -> dict[int, list[Promised]]:
    found = defaultdict(list)
    for customer, *row in _rows(cursor, PROMISED, asked):
        found[customer].append(Promised(*row))
    return found


def _rows(cursor: Any, statement: str, asked: Mapping[str, Any]) -> list[Any]:
    cursor.execute(statement, asked)
    rows: list[Any] = cursor.fetchall()
    return rows


def _allows(one: Meant, answers: Mapping[int, bool]) -> bool | None:
    """Return yes only where everybody who is certainly meant says yes."""
    told = [answers.get(person) for person in one.certain_ids]
    if False in told:
        return False
    return None if None in told else True


def _sent(rows: Iterable[list[Any]], rules: ContactRules) -> list[Sent]:
    return [
        Sent(
            Contact(
                at, is_exempt(rules.exempt, transactional=transactional, category=category), channel
            ),
            initiative,
        )
        for at, kind, channel, initiative, category, transactional, _ in rows
        if kind == "contact"
    ]


def _case_until(rows: list[list[Any]], now: datetime) -> datetime | None:
    """Return when the newest open case counts as answered, None where none is open."""
    if not any(kind in CASES for _, kind, *_ in rows):
        return None
    events = [
        Happening(0, at, kind, str(source), "", "", transactional=transactional)
        for at, kind, _, _, _, transactional, source in sorted(rows)
    ]
    return max((case.at + CASE_OPEN for case in open_cases(events, now)), default=None)
