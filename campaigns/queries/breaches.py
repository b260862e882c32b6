"""Rules that were broken with what was sent: department by department, day by day."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Sum

from campaigns.models import Breach, CheckedDay, Initiative
from customers.models import Record
from strategy.language.dates import day_with_year, span
from strategy.language.numbers import number
from strategy.language.words import counted

SHOWN = timedelta(days=28)
MOST = 500
"""Breaches that the page shows at most, the newest first."""


class Sender(NamedTuple):
    """An initiative by which a rule was broken; `pk` is None for a key that is not logged here."""

    pk: int | None
    name: str


class BreachRow(NamedTuple):
    """One rule, broken by one department on one day. `examples` are customers' public ids."""

    on: str
    rule: str
    contacts: str
    customers: str
    senders: list[Sender]
    examples: list[UUID]


class DepartmentBreaches(NamedTuple):
    """A department's breaches, the newest first; `says` sums them up."""

    key: str
    name: str
    says: str
    rows: list[BreachRow]


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
    departments = {one.department_id: one.department for one in breaches}
    rows = {
        pk: [_row(one, senders, people) for one in breaches if one.department_id == pk]
        for pk in departments
    }
    return BreachPage(
        answer=_answer(breaches, days),
        checked=_checked(days, contacts),
        departments=[
            DepartmentBreaches(department.key, department.name, _says(breaches, pk), rows[pk])
            for pk, department in departments.items()
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


def _says(breaches: list[Breach], department_id: int) -> str:
    mine = [one for one in breaches if one.department_id == department_id]
    contacts = sum(one.contact_count for one in mine)
    days = len({one.on for one in mine})
    return (
        f"{number(contacts)} {'contact' if contacts == 1 else 'contacts'} on {counted(days, 'day')}"
    )


def _row(one: Breach, senders: dict[str, Sender], people: dict[int, UUID]) -> BreachRow:
    return BreachRow(
        on=day_with_year(one.on),
        rule=str(one.rule),
        contacts=number(one.contact_count),
        customers=number(one.customer_count),
        senders=[senders[key] for key in one.initiatives],
        examples=list(dict.fromkeys(people[pk] for pk in one.examples if pk in people)),
    )


def _senders(keys: set[str]) -> dict[str, Sender]:
    found = Initiative.objects.filter(key__in=keys).values_list("key", "pk", "name")
    known = {key: Sender(pk, name) for key, pk, name in found}
    return {key: known.get(key, Sender(None, key)) for key in keys}


def _people(breaches: list[Breach]) -> dict[int, UUID]:
    ids = {pk for one in breaches for pk in one.examples}
    return dict(Record.objects.filter(pk__in=ids).values_list("pk", "customer__public_id"))
