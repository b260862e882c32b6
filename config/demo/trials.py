"""Who is in which arm of an initiative's test, and what the treatment does to their orders."""

from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from config.demo import truth
from config.demo.names import TOWNS
from config.demo.people import Bools, People
from config.demo.seasons import WEEKS, Floats, Ints
from config.demo.truth import Initiative

YEAR, HALF_YEAR, GOLD_ORDERS = 52, 26, 3
NORTH = np.array([town.north for town in TOWNS])
TOWN_NAMES = [town.name for town in TOWNS]


class Trial(NamedTuple):
    """One initiative's test in a chunk of people; one value per person.

    Attributes:
        initiative: as logged, with its truth.
        assigned: in the test, in either arm.
        treated: those of the assigned who get the treatment.
        reported: those of the assigned whose row reached the assignments file.

    """

    initiative: Initiative
    assigned: Bools
    treated: Bools
    reported: Bools

    @property
    def weeks(self) -> slice:
        """The weeks of the history in which it runs."""
        return slice(WEEKS + self.initiative.starts, min(WEEKS, WEEKS + self.initiative.ends))


def run(
    rng: np.random.Generator, people: People, rate: Floats, seed: int
) -> tuple[Ints, list[Trial]]:
    """Draw orders per person and week under every initiative that has started.

    `rate` holds the orders to be expected without any. A good treatment adds orders at the
    treated customers' own rate, a harmful one prevents some of theirs; an audience depends on
    the weeks before the start only.
    """
    rate, counts, trials = rate.copy(), rng.poisson(rate), []
    for initiative in truth.INITIATIVES:
        if initiative.starts >= 0:
            continue
        trial = _assigned(initiative, people, counts, seed)
        trials.append(trial)
        effect = initiative.order_effect
        cells = np.ix_(trial.treated, np.arange(WEEKS)[trial.weeks])
        if effect > 0:
            counts[cells] += rng.poisson(rate[cells] * effect)
        elif effect < 0:
            counts[cells] = rng.binomial(counts[cells], 1 + effect)
        rate[cells] *= 1 + effect
    return counts, trials


def held_out(number: Ints, initiative: Initiative, seed: int) -> Bools:
    """Return who is kept out: a keyed hash of the person's number below the holdout's share.

    SplitMix64 (Steele, Lea and Flood, 2014) of the number, offset by a hash of seed and key, so
    that the draws of two initiatives are independent of each other.
    """
    digest = blake2b(initiative.key.encode(), digest_size=8, key=str(seed).encode()).digest()
    mixed = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed += np.uint64(int.from_bytes(digest))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return mixed / 2.0**64 < initiative.holdout_share


def _assigned(initiative: Initiative, people: People, counts: Ints, seed: int) -> Trial:
    start = WEEKS + initiative.starts
    audience = AUDIENCES[initiative.key](people, counts[:, :start])
    assigned = audience & (people.joined <= start)
    treated = assigned & ~held_out(people.number, initiative, seed)
    lost = np.zeros(len(treated), bool)
    if initiative.lost_town:
        lost = treated & (people.town == TOWN_NAMES.index(initiative.lost_town))
    return Trial(initiative, assigned, treated, assigned & ~lost)


def _bought(before: Ints, weeks: int, least: int = 1) -> Bools:
    return before[:, -weeks:].sum(axis=1) >= least


AUDIENCES: dict[str, Callable[[People, Ints], Bools]] = {
    truth.GOLD.key: lambda people, before: people.contactable & _bought(before, YEAR, GOLD_ORDERS),
    truth.BULB.key: lambda people, before: people.contactable & _bought(before, YEAR),
    truth.WEATHER.key: lambda people, _: people.web,
    truth.TILL_PROMPT.key: lambda people, _: people.tills,
    truth.PAINT.key: lambda people, before: people.web & _bought(before, HALF_YEAR),
    truth.BASKET.key: lambda people, _: people.web & people.contactable,
    truth.WIFI.key: lambda people, _: people.tills & people.contactable & NORTH[people.town],
    truth.WINTER.key: lambda people, _: people.contactable & NORTH[people.town],
}
"""Initiative: who is in its test, given the people and their orders per week before the start."""
