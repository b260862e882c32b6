"""What else lies in the basket: things that go together, and what a household needs again.

Lines are added to orders that were drawn before, from a random stream of their own, so that no
order, amount or moment depends on them.
"""

from typing import NamedTuple

import numpy as np

from config.demo.names import PRODUCTS
from config.demo.seasons import DAY_MINUTES, Ints
from config.demo.trading import Orders

TOGETHER = {
    "GU10 warm white bulb, 4 pack": ("Smoke alarm battery", 0.22),
    "Brass table lamp": ("LED bulb E27, 6 pack", 0.46),
    "Linen lamp shade": ("LED bulb E27, 6 pack", 0.33),
    "Smoke alarm battery": ("AA batteries, 8 pack", 0.24),
    "Matt emulsion 5 l, Chalk": ("Brush and roller set", 0.48),
    "Matt emulsion 2.5 l, Moss": ("Brush and roller set", 0.41),
    "Paint tester": ("Matt emulsion 2.5 l, Moss", 0.27),
    "Compost 50 l": ("Bedding plants, tray of 12", 0.44),
    "Cordless drill": ("Screwdriver set", 0.31),
    "Shelf unit, five tier": ("Spirit level 60 cm", 0.26),
    "Bedside table": ("Brass table lamp", 0.21),
    "Cotton duvet cover, double": ("Pillow pair", 0.37),
    "Artificial tree 180 cm": ("Fairy lights 20 m", 0.52),
    "Oil-filled radiator": ("Draught excluder", 0.34),
}
"""A product, what is put beside it, and how often."""

STAPLES = (
    "GU10 warm white bulb, 4 pack",
    "LED bulb E27, 6 pack",
    "AA batteries, 8 pack",
    "AAA batteries, 12 pack",
    "Compost 50 l",
)
EVERY_WEEKS = range(4, 27)
WITHIN = 0.22
"""A staple is bought with the order nearest to when it is needed, if that is within this share."""

LEAST_TIMES = 4


class Lines(NamedTuple):
    """Further lines of orders: `order` is a row of Orders, `product` an index into PRODUCTS."""

    order: Ints
    product: Ints
    quantity: Ints


def lines(rng: np.random.Generator, bought: Orders) -> Lines:
    """Draw the further lines of a chunk's orders, at most one of a product in each."""
    order, product = (
        np.concatenate(pair) for pair in zip(_beside(rng, bought), _again(rng, bought), strict=True)
    )
    fresh = product != bought.product[order]
    _, first = np.unique(order * len(PRODUCTS) + product, return_index=True)
    kept = np.sort(first[fresh[first]])
    return Lines(order[kept], product[kept], 1 + rng.poisson(0.15, size=len(kept)))


def _beside(rng: np.random.Generator, bought: Orders) -> tuple[Ints, Ints]:
    """Return orders with what is put beside what they are of."""
    names = [product.name for product in PRODUCTS]
    other = np.zeros(len(PRODUCTS), dtype=np.int64)
    chance = np.zeros(len(PRODUCTS))
    for name, (beside, share) in TOGETHER.items():
        other[names.index(name)], chance[names.index(name)] = names.index(beside), share
    order = np.flatnonzero(rng.random(len(bought.who)) < chance[bought.product])
    return order, other[bought.product[order]]


def _again(rng: np.random.Generator, bought: Orders) -> tuple[Ints, Ints]:
    """Return orders with the staple of whoever comes often enough to keep its rhythm."""
    names = [product.name for product in PRODUCTS]
    staples = np.array([names.index(name) for name in STAPLES])
    by_person = np.lexsort((bought.minute, bought.who))
    starts = np.flatnonzero(np.diff(bought.who[by_person], prepend=-1))
    chosen: list[tuple[Ints, int]] = []
    for rows in np.split(by_person, starts[1:]):
        if len(rows) < LEAST_TIMES:
            continue
        staple = int(rng.choice(staples))
        kept = max(
            (_kept_up(bought.minute[rows], weeks * 7 * DAY_MINUTES) for weeks in EVERY_WEEKS),
            key=len,
        )
        if len(kept) >= LEAST_TIMES:
            chosen.append((rows[kept], staple))
    if not chosen:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    order = np.concatenate([rows for rows, _ in chosen])
    return order, np.repeat([staple for _, staple in chosen], [len(rows) for rows, _ in chosen])


def _kept_up(minutes: Ints, every: int) -> Ints:
    """Return the places of the longest run of orders at that distance, looking back from the last.

    `minutes` ascend.
    """
    kept = [len(minutes) - 1]
    while True:
        wanted = minutes[kept[-1]] - every
        nearest = int(np.argmin(np.abs(minutes - wanted)))
        if nearest >= kept[-1] or abs(minutes[nearest] - wanted) > WITHIN * every:
            return np.array(kept[::-1])
        kept.append(nearest)
