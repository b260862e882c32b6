"""One measure over time, by any cut: from readings where they are kept, else asked of the facts."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from campaigns.models import Initiative
from reports.measures.definition import Definition, factor
from reports.measures.windows import WEEK, Window
from reports.models import Reading
from reports.queries.definitions import unit
from reports.queries.questions import Rows
from reports.queries.wording import basis, written
from strategy.language.dates import span as span_in_words
from strategy.language.left_out import left_out
from strategy.language.numbers import points
from strategy.language.units import measure_value
from strategy.models import Department, Measure

COMPANY = "company"
ALL = "All"
BY = {
    COMPANY: "Company",
    "department": "Department",
    "channel": "Channel",
    "segment": "Customers’ segment",
    "store": "Store",
    "initiative": "Initiative",
    "arm": "Arm of a test",
}
SPANS = {
    "day": "Day",
    "week": "Week",
    "month": "Month",
    "quarter": "13 weeks",
    "rolling": "28 days, day by day",
}
MANY = {"day": 28, "week": 26, "month": 13, "quarter": 26, "rolling": 28}
"""How many windows are shown where nobody says which."""
KEPT_BY, KEPT_SPANS = {COMPANY, "department"}, {"week", "quarter"}
ROLLING_DAYS, QUARTER_WEEKS = 28, 13
ONE_DAY = timedelta(days=1)
SAID = {"day": "the day", "week": "the week", "month": "the month", "quarter": "13 weeks",
        "rolling": "28 days"}  # fmt: skip


class Point(NamedTuple):
    """A measure's value in a window [starts_on, ends_on) for one scope; "" is the company.

    `value` is None where there was nothing to divide by. `version` is the definition's.
    """

    scope: str
    starts_on: date
    ends_on: date
    numerator: float
    denominator: int
    value: float | None
    uncapped: float | None
    left_out: str
    version: int


class Explored(NamedTuple):
    """What the page shows: the scopes with their names, the windows, and every point there is."""

    names: dict[str, str]
    windows: list[Window]
    points: dict[tuple[str, date], Point]
    answer: str
    note: str

    def at(self, scope: str, window: Window) -> Point | None:
        """Return a scope's point in a window, None where it had no event."""
        return self.points.get((scope, window.ends_on))


def versions_of(key: str) -> list[Measure]:
    """Return a measure's versions, the newest first. One query."""
    return list(Measure.objects.filter(key=key).order_by("-version"))


def windows_of(span: str, first: date, last: date) -> list[Window]:
    """Return the windows of a span whose last day lies from `first` to `last`, both included.

    >>> [w.starts_on.day for w in windows_of("week", date(2026, 11, 9), date(2026, 11, 22))]
    [9, 16]
    """
    found = []
    end = first + ONE_DAY
    while end <= last + ONE_DAY:
        if span == "day":
            found.append(Window(end - ONE_DAY, end))
        elif span == "rolling":
            found.append(Window(end - timedelta(days=ROLLING_DAYS), end))
        elif span == "month" and end.day == 1:
            before = end - ONE_DAY
            found.append(Window(before.replace(day=1), end))
        elif span in KEPT_SPANS and end.weekday() == 0:
            weeks = QUARTER_WEEKS if span == "quarter" else 1
            found.append(Window(end - weeks * WEEK, end))
        end += ONE_DAY
    return found


def usual_days(span: str, today: date) -> tuple[date, date]:
    """Return the first and the last day that are shown where nobody says which; today is open."""
    last = today - ONE_DAY
    if span in KEPT_SPANS:
        last = today - timedelta(days=today.weekday()) - ONE_DAY
        return last - (MANY[span] - 1) * WEEK, last
    if span == "month":
        last = today.replace(day=1) - ONE_DAY
        first = last
        for _ in range(MANY[span] - 1):
            first = first.replace(day=1) - ONE_DAY
        return first, last
    return last - (MANY[span] - 1) * ONE_DAY, last


def is_kept(measure: Measure, by: str, span: str) -> bool:
    """Return whether readings answer, or the facts must be asked. No query."""
    own_span = measure.window_days is None
    return by in KEPT_BY and span in KEPT_SPANS and own_span


def kept_points(key: str, *, by: str, span: str, windows: Sequence[Window]) -> list[Point]:
    """Return the readings of the windows, each of the newest version that has one. One query."""
    readings = (
        Reading.objects.filter(
            measure__key=key, span=span, ends_on__in=[window.ends_on for window in windows]
        )
        .select_related("measure")
        .order_by("ends_on", "department_id", "-measure__version")
        .distinct("ends_on", "department_id")
    )
    if by == COMPANY:
        readings = readings.filter(department=None)
    return [
        Point(
            "" if one.department_id is None else str(one.department_id),
            one.starts_on,
            one.ends_on,
            float(one.numerator),
            one.denominator,
            one.value,
            None,
            left_out(one.left_out),
            one.measure.version,
        )
        for one in readings
    ]


def asked_points(
    rows: Rows, definition: Definition, windows: Sequence[Window], version: int
) -> list[Point]:
    """Return the points that an answer to `reports.queries.questions.of_measure` holds."""
    by_end = {window.ends_on.isoformat(): window for window in windows}
    own = definition.window_days and timedelta(days=definition.window_days)
    found = []
    for row in rows:
        window = by_end[row["ends_on"]]
        by = factor(definition, window.days)
        over = row["d"]
        found.append(
            Point(
                "" if row["is_company"] else f"={row['scope']}",
                window.ends_on - own if own else window.starts_on,
                window.ends_on,
                row["y"],
                int(over),
                row["y"] / over * by if over else None,
                row["uncapped"] / over * by if over and "uncapped" in row else None,
                left_out(row["left_out"]) if "left_out" in row else "",
                version,
            )
        )
    return found


def names_of(by: str, points: Iterable[Point]) -> dict[str, str]:
    """Return the scopes' names, the largest scope first, after the company. At most one query.

    The largest has the most below the line in the newest window.
    """
    largest: dict[str, tuple[date, int]] = {}
    for point in points:
        rank = (point.ends_on, point.denominator)
        largest[point.scope] = max(rank, largest.get(point.scope, rank))
    ordered = sorted(largest, key=lambda scope: (scope != "", *(_down(largest[scope]))))
    known = _known_names(by) if len(ordered) > 1 else {}
    return {
        scope: ALL if not scope else known.get(scope.removeprefix("="), _said(scope))
        for scope in ordered
    }


def explored(measure: Measure, *, by: str, span: str, windows: list[Window],
             points: list[Point]) -> Explored:  # fmt: skip
    """Return what the page shows of points. At most one query."""
    names = names_of(by, points)
    newest = _company(points)
    return Explored(
        names=names,
        windows=windows,
        points={(point.scope, point.ends_on): point for point in points},
        answer=_answer(measure, span, newest),
        note=newest[-1].left_out if newest else "",
    )


def _answer(measure: Measure, span: str, company: list[Point]) -> str:
    """Return the newest value against the one before, as a sentence."""
    if not company:
        return "Nothing was counted in these days."
    newest = company[-1]
    days = span_in_words(newest.starts_on, newest.ends_on)
    if newest.value is None:
        return f"Not measured: nothing to divide by in {days}."
    in_unit = unit(measure)
    (value,) = written([newest.value], in_unit)
    said = f"{measure.name}: {value} ({days}; {basis(measure, newest.denominator)})"
    before, then = _before(company, span)
    if before is None or before.value is None:
        return f"{said}."
    return f"{said}, {_beside(newest.value, before.value, in_unit)} {then} before."


def _before(company: list[Point], span: str) -> tuple[Point | None, str]:
    """Return the point that the newest is held against, and what lies between them in words.

    It is that of the window before; where windows overlap and that one is not shown, the last.
    """
    *earlier, newest = company
    for point in earlier:
        if point.ends_on == newest.starts_on:
            return point, SAID[span]
    return (earlier[-1] if earlier else None), "the window"


def _beside(value: float, before: float, in_unit: str) -> str:
    gap = value - before
    if in_unit == "share":
        small = abs(gap) < 0.001  # noqa: PLR2004  a tenth of a point
        size = points(abs(gap), 2 if small else 1, signed=False)
    else:
        size = measure_value(abs(gap), in_unit)
    if not any(letter in "123456789" for letter in size):
        return "as in"
    return f"{size} {'over' if gap > 0 else 'under'}"


def _company(points: list[Point]) -> list[Point]:
    return sorted((one for one in points if one.scope == ""), key=lambda one: one.ends_on)


def _down(rank: tuple[date, int]) -> tuple[int, int]:
    return -rank[0].toordinal(), -rank[1]


def _known_names(by: str) -> dict[str, str]:
    if by == "department":
        return {str(pk): name for pk, name in Department.objects.values_list("pk", "name")}
    if by == "initiative":
        return dict(Initiative.objects.values_list("key", "name"))
    if by == "arm":
        return {"treated": "Treated", "holdout": "Holdout"}
    return {}


def _said(scope: str) -> str:
    return scope.removeprefix("=") or "Not known"
