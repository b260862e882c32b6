"""Events whose amount has no rate: how many a measure leaves out."""

from collections.abc import Sequence
from datetime import date

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from reports.measures.definition import Definition, count_of, money_kinds, speaks_of_people

Counts = dict[str, dict[str, int]]
"""How many events by currency and kind."""


def add_counts(counts: Counts, measure: Definition, found: Counts) -> None:
    """Add up by currency the events, by kind, whose amounts a measure wants."""
    for currency, kinds in found.items():
        of_currency = counts.setdefault(currency, {})
        for kind in measure.counted:
            if kinds[kind]:
                of_currency[kind] = of_currency.get(kind, 0) + kinds[kind]


def unpriced_events(
    cursor: CursorWrapper, measures: Sequence[Definition], windows: Sequence[tuple[date, date]]
) -> dict[tuple[int, int | None, date], Counts]:
    """Count the events of `tallies` without a rate, by measure, department and window's end."""
    kinds = money_kinds(measures)
    if not kinds:
        return {}
    sums = [sql.SQL("sum({})::bigint").format(count_of(kind)) for kind in kinds]
    cursor.execute(
        sql.SQL(
            """
            SELECT w.ends_on, department_id, grouping(department_id) = 1,
                customer_id IS NOT NULL AS is_known, unpriced_in, {sums}
            FROM unnest({starts}::date[], {ends}::date[]) AS w (starts_on, ends_on)
            JOIN tallies t ON t.week_on >= w.starts_on AND t.week_on < w.ends_on
            WHERE unpriced_in <> ''
            GROUP BY GROUPING SETS ((1, 4, 5), (1, 2, 4, 5))
            """
        ).format(
            sums=sql.SQL(", ").join(sums),
            starts=sql.Literal([start for start, _ in windows]),
            ends=sql.Literal([end for _, end in windows]),
        )
    )
    found: dict[tuple[int, int | None, date], Counts] = {}
    for end, department_id, is_company, is_known, currency, *counts in cursor.fetchall():
        for measure in measures:
            if measure.is_money and (is_known or not speaks_of_people(measure)[0]):
                scope = (measure.measure_id, None if is_company else department_id, end)
                of_kinds = dict(zip(kinds, counts, strict=True))
                add_counts(found.setdefault(scope, {}), measure, {currency: of_kinds})
    return found
