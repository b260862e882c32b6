"""Daily values of a measure: the one place that asks the facts for days."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from reports.evidence.sums import NotComputableError
from reports.measures.definition import Definition, factor
from reports.measures.windows import Windows
from reports.queries.engine import database

if TYPE_CHECKING:
    import ibis

    from reports.facts.schema import Facts

ONE_DAY = timedelta(days=1)


class NoDayError(NotComputableError):
    """Some day has nothing to divide by, so there is no value of it."""


class Daily(NamedTuple):
    """A measure day by day from `starts_on`, without gaps; one value per day.

    Measures per event or per person are ratios of their day; those per customer in scope are the
    day's total, since who is in scope is the same for every day that is compared.
    """

    starts_on: date
    values: list[float]


def daily(
    measure: Definition,
    *,
    starts_on: date,
    ends_on: date,
    department_id: int | None = None,
    others: bool = False,
) -> Daily:
    """Return a measure's values on the days [starts_on, ends_on). One question.

    Args:
        measure: what is counted over what.
        starts_on, ends_on: in the company's time zone.
        department_id: only its events (those of its initiatives, else of its sources); None is
            the whole company.
        others: every department's events but those.

    Raises:
        NoDayError: of a ratio, a day without a denominator.

    """
    windows = Windows.ending(
        (starts_on + n * ONE_DAY for n in range(1, (ends_on - starts_on).days + 1)), days=1
    )
    if not windows:
        return Daily(starts_on, [])
    rows = database().execute(
        lambda facts: _days(facts, measure, windows, department_id, others=others)
    )
    found = {
        row["ends_on"] - ONE_DAY: (float(row["y0"]), float(row["d0"])) for row in rows.to_pylist()
    }
    length = (ends_on - starts_on).days
    days = [found.get(starts_on + n * ONE_DAY, (0.0, 0.0)) for n in range(length)]
    if measure.per == "customers":
        return Daily(starts_on, [y for y, _ in days])
    if not all(d for _, d in days):
        raise NoDayError("Some day has nothing to divide by, so days cannot be compared.")
    by = factor(measure, 1)
    return Daily(starts_on, [by * y / d for y, d in days])


def _days(
    facts: "Facts",
    measure: Definition,
    windows: Windows,
    department_id: int | None,
    *,
    others: bool,
) -> "ibis.Table":
    from reports.measures.scopes import COMPANY, scoped  # noqa: PLC0415  Ibis takes a second
    from reports.measures.totals import totals  # noqa: PLC0415  Ibis takes a second

    if department_id is not None:
        events = scoped(facts, facts.events, "department")
        its = events.scope == str(department_id)
        facts = facts._replace(events=events.filter(~its if others else its).drop("scope"))
    return totals(facts, [measure], windows, by=COMPANY)
