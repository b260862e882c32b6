"""The contacts that are planned: week by week, as they stand and as they would."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from campaigns.clashes.rules import Side
from campaigns.models import Initiative, PlannedSend
from campaigns.pressure.forecast import WEEK, Send, WeekAhead, forecast
from campaigns.queries.clashes import not_over
from campaigns.queries.members import kept_sets
from campaigns.queries.pressure import policy_of
from strategy.language.dates import long_day
from strategy.language.numbers import number
from strategy.language.words import count_words, plural
from strategy.queries.serving import contact_rules

WEEKS_AHEAD = 8
UNSAID = "Not known: no initiative ahead says yet what it will send."


class PlannedRow(NamedTuple):
    """A planned contact that may be left out to see what it does."""

    pk: int
    name: str
    initiative: str
    on: date


class WeekRow(NamedTuple):
    """A week in words: contacts for each customer reached, as planned and as they would be."""

    week: str
    contacts: str
    without: str
    customers: str
    over: str


class Forecast(NamedTuple):
    """The weeks ahead, the first begun on the Monday of this week.

    `without` are the same weeks without the sends that were left out, empty where none was.
    `unsaid` initiatives that are not over have customers or not, but do not say what they send.
    """

    weeks: list[WeekAhead]
    without: list[WeekAhead]
    sends: list[PlannedRow]
    unsaid: list[str]
    cap: int | None
    answer: str

    @property
    def rows(self) -> list[WeekRow]:
        """The weeks, each as planned and without what was left out, "–" for no number."""
        return [
            WeekRow(
                week=long_day(planned.week_on),
                contacts=_each(planned, self.cap),
                without=_each(without, self.cap),
                customers=number(planned.customers),
                over="–" if planned.over_cap is None else number(planned.over_cap),
            )
            for planned, without in zip_longest(self.weeks, self.without)
        ]


def each_words(per_customer: float, cap: int | None) -> str:
    """Say contacts for each customer with one decimal, two where one would hide the excess.

    >>> each_words(3.04, 3), each_words(3.1, 3), each_words(2.0, None)
    ('3.04', '3.1', '2.0')
    """
    hides = cap is not None and per_customer > cap and number(per_customer, 1) == number(cap, 1)
    return number(per_customer, 2 if hides else 1)


def _each(week: WeekAhead | None, cap: int | None) -> str:
    return "–" if week is None or week.per_customer is None else each_words(week.per_customer, cap)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def sends_of(initiative: Initiative) -> list[PlannedRow]:
    """Return what one initiative plans to send, in order. One query."""
    return [
        PlannedRow(row.pk, row.name, initiative.name, initiative.starts_on + timedelta(row.day))
        for row in initiative.sends.order_by("day", "name")
    ]


def forecast_ahead(
    today: date, *, leave_out: Collection[int] = (), moved: Side | None = None
) -> Forecast:
    """Return what is planned for eight weeks, for those whom initiatives contact as last compared.

    Five queries, whoever is in them; a million customers of 60 initiatives take some 30 ms.

    Args:
        today: the first week is this day's.
        leave_out: ids of sends to do without.
        moved: a draft as it would stand; `without` is then the weeks with it moved.

    """
    rules = contact_rules()
    initiatives = list(not_over(today).order_by("starts_on", "pk"))
    rows = list(PlannedSend.objects.filter(initiative__in=initiatives).order_by("day", "name"))
    by_id = {one.pk: one for one in initiatives}
    policy = policy_of(rules) if rules else None

    def planned(row: PlannedSend, starts_on: date) -> Send:
        one = by_id[row.initiative_id]
        weight = policy.limit_of(one.channel).weight if policy else Decimal(1)
        on = starts_on + timedelta(days=row.day)
        return Send(row.pk, row.name, one.pk, on, weight)

    sends = [planned(row, by_id[row.initiative_id].starts_on) for row in rows]
    weeks = [monday_of(today) + place * WEEK for place in range(WEEKS_AHEAD)]
    sets = kept_sets({send.initiative for send in sends})
    cap = rules.cap if rules else None
    found = forecast(sets, sends, weeks, cap)
    without = []
    if leave_out or moved:
        other = [
            planned(row, moved.starts_on) if moved and row.initiative_id == moved.pk else send
            for row, send in zip(rows, sends, strict=True)
            if row.pk not in leave_out
        ]
        without = forecast(sets, other, weeks, cap)
    saying = {send.initiative for send in sends}
    return Forecast(
        weeks=found,
        without=without,
        sends=[
            PlannedRow(send.pk, send.name, by_id[send.initiative].name, send.on)
            for send in sorted(sends, key=lambda send: (send.on, send.pk))
        ],
        unsaid=[one.name for one in initiatives if one.pk not in saying],
        cap=cap,
        answer=_answer(found, cap) if sends else UNSAID,
    )


def _answer(weeks: list[WeekAhead], cap: int | None) -> str:
    known = [week.per_customer for week in weeks if week.per_customer is not None]
    if not known:
        return "Nobody: no contact is planned for these weeks."
    most = each_words(max(known), cap)
    if cap is None:
        return f"Up to {most} contacts for each customer in a week."
    over = sum(value > cap for value in known)
    if not over:
        return f"At most {most} contacts for each customer in a week, inside the limit of {cap}."
    weeks_over = f"{count_words(over, capital=True)} {plural(over, 'week')}"
    return (
        f"{weeks_over} ahead {plural(over, 'is', 'are')} over the limit of {cap}: {most} at most."
    )
