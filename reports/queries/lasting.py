"""What the customers of a test did early, and what they did later."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from reports.evidence.persistence import EARLY_DAYS, LATE_DAYS
from reports.evidence.sums import Sums
from reports.measures.definition import Definition
from reports.measures.windows import Window
from reports.queries.engine import database
from reports.queries.facts import sums_of

LATE = timedelta(days=len(LATE_DAYS))
EARLY = timedelta(days=len(EARLY_DAYS))


def early_and_late(
    initiative_id: int, measure: Definition, *, starts_on: date, late_ends_on: date, unit: str
) -> dict[str, Sums]:
    """Return by arm what `persistence` asks for: `y` of the later 30 days, `x` of the first 14.

    The later days are the 30 before `late_ends_on`, the early ones those from `starts_on` on.
    Where a measure counts people, their events are added up: a yes or no over 30 days and one
    over 14 cannot be compared by day. By a `unit` other than the customer they are added up over
    each household, store or region. Units in both arms, and customers assigned after the early
    days, are left out. One question.
    """
    from reports.measures import trials as asked  # noqa: PLC0415  Ibis takes a second

    counted = measure._replace(fold="amount" if measure.is_money else "events")
    rows = database().execute(
        lambda facts: asked.early_and_late(
            facts,
            counted,
            initiative_id=initiative_id,
            early=Window(starts_on, starts_on + EARLY),
            late=Window(late_ends_on - LATE, late_ends_on),
            unit=unit,
            zone=ZoneInfo(settings.TIME_ZONE),
        )
    )
    is_ratio = unit != asked.CUSTOMER
    return {
        row["arm"]: sums_of(row, 0, is_ratio=is_ratio, is_adjusted=True) for row in rows.to_pylist()
    }
