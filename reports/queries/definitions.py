"""Measures as the facts engine and the evidence want them."""

from django.conf import settings

from reports.measures.definition import Definition
from strategy.models import Measure


def definition(measure: Measure) -> Definition:
    """Return a measure's definition; costs no query."""
    return Definition(
        measure_id=measure.pk,
        key=measure.key,
        name=measure.name,
        fold=measure.fold,
        counted=tuple(measure.counted),
        per=measure.per,
        per_events=tuple(measure.per_events),
        scale=measure.scale,
        weekly=measure.weekly,
        unit=unit(measure),
        better=measure.better,
        at_least=measure.at_least,
        cap=None if measure.cap is None else float(measure.cap),
        contacts=measure.contacts,
        channels=tuple(measure.channels),
        categories=tuple(measure.categories),
        scores=tuple(measure.scores),
        against=tuple(measure.against),
        answers=tuple(measure.answers),
        window_days=measure.window_days,
        shape=measure.shape,
        days=measure.days or 0,
    )


def unit(measure: Measure) -> str:
    """Return a measure's unit in the words of strategy.language.units; costs no query.

    Every count is a rate, such as "per 1,000 events"; of what, its name tells the reader.
    """
    if measure.unit == Measure.Unit.MONEY:
        return f"money:{settings.CURRENCY}"
    if measure.unit == Measure.Unit.COUNT:
        return f"per {measure.scale:,} {measure.per}"
    return measure.unit
