"""What others do to our customers: the seven days before a day, and the seven from it on."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Q

from campaigns.clashes.rules import Clash
from campaigns.clashes.sets import shared, size, words_of
from campaigns.models import OVER, ContactCount, Initiative
from campaigns.queries.clashes import Measured, last_count, measured_clashes, planned_clashes
from campaigns.queries.members import kept_sets
from campaigns.queries.packed import packed
from strategy.language.dates import span
from strategy.language.numbers import number
from strategy.language.words import counted, plural
from strategy.models import Department

if TYPE_CHECKING:
    from campaigns.clashes.sets import Words

WEEK = timedelta(days=7)


class SentRow(NamedTuple):
    """Contacts of another department with our customers; `initiative_id` None: none is logged."""

    department_key: str
    department: str
    initiative_id: int | None
    initiative: str
    contacts: str
    customers: str


class PlannedRow(NamedTuple):
    """Another department's initiative that runs within the seven days to come.

    `customers` says how many of ours it plans to contact (`campaigns.queries.members`) as last
    compared, "" where nobody is in it yet.
    """

    initiative_id: int
    department_key: str
    department: str
    name: str
    days: str
    status: str
    customers: str


class DepartmentWeek(NamedTuple):
    """The page of a department; `answer` sums up what was sent, `plans` what is planned.

    `clashing` sums up where an initiative of ours and one of others want the same customers:
    `met` are those that reached them within the gap, `clashes` those that may. `others` are all
    departments' keys and names.
    """

    key: str
    name: str
    before: str
    after: str
    answer: str
    sent: list[SentRow]
    plans: str
    planned: list[PlannedRow]
    clashing: str
    met: list[Measured]
    clashes: list[Clash]
    others: list[tuple[str, str]]


def week_of(department: Department, today: date) -> DepartmentWeek:
    """Return what others sent our customers in [today - 7, today) and plan for [today, today + 7).

    A customer is ours who has a record in a source of ours. Contacts that a customer asked for
    (transactional ones) do not count. At most 15 queries.
    """
    theirs = _ours(department.pk)
    ours = size(theirs)
    contacts, reached, sent = _sent(department.pk, today - WEEK, today)
    planned = _planned(department.pk, today, today + WEEK, theirs)
    running = counted(len(planned), "initiative", capital=True)
    count = last_count()
    met, clashes = _met(department.pk, count), _clashes(department.key, today)
    return DepartmentWeek(
        key=department.key,
        name=department.name,
        before=span(today - WEEK, today),
        after=span(today, today + WEEK),
        answer=_answer(department.name, ours, contacts, reached),
        sent=sent,
        plans=f"{running} of others {plural(len(planned), 'runs', 'run')} or may begin."
        if planned
        else "Nothing of others is planned.",
        planned=planned,
        clashing=_clashing(None if count is None else len(met), len(clashes)),
        met=met,
        clashes=clashes,
        others=list(Department.objects.values_list("key", "name")),
    )


def _answer(name: str, ours: int, contacts: int, reached: int) -> str:
    if not ours:
        return f"No source of {name} has brought a customer yet, so nobody can say."
    if not contacts:
        return f"Nobody else contacted {name}’s customers."
    return (
        f"Others contacted {number(reached)} of {name}’s {number(ours)} "
        f"{plural(ours, 'customer')}, {counted(contacts, 'time')} in all."
    )


def _met(department_id: int, count: ContactCount | None) -> list[Measured]:
    """Return the clashes of the last four weeks of which one initiative is ours."""
    ours = set(Initiative.objects.filter(department=department_id).values_list("pk", flat=True))
    found = measured_clashes(count)
    return [one for one in found if (one.first in ours) != (one.second in ours)]


def _clashes(key: str, today: date) -> list[Clash]:
    """Return the clashes of the next seven days of which one initiative is ours."""
    return [
        one
        for one in planned_clashes(today)
        if (one.first.department_key == key) != (one.second.department_key == key)
        and one.starts_on < today + WEEK
        and one.ends_on > today
    ]


def _clashing(met: int | None, ahead: int) -> str:
    """Say how many clashes there were and will be; `met` is None where they are not counted yet."""
    planned = f"{counted(ahead, 'clash is', 'clashes are')} planned for the next seven days."
    if met is None:
        return f"Not counted yet what met in the last four weeks; {planned}"
    if not met and not ahead:
        return "No. Nothing of ours met another department’s, and nothing is planned to."
    did = f"{counted(met, 'clash', 'clashes', capital=True)} happened in the last four weeks"
    return f"Yes. {did}, {planned}"


def _ours(department_id: int) -> "Words":
    """Return our customers as bits, as initiatives' are kept. One query."""
    import numpy as np  # noqa: PLC0415  a tenth of a second, and pages load this module
    from psycopg import sql  # noqa: PLC0415  likewise

    text = sql.SQL(
        """
        SELECT 1 AS part, r.customer_id FROM customers_record r
        JOIN customers_source s ON s.id = r.source_id WHERE s.department_id = {}
        """
    ).format(department_id)
    found = packed(text, "customer_id")
    return words_of(found[1][0] if found else np.empty(0, np.int64))


def _sent(department_id: int, start: date, end: date) -> tuple[int, int, list[SentRow]]:
    """Return contacts, customers reached and the rows, the most contacts first."""
    given: dict[str, Any] = {
        "department": department_id,
        "start": start,
        "end": end,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SENT, given)
        *rows, (*_, contacts, reached) = cursor.fetchall()
    return (
        contacts,
        reached,
        [
            SentRow(key, name, initiative_id, initiative, number(times), number(customers))
            for key, name, initiative_id, initiative, times, customers in rows
        ],
    )


def _planned(department_id: int, start: date, end: date, ours: "Words") -> list[PlannedRow]:
    """Return what others run in [start, end), each with how many of ours it plans to contact."""
    found = (
        Initiative.objects.exclude(Q(department=department_id) | Q(status__in=OVER))
        .filter(starts_on__lt=end, ends_on__gt=start)
        .select_related("department")
        .order_by("starts_on", "department__name", "name")
    )
    initiatives = list(found)
    sets = kept_sets([one.pk for one in initiatives])
    known, common = set(sets.initiatives), shared(sets, ours)
    return [
        PlannedRow(
            initiative_id=one.pk,
            department_key=one.department.key,
            department=one.department.name,
            name=one.name,
            days=span(one.starts_on, one.ends_on),
            status=one.get_status_display(),
            customers=number(common.get(one.pk, 0)) if one.pk in known else "",
        )
        for one in initiatives
    ]


OURS = """
    SELECT DISTINCT r.customer_id FROM customers_record r
    JOIN customers_source s ON s.id = r.source_id WHERE s.department_id = %(department)s
"""

# The last row is that of all contacts together.
SENT = f"""
    WITH contact AS MATERIALIZED (
        SELECT r.customer_id, i.id AS initiative_id, coalesce(i.name, e.initiative) AS initiative,
            coalesce(i.department_id, s.department_id) AS department_id
        FROM customers_event e
        JOIN customers_record r ON r.id = e.record_id
        JOIN customers_source s ON s.id = e.source_id
        LEFT JOIN campaigns_initiative i ON i.key = e.initiative AND e.initiative <> ''
        WHERE e.kind = 'contact' AND NOT e.transactional
            AND e.at >= %(start)s::date::timestamp AT TIME ZONE %(zone)s
            AND e.at < %(end)s::date::timestamp AT TIME ZONE %(zone)s
    )
    SELECT d.key, d.name, c.initiative_id, c.initiative, count(*), count(DISTINCT c.customer_id)
    FROM contact c JOIN strategy_department d ON d.id = c.department_id
    WHERE d.id <> %(department)s AND c.customer_id IN ({OURS})
    GROUP BY GROUPING SETS ((d.key, d.name, c.initiative_id, c.initiative), ())
    ORDER BY grouping(d.key), count(*) DESC, d.name, c.initiative
"""  # noqa: S608  our own texts
