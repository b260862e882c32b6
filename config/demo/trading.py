"""What customers do: visits, orders, returns, calls to the service desk."""

from datetime import date
from typing import NamedTuple

import numpy as np

from config.demo import seasons
from config.demo.names import CATEGORIES, PRODUCTS
from config.demo.people import Bools, People
from config.demo.seasons import DAY_MINUTES, END, WEEK_MINUTES, WEEKS, Floats, Ints

ORDERS_A_WEEK = 0.031
VISITS_A_WEEK = 0.046
BASKET_SPREAD, BASKETS_GROW = 0.45, 0.30
RETURNED, ASKED = 0.09, 0.045
COMPLAINED = (0.020, 0.010)
"""Share of orders that end in a complaint, at the beginning and at the end of the history."""

TOPICS = ("delivery", "product advice", "refund", "wrong number")

PRICE = np.array([product.price for product in PRODUCTS])
BY_CATEGORY = [
    np.flatnonzero([product.category == category for product in PRODUCTS])
    for category in CATEGORIES
]
OFFSET = np.cumsum([0, *(len(members) for members in BY_CATEGORY[:-1])])
SIZE = np.array([len(members) for members in BY_CATEGORY])
PRODUCT = np.concatenate(BY_CATEGORY)


class Moments(NamedTuple):
    """Things that happened: to whom (row in the chunk) and when (minutes of the history)."""

    who: Ints
    minute: Ints


class Orders(NamedTuple):
    """Orders, one row each; `amount` in pounds, `online` marks the web shop's.

    `product` is an index into PRODUCTS.
    """

    who: Ints
    minute: Ints
    online: Bools
    product: Ints
    quantity: Ints
    amount: Floats


class Cases(NamedTuple):
    """Calls to the service desk: `order` is a row of Orders, `topic` an index into TOPICS."""

    who: Ints
    minute: Ints
    order: Ints
    complaint: Bools
    topic: Ints


def order_rates(people: People, until: date) -> Floats:
    """Return orders per person and week to be expected without any initiative."""
    rate = ORDERS_A_WEEK * np.outer(people.activity, seasons.trade(until))
    rate[np.arange(WEEKS) < people.joined[:, None]] = 0
    return rate


def orders(rng: np.random.Generator, people: People, counts: Ints, until: date) -> Orders:
    """Turn counts per person and week into orders with a time, a place and a content."""
    who, week = spread(counts)
    online = rng.random(len(who)) < people.online[who]
    ladder = np.cumsum(seasons.category_shares(until), axis=1)
    category = np.minimum(
        (rng.random(len(who))[:, None] > ladder[week]).sum(axis=1), len(CATEGORIES) - 1
    )
    within = (rng.random(len(who)) * SIZE[category]).astype(int)
    product = PRODUCT[OFFSET[category] + within]
    quantity = 1 + rng.poisson(0.35, size=len(who))
    basket = rng.lognormal(0.25, BASKET_SPREAD, size=len(who)) * (1 + BASKETS_GROW * week / WEEKS)
    return Orders(
        who=who,
        minute=week * WEEK_MINUTES + minutes(rng, online, until),
        online=online,
        product=product,
        quantity=quantity,
        amount=np.round(PRICE[product] * quantity * basket, 2),
    )


def visits(rng: np.random.Generator, people: People, bought: Orders, until: date) -> Moments:
    """Draw visits to the web shop: one before each order there, and many without one."""
    rate = VISITS_A_WEEK * np.outer(
        people.web * (0.4 + 0.6 * people.activity), seasons.trade(until) ** 0.5
    )
    rate[np.arange(WEEKS) < people.joined[:, None]] = 0
    who, week = spread(rng.poisson(rate))
    idle = week * WEEK_MINUTES + minutes(rng, np.ones(len(who), bool), until)
    buyers = bought.who[bought.online]
    before = bought.minute[bought.online] - rng.integers(2, 45, size=len(buyers))
    return Moments(np.concatenate([who, buyers]), np.concatenate([idle, np.maximum(before, 0)]))


def returns(rng: np.random.Generator, bought: Orders) -> tuple[Ints, Ints]:
    """Draw returned orders: their rows and the minutes, 3 to 21 days later."""
    row = np.flatnonzero(rng.random(len(bought.who)) < RETURNED)
    minute = bought.minute[row] + rng.integers(3, 21, size=len(row)) * DAY_MINUTES
    inside = minute < END
    return row[inside], minute[inside]


def cases(rng: np.random.Generator, bought: Orders) -> Cases:
    """Draw calls about orders, complaints among them, 1 to 10 days later."""
    luck = rng.random(len(bought.who))
    complained = luck < np.interp(bought.minute, (0, END), COMPLAINED)
    row = np.flatnonzero(complained | (luck > 1 - ASKED))
    minute = bought.minute[row] + rng.integers(1, 10, size=len(row)) * DAY_MINUTES
    topic = rng.integers(len(TOPICS), size=len(row))
    inside = minute < END
    row, topic = row[inside], topic[inside]
    return Cases(bought.who[row], minute[inside], row, complained[row], topic)


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Return the row and the column of each counted thing."""
    row, column = np.nonzero(counts)
    times = counts[row, column]
    return np.repeat(row, times), np.repeat(column, times)


def minutes(rng: np.random.Generator, online: Bools, until: date) -> Ints:
    """Draw a minute of the week: shops trade from 8:30 to 19:30, the web until midnight."""
    day = rng.choice(seasons.DAYS, size=len(online), p=seasons.day_shares(until))
    evening = rng.beta(4, 2, size=len(online)) * (DAY_MINUTES - 1)
    open_hours = 510 + rng.random(len(online)) * 660
    minute: Ints = np.where(online, evening, open_hours).astype(int)
    return day * DAY_MINUTES + minute
