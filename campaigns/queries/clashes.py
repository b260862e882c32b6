"""Which initiatives clash: those planned, and those that happened."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.clashes.meetings import meetings
from campaigns.clashes.rules import Clash, Side, clashes, days_of_rest, meet
from campaigns.clashes.sets import Pair, shared, words_of
from campaigns.models import UNAGREED, ContactCount, Initiative, Overlap, OverlapCount
from campaigns.queries.members import contacts_sent, kept_sets
from customers.models import Customer
from strategy.language.dates import stamp
from strategy.language.numbers import number
from strategy.language.privacy import masked_name
from strategy.language.words import count_words, plural
from strategy.queries.serving import ContactRules, contact_rules

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


def planned_clashes(today: date, *, of: int | None = None) -> list[Clash]:
    """Return the clashes of initiatives that are not over, of one initiative only with `of`.

    Four queries; the counts are those of the last comparison (campaigns.actions.overlaps).
    """
    return _found(sides_of(not_over(today)), _common(of), contact_rules())


def clashes_if_moved(initiative: Initiative, starts_on: date, ends_on: date) -> list[Clash]:
    """Return the clashes that a draft would have on the days [starts_on, ends_on). Four queries."""
    others = sides_of(not_over(min(starts_on, initiative.starts_on)).exclude(pk=initiative.pk))
    itself = sides_of(Initiative.objects.filter(pk=initiative.pk))
    moved = [side._replace(starts_on=starts_on, ends_on=ends_on) for side in itself]
    return _found([*others, *moved], _common(initiative.pk), contact_rules())


def clashes_with(side: Side, customers: "NDArray[np.int64]", today: date) -> list[Clash]:
    """Return the clashes that a draft, saved or not, would have if it were for these customers.

    Four queries; of the others it is those whom they contacted when they were last compared.
    """
    rules = contact_rules()
    rest = days_of_rest(_gap(rules))
    ahead = not_over(max(today, side.starts_on - timedelta(days=rest))).exclude(pk=side.pk)
    near = [other for other in sides_of(ahead) if meet(side, other, rest)]
    counts = shared(kept_sets([other.pk for other in near]), words_of(customers))
    common = {(min(side.pk, other), max(side.pk, other)): count for other, count in counts.items()}
    return _found([side, *near], common, rules)


def _common(of: int | None = None) -> dict[Pair, int]:
    """Return the customers of every pair that has any, or of those with one. One query."""
    pairs = (
        Overlap.objects.all() if of is None else Overlap.objects.filter(Q(first=of) | Q(second=of))
    )
    return {
        (first, second): customers
        for first, second, customers in pairs.values_list("first_id", "second_id", "customers")
    }


def _found(
    sides: Iterable[Side], common: Mapping[Pair, int], rules: ContactRules | None
) -> list[Clash]:
    first_come = rules.goes_first if rules else ()
    return clashes(sides, common, gap=_gap(rules), first_come=first_come)


def _gap(rules: ContactRules | None) -> timedelta:
    return timedelta(hours=rules.gap_hours if rules else 0)


def planned(today: date) -> Planned:
    """Return the clashes ahead with what they add up to. Five queries."""
    rules = contact_rules()
    found = _found(sides_of(not_over(today)), _common(), rules)
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


def met_within(
    ends_on: date, gap_hours: int, *, days: int = MEASURED_DAYS
) -> "dict[Pair, NDArray[np.int64]]":
    """Return of each pair the customers whom both contacted less than `gap_hours` apart.

    Over the `days` before `ends_on`, from contacts delivered. One query that reads every contact
    of these days: pages look at what was kept of it (campaigns.actions.contact_counts).
    """
    return meetings(contacts_sent(ends_on - timedelta(days=days), ends_on), gap_hours * 3600)


def last_count() -> ContactCount | None:
    """Return what was last counted by the sheet in force, without its people. Two queries."""
    rules = contact_rules()
    if rules is None:
        return None
    return ContactCount.objects.filter(sheet=rules.version).defer("people").first()


def measured_clashes(count: ContactCount | None) -> list[Measured]:
    """Return whom two initiatives contacted within the gap, the pair of most customers first.

    As last counted; empty before that. One query.
    """
    if count is None:
        return []
    names = dict(Initiative.objects.values_list("pk", "name"))
    rows = [
        Measured(one, other, names[one], names[other], customers)
        for one, other, customers in count.met
        if one in names and other in names
    ]
    return sorted(rows, key=lambda row: (-row.customers, row.first, row.second))


def people_met(count: ContactCount | None, first: int, second: int) -> list[Met]:
    """Return 50 at most of the customers whom both contacted within the gap, as last counted.

    Two queries; whoever is forgotten since is not among them.
    """
    if count is None:
        return []
    ids = count.people.get(pair_key(first, second), [])
    found = Customer.objects.filter(pk__in=ids).order_by("pk")
    return [
        Met(public_id, masked_name(name))
        for public_id, name in found.values_list("public_id", "full_name")
    ]


def pair_key(first: int, second: int) -> str:
    """Return what the people of two initiatives are kept by, in whichever order they are named.

    >>> pair_key(7, 2)
    '2-7'
    """
    return f"{min(first, second)}-{max(first, second)}"
