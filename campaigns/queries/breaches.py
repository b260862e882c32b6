"""Rules that were broken with what was sent: department by department, day by day."""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Sum

from campaigns.models import Breach, CheckedDay, Initiative
from customers.models import Record
from strategy.language.dates import day, day_with_year, span
from strategy.language.numbers import number
from strategy.language.words import counted, plural
from strategy.models import Department, Rule

SHOWN = timedelta(days=28)
MOST_EXAMPLES = 5
MOST = 500
"""Breaches that the page shows at most, the newest first."""


class Sender(NamedTuple):
    """An initiative by which a rule was broken; `pk` is None for a key that is not logged here."""

    pk: int | None
    name: str


class DayRow(NamedTuple):
    """One rule, broken on one day."""

    on: str
    rule: str
    contacts: str
    customers: str


class BreachRow(NamedTuple):
    """One rule that a department broke, over all days. `examples` are customers' public ids.

    `days` says on how many days, and on which the most.
    """

    rule: str
    contacts: str
    days: str
    senders: list[Sender]
    examples: list[UUID]


class DepartmentBreaches(NamedTuple):
    """A department's breaches by rule, the most contacts first; `says` sums them up.

    `by_day` has each day's, the newest first.
    """

    key: str
    name: str
    says: str
    rows: list[BreachRow]
    by_day: list[DayRow]


class BreachPage(NamedTuple):
    """What the last four weeks' contacts broke. `checked` says what was looked at."""

    answer: str
    checked: str
    departments: list[DepartmentBreaches]


def breach_page(today: date, *, with_examples: bool) -> BreachPage:
    """Return the breaches of the last four whole weeks. Four queries.

    `with_examples` is for those who may see customers; without it nobody is named.
    """
    since = today - SHOWN
    checked = CheckedDay.objects.filter(on__gte=since, on__lt=today)
    days = list(checked.values_list("on", flat=True))
    contacts = checked.aggregate(sum=Sum("contact_count"))["sum"] or 0
    breaches = list(
        Breach.objects.filter(on__gte=since, on__lt=today)
        .select_related("department", "rule")
        .order_by("department__position", "department__name", "-on", "rule__position")[:MOST]
    )
    senders = _senders({key for one in breaches for key in one.initiatives})
    people = _people(breaches) if with_examples else {}
    of_department: dict[Department, list[Breach]] = defaultdict(list)
    for one in breaches:
        of_department[one.department].append(one)
    return BreachPage(
        answer=_answer(breaches, days),
        checked=_checked(days, contacts),
        departments=[
            DepartmentBreaches(
                department.key,
                department.name,
                _says(mine),
                _rows(mine, senders, people),
                [
                    DayRow(
                        day_with_year(one.on),
                        str(one.rule),
                        number(one.contact_count),
                        number(one.customer_count),
                    )
                    for one in mine
                ],
            )
            for department, mine in of_department.items()
        ],
    )


def _answer(breaches: list[Breach], days: list[date]) -> str:
    if not days:
        return "Nothing has been checked yet."
    if not breaches:
        return "None. What was sent kept the rules of the sheet."
    rules = counted(len({one.rule_id for one in breaches}), "rule", capital=True)
    departments = counted(len({one.department_id for one in breaches}), "department")
    return f"{rules}, by {departments}."


def _checked(days: list[date], contacts: int) -> str:
    if not days:
        return "What is sent is checked every night; the first night is still to come."
    shown = span(min(days), max(days) + timedelta(days=1))
    looked_at = f"{number(contacts)} marketing contacts of {counted(len(days), 'day')}"
    return f"{looked_at} were checked: {shown}."


def _says(mine: list[Breach]) -> str:
    contacts, days = sum(one.contact_count for one in mine), len({one.on for one in mine})
    return f"{number(contacts)} {plural(contacts, 'breach', 'breaches')} on {counted(days, 'day')}"


def _rows(
    mine: list[Breach], senders: dict[str, Sender], people: dict[int, UUID]
) -> list[BreachRow]:
    """Return a department's breaches by rule, those with the most contacts first."""
    of_rule: dict[Rule, list[Breach]] = defaultdict(list)
    for one in mine:
        of_rule[one.rule].append(one)
    by_size = sorted(of_rule.items(), key=lambda found: -sum(one.contact_count for one in found[1]))
    return [_row(rule, found, senders, people) for rule, found in by_size]


def _row(
    rule: Rule, found: list[Breach], senders: dict[str, Sender], people: dict[int, UUID]
) -> BreachRow:
    worst = max(found, key=lambda one: one.contact_count)
    keys = dict.fromkeys(key for one in found for key in one.initiatives)
    seen = dict.fromkeys(people[pk] for one in found for pk in one.examples if pk in people)
    most = f", most on {day(worst.on)}" if len(found) > 1 else f": {day(worst.on)}"
    return BreachRow(
        rule=str(rule),
        contacts=number(sum(one.contact_count for one in found)),
        days=counted(len(found), "day", capital=True) + most,
        senders=[senders[key] for key in keys],
        examples=list(seen)[:MOST_EXAMPLES],
    )


def _senders(keys: set[str]) -> dict[str, Sender]:
    found = Initiative.objects.filter(key__in=keys).values_list("key", "pk", "name")
    known = {key: Sender(pk, name) for key, pk, name in found}
    return {key: known.get(key, Sender(None, key)) for key in keys}


def _people(breaches: list[Breach]) -> dict[int, UUID]:
    ids = {pk for one in breaches for pk in one.examples}
    return dict(Record.objects.filter(pk__in=ids).values_list("pk", "customer__public_id"))
