"""What the facts come to: questions put to the engine, and a few that an index answers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from reports.evidence.sums import Sums
from reports.facts.engines import Engine
from reports.facts.schema import Facts
from reports.measures.definition import Definition, factor, speaks_of_people, together
from reports.measures.windows import Windows

if TYPE_CHECKING:
    import ibis

WEEK = timedelta(days=7)
LAID_OUT = 20_000_000
"""Customers, times windows with a past of their own, that one question may lay out: some 2 GB."""

PLACES = 4
"""Digits after the point that amounts have; what sums of doubles add beyond is noise."""

type Counts = dict[str, dict[str, int]]
"""How many events by currency and kind."""


class Total(NamedTuple):
    """A measure's two parts for a window [starts_on, ends_on); department None: the company.

    `left_out` counts, by currency and kind, the events whose amount has no rate.
    """

    measure_id: int
    department_id: int | None
    starts_on: date
    ends_on: date
    numerator: Decimal
    denominator: int
    left_out: dict[str, dict[str, int]]


class Trial(NamedTuple):
    """What a test came to: units in each arm, and sums over units by measure key.

    `missing` counts, by measure key and arm, the people without a value of a measure whose
    outcomes were brought; where there are any, the measure's sums speak of some people only.
    `left_out` counts, by measure key, the events whose amount has no rate, by currency and kind,
    and under "" all others that the measure adds up; it is over the days to the last end.
    """

    sizes: dict[str, int]
    sums: dict[str, dict[str, Sums]]
    missing: dict[str, dict[str, int]]
    left_out: dict[str, dict[str, dict[str, int]]]


class Adjustment(NamedTuple):
    """What the test of a measure is adjusted by.

    Its own numerator over so many `days` before the start, or, where outcomes were brought, the
    `covariate` that came with the assignments.
    """

    days: int = 0
    covariate: str = ""


class Assigned(NamedTuple):
    """How the units of a test came into their arms.

    Attributes:
        in_both_arms: units whose records are in both arms.
        late: units of one arm whose first assignment came after the first day.
        after: those whose first assignment came after the days counted.
        unit: a store or region that assignments name, "" where they name none.
        unnamed: assignments that name none.

    """

    in_both_arms: int
    late: int
    after: int
    unit: str
    unnamed: int


def weeks_of_history() -> list[date]:
    """Return the Mondays of all weeks from the first event's to the newest one's. Two queries."""
    first, newest = first_event_on(), newest_event_on()
    if first is None or newest is None:
        return []
    monday = first - timedelta(days=first.weekday())
    return [monday + n * WEEK for n in range((newest - monday).days // 7 + 1)]


def weeks_with_events() -> list[date]:
    """Return the Mondays of all weeks that hold an event. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT week_on FROM unnest(%(weeks)s::date[]) AS w (week_on)
            WHERE EXISTS (
                SELECT FROM customers_event
                WHERE at >= week_on::timestamp AT TIME ZONE %(zone)s
                    AND at < (week_on + 7)::timestamp AT TIME ZONE %(zone)s
            )
            ORDER BY 1
            """,
            {"weeks": weeks_of_history(), "zone": settings.TIME_ZONE},
        )
        return [week for (week,) in cursor.fetchall()]


def newest_event_on() -> date | None:
    """Return the day of the newest event in the company's time zone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (max(at) AT TIME ZONE %s)::date FROM customers_event", [settings.TIME_ZONE]
        )
        newest: date | None = cursor.fetchone()[0]
    return newest


def first_event_on() -> date | None:
    """Return the day of the first event in the company's time zone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (min(at) AT TIME ZONE %s)::date FROM customers_event", [settings.TIME_ZONE]
        )
        first: date | None = cursor.fetchone()[0]
    return first


def totals(
    engine: Engine, measures: Sequence[Definition], *, weeks: int, ends_on: Collection[date]
) -> list[Total]:
    """Return every measure's parts for the windows of so many weeks that end on these Mondays.

    Each window comes for the company and for each department with events in it: the department
    of the initiative that an event names, else that of its source. A question for each group of
    measures that are asked together, and one for amounts without a rate; more where there are so
    many customers that their past does not fit into memory for all windows at once.
    """
    windows = Windows.ending(ends_on, days=7 * weeks)
    if not windows:
        return []
    starts = {window.ends_on: window.starts_on for window in windows}
    left_out = _left_out(engine, measures, windows)
    at_once = max(LAID_OUT // max(_customer_count(), 1), 1)
    questions = [
        (group, some)
        for group in together(measures)
        for some in (windows.in_turn(at_once) if group[0].recalls else [windows])
    ]
    found = []
    for group, some in questions:
        for row in _rows(engine, _totals_of(group, some)):
            department_id = None if row["is_company"] else int(row["scope"])
            found += [
                Total(
                    measure.measure_id,
                    department_id,
                    starts[row["ends_on"]],
                    row["ends_on"],
                    _exact(row[f"y{place}"]),
                    int(row[f"d{place}"]),
                    left_out.get((measure.measure_id, department_id, row["ends_on"]), {}),
                )
                for place, measure in enumerate(group)
            ]
    return found


def _customer_count() -> int:
    """Return about how many customers there are, as the planner knows. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'customers_customer'::regclass")
        return int(cursor.fetchone()[0])


def brought_outcomes(initiative_id: int) -> set[str]:
    """Return the keys of the measures whose outcomes came with the assignments. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT jsonb_object_keys(outcomes) FROM campaigns_assignment
            WHERE initiative_id = %s
            """,
            [initiative_id],
        )
        return {key for (key,) in cursor.fetchall()}


def brought_covariates(initiative_id: int) -> list[str]:
    """Return the names of the covariates that every assignment has, by name. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT told.key
            FROM campaigns_assignment a, jsonb_each(a.covariates) AS told
            WHERE a.initiative_id = %(initiative)s AND jsonb_typeof(told.value) = 'number'
            GROUP BY 1
            HAVING count(*) = (
                SELECT count(*) FROM campaigns_assignment WHERE initiative_id = %(initiative)s
            )
            ORDER BY 1
            """,
            {"initiative": initiative_id},
        )
        return [key for (key,) in cursor.fetchall()]


def assigned(
    initiative_id: int, *, starts_on: date, ends_on: date, unit: str = "customer"
) -> Assigned:
    """Return how a test's units were assigned, for the days [starts_on, ends_on). One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE is_torn),
                count(*) FILTER (WHERE NOT is_torn AND on_day > %(first)s AND on_day < %(end)s),
                count(*) FILTER (WHERE NOT is_torn AND on_day >= %(end)s AND on_day > %(first)s),
                coalesce(max(place), ''), coalesce(sum(unnamed), 0)::bigint
            FROM (
                SELECT min(a.arm) <> max(a.arm) AS is_torn, max(a.unit) AS place,
                    count(*) FILTER (WHERE a.unit = '') AS unnamed,
                    (min(a.at) AT TIME ZONE %(zone)s)::date AS on_day
                FROM campaigns_assignment a JOIN customers_record r ON r.id = a.record_id
                WHERE a.initiative_id = %(initiative)s
                GROUP BY CASE %(unit)s
                    WHEN 'customer' THEN r.customer_id::text
                    WHEN 'household' THEN coalesce((
                        SELECT c.household FROM customers_customer c
                        WHERE c.id = r.customer_id AND c.household <> ''
                    ), r.customer_id::text)
                    ELSE a.unit
                END
            ) units
            """,
            {
                "first": starts_on,
                "end": ends_on,
                "zone": settings.TIME_ZONE,
                "initiative": initiative_id,
                "unit": unit,
            },
        )
        return Assigned(*cursor.fetchone())


def trials(
    engine: Engine,
    initiative_id: int,
    measures: Sequence[Definition],
    *,
    brought: Collection[str],
    starts_on: date,
    ends: Sequence[date],
    adjusted: Mapping[str, Adjustment] | None = None,
    unit: str = "customer",
) -> list[Trial]:
    """Return each arm's sums of every measure over the days [starts_on, end), for each end.

    `ends` ascend. A customer whose records were put into both arms, or who was assigned after the
    last end, is left out. By a `unit` other than the customer, values are added up over each
    household, store or region; a unit in both arms is left out. Outcomes of the measures `brought`
    come with the assignments, never from events: the records of one customer are added up, and
    where people are counted it is one that did it. Of other measures, who has no event has 0. The
    measures that are `adjusted`, by key, and those asked together with them have a covariate,
    unless it is the same for everybody. A question for each group of measures that are asked
    together, and one for amounts without a rate.
    """
    from reports.measures import trials as asked  # noqa: PLC0415  loads Ibis

    zone = ZoneInfo(settings.TIME_ZONE)
    left_out: dict[str, Counts] = {measure.key: {} for measure in measures}
    priced = [one for one in measures if one.is_money and one.key not in brought]
    if priced:
        unpriced = _rows(
            engine,
            lambda facts: asked.unpriced_in_trial(
                facts,
                priced,
                initiative_id=initiative_id,
                starts_on=starts_on,
                ends_on=ends[-1],
                zone=zone,
            ),
        )
        for row, measure in ((row, one) for row in unpriced for one in priced):
            add_events(left_out[measure.key], measure, row)
    found = {
        end: Trial({}, {key: {} for key in left_out}, {key: {} for key in left_out}, left_out)
        for end in ends
    }
    for group in together(measures):
        by = {one.key: adjusted[one.key] for one in group if adjusted and one.key in adjusted}

        def question(
            facts: Facts,
            group: Sequence[Definition] = group,
            by: Mapping[str, Adjustment] = by,
        ) -> "ibis.Table":
            return asked.trials(
                facts,
                group,
                initiative_id=initiative_id,
                starts_on=starts_on,
                ends=ends,
                brought=brought,
                before=max((one.days for one in by.values()), default=0),
                covariates={key: one.covariate for key, one in by.items() if one.covariate},
                unit=unit,
                zone=zone,
            )

        rows = _rows(engine, question)
        telling = [any(row.get(f"xx{place}") for row in rows) for place in range(len(group))]
        for row in rows:
            end, arm = row["ends_on"], row["arm"]
            found[end].sizes[arm] = row["n"]
            days = max(1, (end - starts_on).days)
            for place, measure in enumerate(group):
                if row[f"missing{place}"]:
                    found[end].missing[measure.key][arm] = row[f"missing{place}"]
                else:
                    sums = sums_of(
                        row,
                        place,
                        is_ratio=measure.is_ratio or unit != "customer",
                        is_adjusted=telling[place],
                    )
                    found[end].sums[measure.key][arm] = sums.times(factor(measure, days))
    return [found[end] for end in ends]


def _totals_of(measures: Sequence[Definition], windows: Windows) -> "Callable[[Facts], ibis.Table]":
    from reports.measures import totals as asked  # noqa: PLC0415  loads Ibis

    return lambda facts: asked.totals(facts, measures, windows)


def _rows(engine: Engine, question: "Callable[[Facts], ibis.Table]") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = engine.execute(question).to_pylist()
    return rows


def _left_out(
    engine: Engine, measures: Sequence[Definition], windows: Windows
) -> dict[tuple[int, int | None, date], Counts]:
    """Count the events without a rate, by measure, department and window's end."""
    from reports.measures import totals as asked  # noqa: PLC0415  loads Ibis

    priced = [measure for measure in measures if measure.is_money]
    if not priced:
        return {}
    found: dict[tuple[int, int | None, date], Counts] = {}
    for row in _rows(engine, lambda facts: asked.unpriced(facts, priced, windows)):
        for measure in priced:
            if row["is_known"] or not speaks_of_people(measure)[0]:
                for department_id in (None, int(row["scope"])):
                    scope = (measure.measure_id, department_id, row["ends_on"])
                    add_events(found.setdefault(scope, {}), measure, row)
    return found


def add_events(counts: Counts, measure: Definition, row: dict[str, Any]) -> None:
    """Add a row's events to those of its currency, where the measure wants their amounts."""
    kind = row["kind"]
    if kind in measure.counted:
        of_currency = counts.setdefault(row["unpriced_in"], {})
        of_currency[kind] = of_currency.get(kind, 0) + row["events"]


def sums_of(row: dict[str, Any], place: int, *, is_ratio: bool, is_adjusted: bool = False) -> Sums:
    """Return the sums of the measure at a place of a trial's row."""

    def some(*names: str) -> dict[str, Any]:
        return {name: row[f"{name}{place}"] for name in names}

    ratio = some("d", "dd", "yd") if is_ratio else {}
    covariate = some("x", "xx", "yx") if is_adjusted else {}
    both = some("dx") if is_ratio and is_adjusted else {}
    return Sums(row["n"], **some("y", "yy"), **ratio, **covariate, **both)


def _exact(value: float | Decimal) -> Decimal:
    return Decimal(value) if isinstance(value, int) else round(Decimal(value), PLACES)
