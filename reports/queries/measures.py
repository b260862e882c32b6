"""Every measure with its newest full week or thirteen weeks."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from reports.models import Reading
from reports.queries.definitions import unit
from reports.queries.freshness import SourceRow, source_rows, too_old
from reports.queries.wording import basis
from strategy.language.dates import span
from strategy.language.units import measure_value
from strategy.language.words import count_words, counted, plural
from strategy.models import Measure

SUBJECTS = {
    "What customers do": ("visit", "view", "order", "order_line", "return", "store_visit"),
    "What we send them": ("contact", "open", "click", "bounce", "opt_out", "spam_report"),
    "What they tell us": ("complaint", "service_case", "survey_answer"),
}
"""Headings of the index, by the event that a measure counts first."""

OTHER_SUBJECT = "How they are served"


class MeasureRow(NamedTuple):
    """One measure as it stands; `value` is "" where nothing was measured.

    `stale` says why its number is too old, "" while it is fresh.
    """

    key: str
    name: str
    says: str
    value: str
    window: str
    sample: str
    stale: str
    subject: str


class MeasureGroup(NamedTuple):
    """Measures of one subject, by name."""

    subject: str
    rows: list[MeasureRow]


class MeasureIndex(NamedTuple):
    """All measures by subject, and how many of them have a number."""

    answer: str
    groups: list[MeasureGroup]


def measure_index(now: datetime) -> MeasureIndex:
    """Return the newest version of each measure, by subject and name. Three queries."""
    today = timezone.localdate(now)
    sources = source_rows(now)
    newest = Measure.objects.order_by("key", "-version").distinct("key")
    readings = (
        Reading.objects.filter(department=None, ends_on__lte=today, value__isnull=False)
        .order_by("measure_id", "-ends_on", "-span")
        .distinct("measure_id")
    )
    read = {one.measure_id: one for one in readings}
    named = sorted(newest, key=lambda one: one.name)
    rows = [_row(one, read.get(one.pk), now, sources) for one in named]
    groups = [
        MeasureGroup(subject, [row for row in rows if row.subject == subject])
        for subject in (*SUBJECTS, OTHER_SUBJECT)
    ]
    return MeasureIndex(_answer(rows), [group for group in groups if group.rows])


def _answer(rows: list[MeasureRow]) -> str:
    known = sum(bool(row.value) for row in rows)
    if not known:
        return "Nothing yet: numbers follow the first import."
    missing = len(rows) - known
    if not missing:
        return f"All {counted(known, 'measure')} have a number."
    return (
        f"{count_words(known, capital=True)} of {counted(len(rows), 'measure')} "
        f"{plural(known, 'has', 'have')} a number; of {count_words(missing)} no data came in."
    )


def _row(
    measure: Measure, reading: Reading | None, now: datetime, sources: list[SourceRow]
) -> MeasureRow:
    value = window = sample = stale = ""
    if reading is not None and reading.value is not None:
        value = measure_value(reading.value, unit(measure))
        window = span(reading.starts_on, reading.ends_on)
        sample = basis(measure, reading.denominator)
        stale = too_old(measure, reading.ends_on, now, sources)
    subject = next(
        (name for name, kinds in SUBJECTS.items() if measure.counted[0] in kinds), OTHER_SUBJECT
    )
    return MeasureRow(
        measure.key, measure.name, measure.says, value, window, sample, stale, subject
    )
