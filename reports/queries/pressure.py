"""Who is contacting customers? Contacts per customer contacted, week by week, by department."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from reports.models import Reading
from reports.queries.freshness import SourceRow, too_old
from strategy.language import answers
from strategy.language.dates import day
from strategy.models import Department, Measure, Sheet

MEASURE = "contacts_per_week"
ONE_DAY = timedelta(days=1)
WEEKS = 18


class DepartmentContacts(NamedTuple):
    """One department's share in each week's contacts per customer; None where not measured."""

    key: str
    name: str
    values: list[float | None]


class Pressure(NamedTuple):
    """The last weeks; `weeks` are the first days after them, oldest first.

    Every value is a department's contacts over the customers contacted by any department, so
    that a week's values add up to the company's reading. `cap` is the sheet's limit, if any.
    `stale` says why the newest week is too old, "" while it is fresh.
    """

    weeks: list[date]
    departments: list[DepartmentContacts]
    total: list[float | None]
    cap: int | None
    answer: str
    stale: str


def pressure(now: datetime, sources: list[SourceRow]) -> Pressure:
    """Return the last 18 weeks of the newest definition. Four queries."""
    today = timezone.localdate(now)
    measure = Measure.objects.filter(key=MEASURE).order_by("-version").first()
    cap = Sheet.objects.published().order_by("-version").values_list("contact_cap", flat=True)
    departments = list(Department.objects.all())
    readings = Reading.objects.filter(
        measure=measure,
        span=Reading.Span.WEEK,
        ends_on__gt=today - timedelta(weeks=WEEKS),
        ends_on__lte=today,
    )
    by_scope = {(reading.department_id, reading.ends_on): reading for reading in readings}
    weeks = sorted(ends_on for scope, ends_on in by_scope if scope is None)
    people = {week: by_scope[None, week].denominator for week in weeks}

    def part(scope: int | None, week: date) -> float | None:
        reading = by_scope.get((scope, week))
        return float(reading.numerator) / people[week] if reading and people[week] else None

    rows = [
        DepartmentContacts(each.key, each.name, [part(each.pk, week) for week in weeks])
        for each in departments
    ]
    sent = [row for row in rows if any(row.values)]
    total = [part(None, week) for week in weeks]
    limit = cap.first()
    week = f"week to {day(weeks[-1] - ONE_DAY)}" if weeks else ""
    stale = too_old(measure, weeks[-1], now, sources) if measure and weeks else ""
    return Pressure(weeks, sent, total, limit, _answer(sent, total, limit, week), stale)


def _answer(
    rows: list[DepartmentContacts], total: list[float | None], cap: int | None, week: str
) -> str:
    newest = total[-1] if total else None
    sending = [(row.values[-1] or 0.0, row.name) for row in rows]
    if not newest or not sending:
        return answers.contact_pressure(None, cap, "", 0, week)
    most, name = max(sending)
    return answers.contact_pressure(newest, cap, name, most / newest, week)
