"""Measures by store or region and day, as events name the place."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from reports.facts.engines import Engine
from reports.measures.definition import Definition, factor
from reports.measures.windows import Windows
from reports.observed.places import Days

if TYPE_CHECKING:
    import ibis

    from reports.facts.schema import Facts

ONE_DAY = timedelta(days=1)


def days_by_place(
    engine: Engine, measure: Definition, *, starts_on: date, ends_on: date
) -> dict[str, Days]:
    """Return by place what a measure's parts came to on each of the days [starts_on, ends_on).

    The numerator is in the measure's scale. Days without an event are 0; events that name no place
    are left out. Each day counts by itself, as in `reports.queries.daily`. One question.
    """
    from reports.measures.totals import totals  # noqa: PLC0415  Ibis takes a second

    length = (ends_on - starts_on).days
    windows = Windows.ending((starts_on + n * ONE_DAY for n in range(1, length + 1)), days=1)
    by_day = measure._replace(window_days=None)

    def question(facts: "Facts") -> "ibis.Table":
        return totals(facts, [by_day], windows, by="store")

    found: dict[str, Days] = {}
    times = factor(measure, 1)
    for row in engine.execute(question).to_pylist():
        if row["is_company"] or not row["scope"]:
            continue
        of = found.setdefault(row["scope"], Days(np.zeros(length), np.zeros(length)))
        place = (row["ends_on"] - starts_on).days - 1
        of.y[place] = float(row["y0"]) * times
        of.d[place] = float(row["d0"])
    return found
