"""What customers are shown beside what they are known to like."""

import ibis

from reports.facts.schema import Facts
from reports.measures.definition import Definition
from reports.measures.folds import counted, matches, pairs
from reports.measures.reach import reach_of
from reports.measures.scopes import COMPANY, happened, in_windows, lay_out
from reports.measures.shapes.contacts import DAY_SECONDS
from reports.measures.windows import Windows

BOUGHT = ("order", "order_line")
SHOWN_INTEREST = (*BOUGHT, "view")
MOST_BOUGHT = 3


def mistargeted(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return contacts for a category in which the customer has shown no interest.

    Interest is to have bought or viewed in the category in the `days` before the contact, or to
    have declared it. `d0` are the contacts for any category to customers with any interest; those
    of an initiative declared active are exempt, and measured by `exposure`.
    """
    sent = _of_category(happened(facts, windows.weeks(), by))
    asked = sent.filter(matches(sent, counted(measure)[0]))
    active = facts.initiatives.filter(facts.initiatives["mode"] == "active")
    contacts = asked.anti_join(active.select(initiative="key"), "initiative")
    known = _of_category(happened(facts, reach_of(measure).weeks_of(windows), COMPANY))
    shown = known.filter(known.kind.isin(SHOWN_INTEREST))
    theirs = shown.semi_join(contacts, "customer_id")
    both = ibis.union(_line(contacts, is_contact=1), _line(theirs, is_contact=0))
    in_category = ibis.cumulative_window(
        group_by=["customer_id", "category"], order_by=["second", ibis.desc("is_contact")]
    )
    in_any = ibis.cumulative_window(
        group_by=["customer_id"], order_by=["second", ibis.desc("is_contact")]
    )
    lines = both.mutate(
        last_in_category=both.known_at.max().over(in_category),
        last_in_any=both.known_at.max().over(in_any),
    )
    declared = facts.interests.join(facts.people, "record_id")
    of_category = declared.select("customer_id", "category").distinct().mutate(is_declared=1)
    anybody = declared.select("customer_id").distinct().mutate(has_declared=1)
    contact = lines.filter(lines.is_contact == 1)
    beside = contact.left_join(of_category, ["customer_id", "category"])
    judged = beside.select(*lines.columns, "is_declared").left_join(anybody, "customer_id")
    since = judged.second - measure.days * DAY_SECONDS
    fits = (judged.last_in_category >= since).fill_null(False) | judged.is_declared.notnull()
    has_any = (judged.last_in_any >= since).fill_null(False) | judged.has_declared.notnull()
    rows = judged.mutate(misses=(~fits).cast("int32")).filter(has_any)
    laid = lay_out(rows, windows)
    return laid.group_by("ends_on", "scope", "customer_id").aggregate(
        y0=laid.misses.sum(), d0=laid.count()
    )


def exposure(facts: Facts, measure: Definition, windows: Windows, by: str) -> ibis.Table:
    """Return contacts or purchases outside the customer's three most-bought categories.

    The three are those of the `days` before the window; of two bought equally often the first by
    name. `d0` are those for any category, of customers who bought in one before.
    """
    events = in_windows(facts, windows, by)
    shown = events.filter(matches(events, counted(measure)[0]), events.category != "")
    often = _often(facts, measure, windows)
    first = ibis.window(
        group_by=["ends_on", "customer_id"], order_by=[ibis.desc("bought"), "category"]
    )
    ranked = often.mutate(place=ibis.row_number().over(first))
    favourites = ranked.filter(ranked.place < MOST_BOUGHT)
    of_known = shown.semi_join(often, ["ends_on", "customer_id"])
    beside = of_known.left_join(
        favourites.select("ends_on", "customer_id", "category", "place"),
        ["ends_on", "customer_id", "category"],
    )
    return beside.group_by("ends_on", "scope", "customer_id").aggregate(
        y0=beside.count(where=beside.place.isnull()), d0=beside.count()
    )


def _often(facts: Facts, measure: Definition, windows: Windows) -> ibis.Table:
    """Return how often each customer of a window `bought` in each category before it.

    Whoever's events are meant, the question is the same, so that an engine answers it once.
    """
    events = in_windows(facts, windows, COMPANY)
    shown = events.filter(matches(events, counted(measure)[0]), events.category != "")
    asked = shown.select("ends_on", "customer_id").distinct().join(_starts(windows), "ends_on")
    past = happened(facts, reach_of(measure).weeks_of(windows), COMPANY)
    named = _of_category(past)
    bought = named.filter(named.kind.isin(BOUGHT))
    tallied = bought.group_by("day", "customer_id", "category").aggregate(bought=bought.count())
    both = asked.join(tallied, "customer_id")
    before = both.filter(
        both.day < both.starts_on, both.day >= both.starts_on - ibis.interval(days=measure.days)
    )
    return before.group_by("ends_on", "customer_id", "category").aggregate(
        bought=before.bought.sum()
    )


def _of_category(events: ibis.Table) -> ibis.Table:
    """Return known customers' events that name a category."""
    return events.filter(events.category != "", events.customer_id.notnull())


def _starts(windows: Windows) -> ibis.Table:
    """Return each window's `starts_on` beside its `ends_on`."""
    starts = pairs([(window.starts_on, window.ends_on) for window in windows])
    return starts.select("ends_on", starts_on="step")


def _line(events: ibis.Table, *, is_contact: int) -> ibis.Table:
    second = events["at"].epoch_seconds()
    return events.select(
        "scope",
        "customer_id",
        "category",
        "week",
        "day",
        second=second,
        is_contact=ibis.literal(is_contact),
        known_at=ibis.null("int64") if is_contact else second.cast("int64"),
    )
