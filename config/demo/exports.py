"""A chunk of the retailer's life as the tables that each department's system exports."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from config.demo import contacts, seasons, truth
from config.demo.baskets import Lines
from config.demo.contacts import SENDERS, Contacts, Reactions
from config.demo.names import PRODUCTS, TOWNS
from config.demo.people import DESK, TILLS, WEB, Bools, People, external_ids
from config.demo.seasons import Ints
from config.demo.trading import TOPICS, Cases, Moments, Orders
from config.demo.trials import Trial

ISO, TILL_ROLL, PLATFORM = "%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S"

PRODUCT_NAMES = pa.array([product.name for product in PRODUCTS])
PRODUCT_CATEGORIES = pa.array([product.category for product in PRODUCTS])
TOWN_NAMES = pa.array([town.name for town in TOWNS])
CAMPAIGNS = pa.array([*(initiative.key for initiative in truth.INITIATIVES), ""])

EVENTS_A_PERSON = 10_000
"""Room for event numbers: those of a chunk begin at its first person's number times this."""


def visits(people: People, seen: Moments, until: date) -> pa.Table:
    """Return the web shop's visits, with real timestamps."""
    moment = _moments(seen.minute, until).cast(pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            "visit_id": _ids("v", people, np.arange(len(seen.who))),
            "account": external_ids(people, WEB).take(pa.array(seen.who)),
            "visited_at": moment,
        }
    )


def web_orders(
    people: People, bought: Orders, back: tuple[Ints, Ints], added: Lines, until: date
) -> pa.Table:
    """Return the web shop's orders and, below them, refunds and further lines of orders."""
    row, refund, minute = _both(bought, back, online=True)
    line, more, what = _lines(people, bought, added, "w", online=True)
    orders = pa.table(
        {
            "line_id": _ids("w", people, row, refund),
            "order_no": _ids("LW", people, row),
            "customer_id": external_ids(people, WEB).take(pa.array(bought.who[row])),
            "placed_at": _written(minute, until, ISO),
            "type": np.where(refund, "refund", "order"),
            "total": bought.amount[row],
            "qty": bought.quantity[row],
            "item": PRODUCT_NAMES.take(pa.array(bought.product[row])),
            "department": PRODUCT_CATEGORIES.take(pa.array(bought.product[row])),
        }
    )
    further = pa.table(
        {
            "line_id": line,
            "order_no": _ids("LW", people, more),
            "customer_id": external_ids(people, WEB).take(pa.array(bought.who[more])),
            "placed_at": _written(bought.minute[more], until, ISO),
            "type": pa.array(np.full(len(more), "line")),
            "total": pa.nulls(len(more), pa.float64()),
            "qty": added.quantity[what],
            "item": PRODUCT_NAMES.take(pa.array(added.product[what])),
            "department": PRODUCT_CATEGORIES.take(pa.array(added.product[what])),
        }
    )
    return pa.concat_tables([orders, further])


def receipts(
    people: People, bought: Orders, back: tuple[Ints, Ints], added: Lines, until: date
) -> pa.Table:
    """Return the tills' sales to card holders, refunds and further lines, in shop time."""
    row, refund, minute = _both(bought, back, online=False)
    who = bought.who[row]
    line, more, what = _lines(people, bought, added, "t", online=False)
    sales = pa.table(
        {
            "line": _ids("t", people, row, refund),
            "receipt": _ids("LT", people, row),
            "member": external_ids(people, TILLS).take(pa.array(who)),
            "date": _written(minute, until, TILL_ROLL),
            "type": np.where(refund, "refund", "sale"),
            "value": bought.amount[row],
            "pieces": bought.quantity[row],
            "article": PRODUCT_NAMES.take(pa.array(bought.product[row])),
            "range": PRODUCT_CATEGORIES.take(pa.array(bought.product[row])),
            "shop": TOWN_NAMES.take(pa.array(people.town[who])),
        }
    )
    further = pa.table(
        {
            "line": line,
            "receipt": _ids("LT", people, more),
            "member": external_ids(people, TILLS).take(pa.array(bought.who[more])),
            "date": _written(bought.minute[more], until, TILL_ROLL),
            "type": pa.array(np.full(len(more), "line")),
            "value": pa.nulls(len(more), pa.float64()),
            "pieces": added.quantity[what],
            "article": PRODUCT_NAMES.take(pa.array(added.product[what])),
            "range": PRODUCT_CATEGORIES.take(pa.array(added.product[what])),
            "shop": TOWN_NAMES.take(pa.array(people.town[bought.who[more]])),
        }
    )
    return pa.concat_tables([sales, further])


def messages(
    people: People,
    sender: str,
    sent: Contacts,
    reactions: tuple[tuple[str, Reactions], ...],
    until: date,
) -> pa.Table:
    """Return what one source delivered, and each kind of reaction to it."""
    everything = (("delivered", Reactions(np.arange(len(sent.who)), sent.minute)), *reactions)
    parts = []
    for what, (contact, minute) in everything:
        own = sent.sender[contact] == SENDERS.index(sender)
        row = contact[own]
        parts.append(
            pa.table(
                {
                    "id": _ids(what[0], people, row),
                    "recipient": external_ids(people, sender).take(pa.array(sent.who[row])),
                    "what": pa.array(np.full(len(row), what)),
                    "at": _written(minute[own], until, PLATFORM),
                    "campaign": CAMPAIGNS.take(pa.array(sent.initiative[row] % len(CAMPAIGNS))),
                    "channel": pa.array(contacts.CHANNELS).take(pa.array(sent.channel[row])),
                }
            )
        )
    return pa.concat_tables(parts)


def desk_cases(
    people: People, bought: Orders, asked: Cases, sent: Contacts, until: date
) -> pa.Table:
    """Return the service desk's cases, then the calls that it made."""
    callers = external_ids(people, DESK)
    topic = np.where(asked.complaint, "complaint", np.array(TOPICS)[asked.topic])
    order = np.where(
        bought.online[asked.order],
        _ids("LW", people, asked.order).to_numpy(zero_copy_only=False),
        _ids("LT", people, asked.order).to_numpy(zero_copy_only=False),
    ).astype(np.str_)
    article = PRODUCT_NAMES.take(pa.array(bought.product[asked.order]))
    calls = np.flatnonzero(sent.service)
    return pa.concat_tables(
        [
            pa.table(
                {
                    "case": _ids("c", people, asked.order),
                    "caller": callers.take(pa.array(asked.who)),
                    "opened_at": _written(asked.minute, until, ISO),
                    "topic": topic,
                    "order": order,
                    "article": article,
                    "service": np.zeros(len(topic), bool),
                }
            ),
            pa.table(
                {
                    "case": _ids("b", people, calls),
                    "caller": callers.take(pa.array(sent.who[calls])),
                    "opened_at": _written(sent.minute[calls], until, ISO),
                    "topic": np.full(len(calls), "call back"),
                    "order": np.full(len(calls), ""),
                    "article": np.full(len(calls), ""),
                    "service": np.ones(len(calls), bool),
                }
            ),
        ]
    )


def assignments(people: People, trial: Trial, until: date) -> pa.Table:
    """Return who was put into which arm, at six on the morning before the start."""
    who = np.flatnonzero(trial.reported)
    start = until + timedelta(weeks=trial.initiative.starts) - timedelta(days=1)
    at = datetime.combine(start, time(6)).strftime(ISO)
    return pa.table(
        {
            "test": np.full(len(who), trial.initiative.key),
            "id": external_ids(people, trial.initiative.audience_source).take(pa.array(who)),
            "group": np.where(trial.treated[who], "in", "out"),
            "assigned_at": np.full(len(who), at),
        }
    )


def known_to_desk(people: People, asked: Cases, sent: Contacts) -> Bools:
    """Return who has a record at the service desk: they called, or were called back."""
    known = np.zeros(len(people.number), bool)
    known[asked.who] = True
    known[sent.who[sent.service]] = True
    return known


def _both(bought: Orders, back: tuple[Ints, Ints], *, online: bool) -> tuple[Ints, Bools, Ints]:
    """Return rows of orders, whether each is a refund, and minutes: orders first, then refunds."""
    sold = np.flatnonzero(bought.online == online)
    row, minute = back
    own = bought.online[row] == online
    return (
        np.concatenate([sold, row[own]]),
        np.repeat([False, True], [len(sold), own.sum()]),
        np.concatenate([bought.minute[sold], minute[own]]),
    )


def _lines(
    people: People, bought: Orders, added: Lines, prefix: str, *, online: bool
) -> tuple[pa.Array, Ints, Ints]:
    """Return the further lines of one shop: their ids, their orders' rows and their own."""
    own = np.flatnonzero(bought.online[added.order] == online)
    product = pa.array(added.product[own]).cast(pa.string())
    ids = pc.binary_join_element_wise(_ids(prefix, people, added.order[own]), "l", product, "")
    return ids, added.order[own], own


def _ids(prefix: str, people: People, row: Ints, again: Bools | None = None) -> pa.Array:
    """Return ids unique over all chunks; `again` marks a second event of the same row."""
    number = pa.array(people.number[0] * EVENTS_A_PERSON + row).cast(pa.string())
    ending = "" if again is None else pa.array(np.where(again, "r", ""))
    return pc.binary_join_element_wise(prefix, number, ending, "")


def _moments(minute: Ints, until: date) -> pa.Array:
    start = np.datetime64(seasons.first_day(until), "s")
    return pa.array(start + minute * np.timedelta64(60, "s"))


def _written(minute: Ints, until: date, form: str) -> pa.Array:
    return pc.strftime(_moments(minute, until), format=form)
