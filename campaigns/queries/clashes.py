"""Which initiatives clash: those planned, and those that happened."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.clashes.meetings import meetings
from campaigns.clashes.rules import Clash, Side, clashes, days_of_rest, meet
from campaigns.clashes.sets import Memberships, Pair
from campaigns.models import UNAGREED, Initiative, Overlap, OverlapCount
from campaigns.queries.members import contacts_sent, members_of
from strategy.language.dates import stamp
from strategy.language.numbers import number
from strategy.language.privacy import masked_name
from strategy.language.words import count_words, plural
from strategy.queries.serving import ContactRules, contact_rules

MEASURED_DAYS = 28
"""Days back over which clashes that happened are counted."""

PEOPLE_NAMED = 50


class Overlaps(NamedTuple):
    """What the last count of all added up to, in words; `as_of` says when."""

    memberships: str
    customers: str
    at_once: str
    double: str
    as_of: str


class Planned(NamedTuple):
    """The clashes ahead, those of most customers first; `overlaps` is None before a count."""

    clashes: list[Clash]
    overlaps: Overlaps | None
    gap_hours: int | None
    answer: str


class Measured(NamedTuple):
    """Customers whom two initiatives contacted within the gap."""

    first: int
    second: int
    first_name: str
    second_name: str
    customers: int

    @property
    def people(self) -> str:
        """The customers, in words."""
        return f"{number(self.customers)} {plural(self.customers, 'customer')}"


class Met(NamedTuple):
    """A customer behind a number, the name masked."""

    public_id: UUID
    name: str


def not_over(today: date) -> QuerySet[Initiative]:
    """Return the initiatives that may still contact somebody on `today` or later."""
    return Initiative.objects.filter(ends_on__gt=today, ended_at=None)


def sides_of(initiatives: QuerySet[Initiative]) -> list[Side]:
    """Return the initiatives as clashes see them. One query."""
    return [
        Side(
            pk=one.pk,
            name=one.name,
            department_key=one.department.key,
            department=one.department.name,
            channel=one.get_channel_display(),
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            is_draft=one.status in UNAGREED,
        )
        for one in initiatives.select_related("department")
    ]


def common_customers() -> dict[Pair, int]:
    """Return the customers of every pair that has any, `(smaller id, larger id)`. One query."""
    rows = Overlap.objects.values_list("first_id", "second_id", "customers")
    return {(first, second): customers for first, second, customers in rows}


def planned_clashes(today: date, *, of: int | None = None) -> list[Clash]:
    """Return the clashes of initiatives that are not over, of one initiative only with `of`.

    Four queries; the counts are those of the last comparison (campaigns.actions.overlaps).
    """
    return _clashes(sides_of(not_over(today)), contact_rules(), of)


def clashes_if_moved(initiative: Initiative, starts_on: date, ends_on: date) -> list[Clash]:
    """Return the clashes that a draft would have on the days [starts_on, ends_on). Four queries."""
    others = sides_of(not_over(min(starts_on, initiative.starts_on)).exclude(pk=initiative.pk))
    itself = sides_of(Initiative.objects.filter(pk=initiative.pk))
    moved = [side._replace(starts_on=starts_on, ends_on=ends_on) for side in itself]
    return _clashes([*others, *moved], contact_rules(), initiative.pk)


def clashes_with(side: Side, customers: Collection[int], today: date) -> list[Clash]:
    """Return the clashes that a draft, saved or not, would have if it were for these customers.

    Four queries, and those of members_of for who runs within the gap; nothing is kept.
    """
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module

    rules = contact_rules()
    gap = timedelta(hours=rules.gap_hours if rules else 0)
    rest = days_of_rest(gap)
    ahead = not_over(max(today, side.starts_on - timedelta(days=rest))).exclude(pk=side.pk)
    near = [other for other in sides_of(ahead) if meet(side, other, rest)]
    members = members_of({other.pk for other in near}, on=today)
    shared = np.isin(members.customers, np.array(customers, dtype=np.int64))
    both = Memberships(members.initiatives[shared], members.customers[shared])
    counts = np.unique(np.unique(np.stack(both), axis=1)[0], return_counts=True)
    common = {
        (min(side.pk, other), max(side.pk, other)): count
        for other, count in zip(*(column.tolist() for column in counts), strict=True)
    }
    first_come = rules.goes_first if rules else ()
    return clashes([side, *near], common, gap=gap, first_come=first_come)


def _clashes(sides: Iterable[Side], rules: ContactRules | None, of: int | None) -> list[Clash]:
    found = clashes(
        sides,
        common_customers(),
        gap=timedelta(hours=rules.gap_hours if rules else 0),
        first_come=rules.goes_first if rules else (),
    )
    return [one for one in found if of is None or of in {one.first.pk, one.second.pk}]


def planned(today: date) -> Planned:
    """Return the clashes ahead with what they add up to. Five queries."""
    rules = contact_rules()
    found = _clashes(sides_of(not_over(today)), rules, None)
    last = OverlapCount.objects.order_by("-at").first()
    overlaps = (
        Overlaps(
            number(last.memberships),
            number(last.customers),
            number(last.at_once),
            number(last.double),
            stamp(timezone.localtime(last.at)),
        )
        if last
        else None
    )
    return Planned(found, overlaps, rules.gap_hours if rules else None, _answer(found, last))


def _answer(found: list[Clash], last: OverlapCount | None) -> str:
    if last is None:
        return "Not known: nobody’s customers have been compared yet."
    if not found:
        return "No. No two initiatives ahead want the same customers on the same days."
    most = found[0]
    pairs = plural(len(found), "pair", "pairs")
    return (
        f"Yes. {count_words(len(found), capital=True)} {pairs} of initiatives want the same "
        f"customers, {most.first.name} and {most.second.name} most of all: "
        f"{number(most.customers)} in common."
    )


def measured_clashes(ends_on: date, *, days: int = MEASURED_DAYS) -> list[Measured]:
    """Return whom two initiatives contacted within the gap, the pair of most customers first.

    Over the `days` before `ends_on`, from contacts delivered. At most five queries; it reads every
    contact of these days. Empty without a published sheet, since then there is no gap.
    """
    rules = contact_rules()
    if rules is None:
        return []
    found = meetings(contacts_sent(ends_on - timedelta(days=days), ends_on), rules.gap_hours * 3600)
    names = dict(Initiative.objects.values_list("pk", "name"))
    rows = [
        Measured(one, other, names[one], names[other], customers)
        for (one, other), customers in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.customers, row.first, row.second))


def people_met(first: int, second: int, ends_on: date, *, days: int = MEASURED_DAYS) -> list[Met]:
    """Return 50 at most of the customers whom both contacted within the gap. Three queries."""
    rules = contact_rules()
    if rules is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            PEOPLE_MET,
            {
                "first": first,
                "second": second,
                "starts_on": ends_on - timedelta(days=days),
                "ends_on": ends_on,
                "zone": settings.TIME_ZONE,
                "gap": rules.gap_hours,
                "most": PEOPLE_NAMED,
            },
        )
        return [Met(public_id, masked_name(name)) for public_id, name in cursor.fetchall()]


PEOPLE_MET = """
    WITH sent AS (
        SELECT r.customer_id, e.at, i.id AS initiative_id
        FROM customers_event e
        JOIN customers_record r ON r.id = e.record_id
        JOIN campaigns_initiative i ON i.key = e.initiative AND i.id IN (%(first)s, %(second)s)
        WHERE e.kind = 'contact' AND NOT e.transactional
            AND e.at >= %(starts_on)s::timestamp AT TIME ZONE %(zone)s
            AND e.at < %(ends_on)s::timestamp AT TIME ZONE %(zone)s
    )
    SELECT c.public_id, c.full_name FROM customers_customer c
    WHERE c.id IN (
        SELECT one.customer_id FROM sent one JOIN sent other USING (customer_id)
        WHERE one.initiative_id = %(first)s AND other.initiative_id = %(second)s
            AND one.at > other.at - make_interval(hours => %(gap)s)
            AND one.at < other.at + make_interval(hours => %(gap)s)
    )
    ORDER BY c.id LIMIT %(most)s
"""
"""Initiatives are few, so that the two are found in the days' contacts by their keys."""
