"""Asking whether customers may be contacted, and reserving the contact.

Reservations of one customer are made one after another: whoever reserves holds the customers'
locks until their transaction ends, and reads what stands only once they are held. So of two
departments that ask for the last contact at the same moment, one gets it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.models import Initiative, Reservation
from campaigns.pressure.checks import Answer, Promised, Question, Rule, Standing, check
from campaigns.pressure.policy import Contact
from campaigns.queries.pressure import policy_of
from campaigns.queries.standings import About, contacts_of_homes, homes_of, standings
from campaigns.queries.steps import REACHING
from customers.actions.suppression import forgotten_among, of_names, of_values
from customers.models import Erasure, Source
from customers.queries.asked import Asked, Meant, meant_by
from strategy.language.channels import channel_word
from strategy.models import Person
from strategy.permissions import check_can_check_contacts, check_can_give_back
from strategy.queries.serving import ContactRules, contact_rules

LOCKS = 7_412_024
"""The first half of the advisory locks that reservations hold; the second is the stripe."""

STRIPES = 1_024
"""PostgreSQL keeps some thousand locks in all, so customers share them."""


class Checked(NamedTuple):
    """One row's answer; `public_id` is None where it is not clear who is meant.

    `reserved_until` is when `reservation` lapses; both are None where none was made.
    """

    answer: Answer
    public_id: UUID | None = None
    reserved_until: datetime | None = None
    reservation: int | None = None


class Checks(NamedTuple):
    """The answers in the order of the questions, by version `sheet`, None before the first."""

    sheet: int | None
    rows: list[Checked]


@transaction.atomic
def check_contacts(
    *,
    asked: Sequence[Asked],
    channel: str,
    purpose: str,
    initiative: Initiative | None,
    reserve_for: timedelta | None,
    by: Person,
    at: datetime,
) -> Checks:
    """Return for each whether they may be contacted now; with `reserve_for`, reserve who may.

    At most 15 queries, four more where the sheet limits households, however many are asked. A
    customer who is asked twice in one request may get the last contact once. Contacts that serve
    what somebody asked for are not limited, and so none is reserved.

    Raises:
        NotAllowed: `by` may not ask.

    """
    check_can_check_contacts(by)
    channel = channel_word(channel)
    rules = contact_rules()
    meant = meant_by(asked)
    clear = {found[0].customer_id: found[0] for found in meant if len(found) == 1}
    unknown = _unknown(asked, meant)
    if rules is None:
        return Checks(None, [_unclear(*each) for each in zip(meant, unknown, strict=True)])
    homes = homes_of(clear, rules)
    if reserve_for:
        _lock(clear, homes)
    about = About(channel, purpose, initiative, rules, at)
    stands = standings(list(clear.values()), about)
    together = contacts_of_homes({*homes.values()}, about)
    question = Question(
        channel=channel,
        serves=_serves(purpose, rules),
        policy=policy_of(rules),
        now=at,
        reaches=initiative is None or initiative.status in REACHING,
    )
    lapses_at = at + reserve_for if reserve_for and not question.serves else None
    rows = []
    reserved: dict[int, int] = {}
    for place, (found, rule) in enumerate(zip(meant, unknown, strict=True)):
        if len(found) != 1:
            rows.append(_unclear(found, rule))
            continue
        customer = found[0].customer_id
        home = together.get(homes.get(customer, ""))
        answer = check(stands[customer]._replace(home=home), question)
        if answer.is_allowed and lapses_at:
            reserved[place] = customer
            stands[customer] = _with_one_more(stands[customer], about)
            if home is not None:
                home.append(Contact(at, channel=channel))
        until = lapses_at if answer.is_allowed else None
        rows.append(Checked(answer, found[0].public_id, until))
    if lapses_at:
        for place, reservation in _reserve(reserved, about, lapses_at, by):
            rows[place] = rows[place]._replace(reservation=reservation)
    return Checks(rules.version, rows)


def give_back(*, reservation: Reservation, by: Person) -> None:
    """Give a reserved contact back: it counts against the customer's cap no more.

    Raises:
        NotAllowed: somebody else reserved it.

    """
    check_can_give_back(by, reservation.by)
    reservation.delete()


def _serves(purpose: str, rules: ContactRules) -> bool:
    return purpose.casefold() in {word.casefold() for word in rules.exempt}


def _unclear(found: list[Meant], rule: Rule) -> Checked:
    return Checked(Answer(Rule.NO_POLICY if len(found) == 1 else rule))


def _with_one_more(standing: Standing, about: About) -> Standing:
    key = about.initiative.key if about.initiative else ""
    return standing._replace(promised=[*standing.promised, Promised(about.now, about.channel, key)])


def _unknown(asked: Sequence[Asked], meant: list[list[Meant]]) -> list[Rule]:
    """Return why each is not one customer; what it says of those who are is not looked at.

    Three queries where somebody is unknown.
    """
    rules = [Rule.AMBIGUOUS if len(found) > 1 else Rule.UNKNOWN for found in meant]
    places = [place for place, found in enumerate(meant) if not found]
    if not places:
        return rules
    ids = {one.public_id for place in places if (one := asked[place]).public_id}
    gone = set(Erasure.objects.filter(customer__in=ids).values_list("customer", flat=True))
    named = {one.source for place in places if (one := asked[place]).source}
    sources = dict(Source.objects.filter(key__in=named).values_list("key", "pk"))
    known = {place: _known_by(asked[place], sources) for place in places}
    with connection.cursor() as cursor:
        forgotten = forgotten_among(cursor, {str(place): each for place, each in known.items()})
    for place in places:
        if asked[place].public_id in gone or str(place) in forgotten:
            rules[place] = Rule.FORGOTTEN
    return rules


def _known_by(one: Asked, sources: dict[str, int]) -> list[tuple[str, bytes]]:
    if one.kind:
        return of_values(one.kind, [one.value]).get(one.value, [])
    if one.source in sources:
        return of_names(sources[one.source], [one.external_id])[one.external_id]
    return []


def _lock(customers: Iterable[int], homes: Mapping[int, str]) -> None:
    """Hold the locks of customers and households to the transaction's end, in the same order."""
    stripes = sorted(
        {customer % STRIPES for customer in customers}
        | {crc32(home.encode()) % STRIPES for home in homes.values()}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, stripe) FROM unnest(%s::int[]) AS of (stripe)",
            [LOCKS, stripes],
        )


def _reserve(
    customers: dict[int, int], about: About, lapses_at: datetime, by: Person
) -> list[tuple[int, int]]:
    """Write the reservations, and take away those of the same people that have lapsed.

    Return the place of each row with its reservation.
    """
    with connection.cursor() as cursor:
        _forget_lapsed(cursor, list(customers.values()), about.now)
        cursor.execute(
            """
            WITH asked AS MATERIALIZED (
                SELECT place, customer,
                    nextval(pg_get_serial_sequence('campaigns_reservation', 'id')) AS id
                FROM unnest(%s::int[], %s::bigint[]) AS of (place, customer)
            ), held AS (
                INSERT INTO campaigns_reservation
                    (id, record_id, channel, initiative_id, at, lapses_at, by_id)
                SELECT id, customer, %s, %s, %s, %s, %s FROM asked
            )
            SELECT place, id FROM asked
            """,
            [
                list(customers),
                list(customers.values()),
                about.channel,
                about.initiative.pk if about.initiative else None,
                about.now,
                lapses_at,
                by.pk,
            ],
        )
        made: list[tuple[int, int]] = cursor.fetchall()
    return made


def _forget_lapsed(cursor: CursorWrapper, customers: list[int], now: datetime) -> None:
    cursor.execute(
        "DELETE FROM campaigns_reservation WHERE record_id = ANY(%s) AND lapses_at <= %s",
        [customers, now],
    )
