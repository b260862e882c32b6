"""Every measure with its newest full week or thirteen weeks."""

from datetime import date
from typing import NamedTuple

from reports.models import Reading
from reports.queries.definitions import unit
from reports.queries.wording import basis
from strategy.language.dates import span
from strategy.language.units import measure_value
from strategy.models import Measure


class MeasureRow(NamedTuple):
    """One measure as it stands; `value` is "" where nothing was measured."""

    key: str
    name: str
    says: str
    value: str
    window: str
    sample: str


def measure_rows(today: date) -> list[MeasureRow]:
    """Return the newest version of each measure, by name. Two queries."""
    newest = Measure.objects.order_by("key", "-version").distinct("key")
    readings = (
        Reading.objects.filter(department=None, ends_on__lte=today, value__isnull=False)
        .order_by("measure_id", "-ends_on", "-span")
        .distinct("measure_id")
    )
    read = {one.measure_id: one for one in readings}
    return [_row(one, read.get(one.pk)) for one in sorted(newest, key=lambda one: one.name)]


def _row(measure: Measure, reading: Reading | None) -> MeasureRow:
    if reading is None or reading.value is None:
        return MeasureRow(measure.key, measure.name, measure.says, "", "", "")
    return MeasureRow(
        measure.key,
        measure.name,
        measure.says,
        measure_value(reading.value, unit(measure)),
        span(reading.starts_on, reading.ends_on),
        basis(measure, reading.denominator),
    )
