"""Who comes again: returning buyers, cohorts, recency, and orders that come back."""

from datetime import timedelta

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.folds import counted, counted_over, matches, pairs
from reports.measures.reach import reach_of
from reports.measures.scopes import COMPANY, happened, in_windows, lay_out
from reports.measures.shapes.contacts import DAY_SECONDS
from reports.measures.windows import Windows

KEYS = ("ends_on", "scope", "customer_id")


def returning(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return, of the people of the window, who has ever done it `at_least` so many times.

    Ever is up to the window's end. Of two on one day, either may be the last that was missing.
    """
    events = happened(facts, reach_of(measure).weeks_of(windows), by)
    done = events.filter(matches(events, counted(measure)[0]), events.customer_id.notnull())
    laid = in_windows(facts, windows, by)
    people = laid.filter(matches(laid, counted_over(measure))).select(*KEYS).distinct()
    theirs = done.semi_join(people, ["scope", "customer_id"])
    in_turn = ibis.window(group_by=["scope", "customer_id"], order_by="day")
    numbered = theirs.mutate(place=ibis.row_number().over(in_turn))
    enough = numbered.filter(numbered.place == measure.at_least - 1)
    both = people.left_join(
        enough.select("scope", "customer_id", enough_on="day"), ["scope", "customer_id"]
    )
    y = (both.enough_on < both.ends_on).fill_null(False).cast("int32")
    return both.select(*KEYS, y0=y, d0=ibis.literal(1))


def retention(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return, of those who did it for the first time `days` before, who did it in the window.

    Their first time lies in the window's days, `days` earlier.
    """
    days = timedelta(days=measure.days)
    events = happened(facts, reach_of(measure).weeks_of(windows), by)
    done = events.filter(matches(events, counted(measure)[0]), events.customer_id.notnull())
    firsts = done.group_by("scope", "customer_id").aggregate(step=done[windows.step].min())
    cohort = firsts.join(pairs([(step - days, end) for step, end in windows.steps()]), "step")
    laid = in_windows(facts, windows, by)
    again = laid.filter(matches(laid, counted(measure)[0])).select(*KEYS).distinct()
    both = cohort.select(*KEYS).left_join(again.mutate(is_back=1), list(KEYS))
    return both.select(*KEYS, y0=both.is_back.fill_null(0), d0=ibis.literal(1))


def recency(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return how many days before the window's last day each customer did it last, 0 for then."""
    laid = in_windows(facts, windows, by)
    done = laid.filter(matches(laid, counted(measure)[0]))
    last = done.group_by(*KEYS).aggregate(last_on=done.day.max())
    seconds = _second(last.ends_on) - _second(last.last_on)
    y = (seconds / DAY_SECONDS).round().cast("int64") - 1
    return last.select(*KEYS, y0=y, d0=ibis.literal(1))


def returned(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return orders with a return within `days` times 24 hours, of the window's orders.

    A return names its order's number; orders without one are left out of both. Two sources may
    give the same number: it is the order's where the customer is the same, or the source.
    """
    near = happened(facts, reach_of(measure).weeks_of(windows), COMPANY)
    named = near.filter(near.kind == "return", near.order_id != "")
    returns = named.select(
        returned_id="order_id", returned_by="customer_id", returned_at="source_id",
        back_at=named["at"].epoch_seconds(),
    )  # fmt: skip
    laid = lay_out(happened(facts, windows.weeks(), by), windows)
    chosen = laid.filter(matches(laid, counted_over(measure)), laid.order_id != "")
    orders = chosen.select(*KEYS, "order_id", "source_id", second=chosen["at"].epoch_seconds())
    is_theirs = (orders.customer_id == returns.returned_by).fill_null(False)
    took = returns.back_at - orders.second
    back = orders.semi_join(
        returns,
        [
            orders.order_id == returns.returned_id,
            is_theirs | (orders.source_id == returns.returned_at),
            took >= 0,
            took < measure.days * DAY_SECONDS,
        ],
    )
    lines = ibis.union(orders.select(*KEYS, y0=0, d0=1), back.select(*KEYS, y0=1, d0=0))
    return lines.group_by(*KEYS).aggregate(y0=lines.y0.sum(), d0=lines.d0.sum())


def _second(day: ibis.expr.types.Value) -> ibis.expr.types.Value:
    return day.cast("timestamp").epoch_seconds()
