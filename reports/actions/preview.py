"""What a measure would come to, before its definition is saved."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from reports.actions.asks import ask
from reports.measures.windows import WEEK, Window
from reports.queries.definitions import definition, unit
from reports.queries.explorer import COMPANY, asked_points
from reports.queries.freshness import as_of, counted_at
from reports.queries.questions import of_measure
from reports.queries.wording import basis, written
from strategy.language.dates import span
from strategy.models import Measure

LENGTHS = (WEEK, 13 * WEEK)
COUNTING = "being counted; ask again in a moment."


class Preview(NamedTuple):
    """What it counts in words, and a line for the last full week and for thirteen of them."""

    says: str
    lines: list[str]
    as_of: str


def preview(measure: Measure, *, at: datetime) -> Preview:
    """Count a measure that need not be saved, over real data; where it cannot be, say why.

    It is counted in the background, as pages' questions are: until then each line says so, and
    whoever asks again finds it. Seven queries where it is there.
    """
    today = timezone.localdate(at)
    end = today - timedelta(days=today.weekday())
    newest = counted_at()
    return Preview(
        says=measure.says,
        lines=list(dict.fromkeys(_line(measure, Window(end - one, end), at) for one in LENGTHS)),
        as_of=as_of(newest),
    )


def _line(measure: Measure, window: Window, at: datetime) -> str:
    """Return the value with how many it stands on, or the reason why there is none."""
    of = definition(measure)
    lasting = window.days if of.window_days is None else of.window_days
    said = span(window.ends_on - timedelta(days=lasting), window.ends_on)
    answer = ask(of_measure(of, [window], by=COMPANY), at=at)
    if answer.rows is None:
        return f"{said}: not counted. {answer.refusal}" if answer.refusal else f"{said}: {COUNTING}"
    points = asked_points(answer.rows, of, [window], measure.version)
    if not points:
        return f"{said}: not measured, nothing happened."
    point = points[0]
    if point.value is None:
        return f"{said}: not measured, there is nothing to divide by."
    values = [value for value in (point.value, point.uncapped) if value is not None]
    value, *uncapped = written(values, unit(measure))
    beside = f", {uncapped[0]} without the cap" if uncapped else ""
    return f"{said}: {value} {basis(measure, point.denominator)}{beside}. {point.left_out}".strip()
