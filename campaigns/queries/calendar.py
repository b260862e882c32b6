"""The calendar's page, and what moving a draft would do."""

from datetime import date
from typing import NamedTuple

from campaigns.calendar.lanes import Lane, WeekList, lanes, week_lists
from campaigns.clashes.rules import Clash, Side
from campaigns.models import Initiative
from campaigns.pressure.forecast import WEEK, WeekAhead
from campaigns.queries.clashes import clashes_if_moved, planned_clashes, sides_of
from campaigns.queries.forecasts import WEEKS_AHEAD, each_words, forecast_ahead, monday_of
from strategy.language.dates import day, span
from strategy.language.numbers import number
from strategy.language.words import count_words, plural
from strategy.models import Department, Person
from strategy.permissions import can_change_initiative

WEEKS_BEFORE = 2


class WeekHead(NamedTuple):
    """A column: its Monday, as it is said, and the planned contacts of each customer reached.

    `contacts` is "" where none are planned or the week is over.
    """

    week_on: date
    words: str
    is_now: bool
    contacts: str
    is_over: bool


class CalendarPage(NamedTuple):
    """Everything that the calendar shows; `movable` are the drafts that the reader may move."""

    heads: list[WeekHead]
    lanes: list[Lane]
    weeks: list[WeekList]
    clashes: list[Clash]
    movable: set[int]
    answer: str
    cap: int | None


class Moved(NamedTuple):
    """What moving a draft does, in words.

    `clashes` are those that it would have; `contacts` says, for each week that changes, the
    planned contacts of each customer reached by any initiative.
    """

    initiative: Initiative
    starts_on: date
    days: str
    clashes: list[Clash]
    solved: list[Clash]
    contacts: list[str]
    answer: str


def calendar_page(person: Person, today: date) -> CalendarPage:
    """Return two weeks back and the eight from this one on. At most 13 queries."""
    weeks = [monday_of(today) + place * WEEK for place in range(-WEEKS_BEFORE, WEEKS_AHEAD)]
    rows = Initiative.objects.filter(ends_on__gt=weeks[0], starts_on__lt=weeks[-1] + WEEK).exclude(
        ended_at__isnull=False, launched_at=None
    )
    sides = sides_of(rows)
    clashes = planned_clashes(today)
    departments = list(Department.objects.all())
    ahead = forecast_ahead(today)
    shown = lanes(sides, clashes, [(one.key, one.name) for one in departments], weeks)
    drafts = Initiative.objects.filter(status=Initiative.Status.DRAFT)
    movers = {one.key for one in departments if can_change_initiative(person, one)}
    planned = {week.week_on: week for week in ahead.weeks}
    heads = [_head(week_on, today, planned.get(week_on), ahead.cap) for week_on in weeks]
    in_sight = [one for one in clashes if one.starts_on < weeks[-1] + WEEK]
    return CalendarPage(
        heads=heads,
        lanes=shown,
        weeks=week_lists(shown, weeks, today),
        clashes=in_sight,
        movable=set(drafts.filter(department__key__in=movers).values_list("pk", flat=True)),
        answer=_answer(len(in_sight), heads, ahead.cap),
        cap=ahead.cap,
    )


def _head(week_on: date, today: date, planned: WeekAhead | None, cap: int | None) -> WeekHead:
    per_customer = planned.per_customer if planned else None
    is_now = week_on <= today < week_on + WEEK
    return WeekHead(
        week_on=week_on,
        words=day(week_on).split(" ", 1)[1] + (", now" if is_now else ""),
        is_now=is_now,
        contacts="" if per_customer is None else each_words(per_customer, cap),
        is_over=cap is not None and per_customer is not None and per_customer > cap,
    )


def _answer(clashes: int, heads: list[WeekHead], cap: int | None) -> str:
    ahead = f"{count_words(clashes, capital=True)} {plural(clashes, 'clash', 'clashes')} ahead."
    over = sum(head.is_over for head in heads)
    if cap is None or not any(head.contacts for head in heads):
        return ahead
    if not over:
        return f"{ahead} No week is planned over the contact limit."
    weeks = f"{count_words(over, capital=True)} {plural(over, 'week')} {plural(over, 'is', 'are')}"
    return f"{ahead} {weeks} planned over the contact limit."


def if_moved(initiative: Initiative, starts_on: date, today: date) -> Moved:
    """Return what a draft would do if it began on `starts_on`. At most 14 queries."""
    ends_on = initiative.ends_on + (starts_on - initiative.starts_on)
    before = planned_clashes(today, of=initiative.pk)
    after = clashes_if_moved(initiative, starts_on, ends_on)
    kept = {(one.first.pk, one.second.pk) for one in after}
    solved = [one for one in before if (one.first.pk, one.second.pk) not in kept]
    (side,) = sides_of(Initiative.objects.filter(pk=initiative.pk))
    moved: Side = side._replace(starts_on=starts_on, ends_on=ends_on)
    ahead = forecast_ahead(today, moved=moved)
    contacts = [
        f"Week of {day(was.week_on)}: {_said(was)} becomes {_said(becomes)}."
        for was, becomes in zip(ahead.weeks, ahead.without, strict=True)
        if _said(was) != _said(becomes)
    ]
    return Moved(
        initiative=initiative,
        starts_on=starts_on,
        days=span(starts_on, ends_on),
        clashes=after,
        solved=solved,
        contacts=contacts,
        answer=_effect(len(before), len(after), len(solved)),
    )


def _effect(before: int, after: int, solved: int) -> str:
    new = after - (before - solved)
    parts = [
        f"{verb} {count_words(count)} {plural(count, 'clash', 'clashes')}"
        for verb, count in (("Solves", solved), ("makes", new))
        if count
    ]
    if not parts:
        left = f"{count_words(after, capital=True)} {plural(after, 'clash', 'clashes')}"
        return f"{left} as before." if after else "No clash, as before."
    said = " and ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def _said(week: WeekAhead) -> str:
    return "nothing" if week.per_customer is None else number(week.per_customer, 1)
