"""Measures by store or region, as events name the place: by day, and by whole periods."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from reports.facts.engines import Engine
from reports.measures.definition import Definition, factor, speaks_of_people
from reports.measures.windows import Window, Windows
from reports.observed.places import Days
from reports.queries.facts import Counts, add_events

if TYPE_CHECKING:
    import ibis

    from reports.facts.schema import Facts

ONE_DAY = timedelta(days=1)


def days_by_place(
    engine: Engine, measure: Definition, *, starts_on: date, ends_on: date, length: int
) -> dict[str, Days]:
    """Return by place what a measure's parts came to on each of the days [starts_on, ends_on).

    Each day counts by itself, as in `reports.queries.daily`. One question. See `_by_place`.
    """
    ends = (starts_on + n * ONE_DAY for n in range(1, (ends_on - starts_on).days + 1))
    return _by_place(engine, measure, Windows.ending(ends, days=1), length)


def periods_by_place(
    engine: Engine, measure: Definition, *, starts_on: date, length: int
) -> dict[str, Days]:
    """Return by place what they came to in the window and the two periods before it, in turn.

    The window is so many days from `starts_on` on, and each period as many. People, and a cap, are
    those of a whole period. One question. See `_by_place`.
    """
    ends = (starts_on + n * length * ONE_DAY for n in (-1, 0, 1))
    return _by_place(engine, measure, Windows.ending(ends, days=length), length)


def amounts_by_currency(
    engine: Engine, measures: Sequence[Definition], *, starts_on: date, ends_on: date
) -> dict[str, Counts]:
    """Count the events of places whose amounts each measure adds up, over [starts_on, ends_on).

    By the measure's key, then by the currency without a rate, "" for all others, then by kind.
    Measures without amounts are not there. One question, none without amounts.
    """
    from reports.measures.places import amounts  # noqa: PLC0415  Ibis takes a second

    priced = [measure for measure in measures if measure.is_money]
    found: dict[str, Counts] = {measure.key: {} for measure in priced}
    if not priced:
        return found
    window = Window(starts_on, ends_on)
    rows = engine.execute(lambda facts: amounts(facts, priced, window)).to_pylist()
    for row in rows:
        for measure in priced:
            if row["is_known"] or not speaks_of_people(measure)[0]:
                add_events(found[measure.key], measure, row)
    return found


def _by_place(
    engine: Engine, measure: Definition, windows: Windows, length: int
) -> dict[str, Days]:
    """Return by place what a measure's parts came to in each of the windows.

    The numerator is in the measure's scale, for a window of so many days. Windows without an event
    are 0; events that name no place are left out.
    """
    from reports.measures.totals import totals  # noqa: PLC0415  Ibis takes a second

    of_window = measure._replace(window_days=None)

    def question(facts: "Facts") -> "ibis.Table":
        return totals(facts, [of_window], windows, by="store")

    at = {window.ends_on: place for place, window in enumerate(windows)}
    found: dict[str, Days] = {}
    times = factor(measure, length)
    for row in engine.execute(question).to_pylist():
        if row["is_company"] or not row["scope"]:
            continue
        of = found.setdefault(row["scope"], Days(np.zeros(len(at)), np.zeros(len(at))))
        of.y[at[row["ends_on"]]] = float(row["y0"]) * times
        of.d[at[row["ends_on"]]] = float(row["d0"])
    return found
