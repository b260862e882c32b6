"""Who lives there: households of people with names, birth days, addresses and what they carry."""

import datetime as dt
from typing import NamedTuple

import numpy as np

from config.demo.names import TOWNS
from config.retail.hazards import Ints, Rates, Texts
from config.retail.names import FAMILY, FEMALE, MALE, NICKNAMES, STREETS

SIZES = (0.35, 0.35, 0.15, 0.12, 0.03)
"""Shares of households of 1, 2, … people."""
FIRST_BORN, LAST_BORN = 1938, 1988
CHILD_BY = 2008
PEOPLE_PER_STREET = 40
SAME_NAME = 0.7
"""Share of couples with one family name."""
KIOSK_PER, CASHIER_PER = 8_000, 2_000
"""People per kiosk and per cashier."""


class Population(NamedTuple):
    """People, one row each; texts as they would spell them.

    Attributes:
        household: number of the household; its people stand together.
        given, family, born: name and birth day (year, month, day in three rows).
        nickname, former_family: what else they are called on some records; "" for nothing.
        address, town, postcode: the present one.
        former: address, town and postcode of before, "" for those who have not moved.
        email, phone, card, token, device, account: what they identify themselves by.
        kiosks, cashier_cards: the devices and cards of the stores, not of people.

    """

    household: Ints
    given: Texts
    family: Texts
    born: Ints
    nickname: Texts
    former_family: Texts
    address: Texts
    town: Texts
    postcode: Texts
    former: tuple[Texts, Texts, Texts]
    email: Texts
    phone: Texts
    card: Texts
    token: Texts
    device: Texts
    account: Texts
    kiosks: Texts
    cashier_cards: Texts


def draw(rng: np.random.Generator, count: int, rates: Rates) -> Population:
    """Draw `count` people."""
    household, place, first = _households(rng, count)
    adult = place < 2  # noqa: PLR2004  the first two of a household are its couple
    female = rng.random(count) < 0.5  # noqa: PLR2004  half
    female[place == 1] = ~female[first[place == 1]]
    given = np.where(female, _zipf(rng, FEMALE, count), _zipf(rng, MALE, count))
    family = _zipf(rng, FAMILY, count)
    shared = (place > 1) | ((place == 1) & (rng.random(count) < SAME_NAME))
    family[shared] = family[first[shared]]
    born = _birth_days(rng, place, first)
    third, fourth = _pair(place, 2, 3)
    twin = rng.random(len(third)) < rates.twins
    born[:, fourth[twin]] = born[:, third[twin]]
    child = np.flatnonzero(place == 2)  # noqa: PLR2004  the first after the couple
    child = child[rng.random(len(child)) < rates.namesake]
    given[child] = given[first[child]]

    address, town, postcode = _addresses(rng, int(household[-1]) + 1, count)
    former = _addresses(rng, int(household[-1]) + 1, count)
    moved = rng.random(count) < rates.moved
    married = female & adult & (rng.random(count) < rates.married * 4)
    nicknamed = rng.random(count) < rates.nickname
    email = _emails(rng, given, family, born[0])
    phone = np.array([f"071{n:08d}" for n in _scattered(rng, count, 8)], object)
    token = np.array([f"tok_{n:012d}" for n in _scattered(rng, count, 12)], object)
    shares = (place > 0) & (rng.random(count) < rates.shared_email)
    email[shares] = email[first[shares]]
    joint = (place > 0) & (rng.random(count) < rates.joint_token)
    token[joint] = token[first[joint]]
    recycled = np.flatnonzero(rng.random(count) < rates.recycled_phone)
    phone[recycled] = phone[rng.integers(0, count, len(recycled))]
    return Population(
        household,
        given,
        family,
        born,
        np.array([NICKNAMES.get(name, "") for name in given], object) * nicknamed,
        _zipf(rng, FAMILY, count) * married,
        address[household],
        town[household],
        postcode[household],
        (former[0][household] * moved, former[1][household] * moved, former[2][household] * moved),
        email,
        phone,
        np.array([f"6335{n:09d}" for n in _scattered(rng, count, 9)], object),
        token,
        _devices(rng, count),
        np.array([f"W{n:09d}" for n in _scattered(rng, count, 9)], object),
        _devices(rng, count // KIOSK_PER + 1),
        np.array([f"6339{n:09d}" for n in range(count // CASHIER_PER + 1)], object),
    )


def _households(rng: np.random.Generator, count: int) -> tuple[Ints, Ints, Ints]:
    """Return for each person the household, the place in it and the first person of it."""
    sizes = rng.choice(len(SIZES), size=count, p=SIZES) + 1
    household = np.repeat(np.arange(count), sizes)[:count]
    _, starts, numbers = np.unique(household, return_index=True, return_inverse=True)
    first = starts[numbers]
    return numbers, np.arange(count) - first, first


def _pair(place: Ints, one: int, other: int) -> tuple[Ints, Ints]:
    """Return where the people with these two places of one household stand."""
    others = np.flatnonzero(place == other)
    return others - (other - one), others


def _birth_days(rng: np.random.Generator, place: Ints, first: Ints) -> Ints:
    base = rng.integers(FIRST_BORN, LAST_BORN, len(place))[first]
    couple = base + np.where(place == 1, rng.integers(-5, 6, len(place)), 0)
    child = np.minimum(base + rng.integers(20, 36, len(place)), CHILD_BY)
    year = np.where(place > 1, child, couple)
    return np.stack([year, rng.integers(1, 13, len(place)), rng.integers(1, 29, len(place))])


def _zipf(rng: np.random.Generator, names: tuple[str, ...], count: int) -> Texts:
    """Draw names, the first more often: a weight of 1 / (rank + 20)."""
    weight = 1 / (np.arange(len(names)) + 20)
    return np.array(names, object)[rng.choice(len(names), count, p=weight / weight.sum())]


def _addresses(
    rng: np.random.Generator, households: int, people: int
) -> tuple[Texts, Texts, Texts]:
    """Return address, town and postcode of as many households, in streets of one postcode each."""
    streets = people // PEOPLE_PER_STREET + 1
    town = rng.integers(len(TOWNS), size=streets)
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"), object)
    codes = rng.integers(0, (40, 10, 20, 20), size=(streets, 4))
    postcode = np.array(
        [
            f"{TOWNS[place].area}{district + 1} {sector}{letters[one]}{letters[two]}"
            for place, (district, sector, one, two) in zip(town, codes.tolist(), strict=True)
        ],
        object,
    )
    name = np.array(STREETS, object)[rng.integers(len(STREETS), size=streets)]
    street = rng.integers(streets, size=households)
    house = rng.integers(1, 120, size=households).astype(str).astype(object)
    where = np.array([place.name for place in TOWNS], object)[town]
    return house + " " + name[street], where[street], postcode[street]


def _emails(rng: np.random.Generator, given: Texts, family: Texts, year: Ints) -> Texts:
    """Return an address of their own for everybody, mostly made of the name."""
    style = rng.random(len(given))
    found: list[str] = []
    taken: set[str] = set()
    for number, (first, last, born, luck) in enumerate(
        zip(given, family, year.tolist(), style.tolist(), strict=True)
    ):
        one, two = _plain(first), _plain(last)
        local = f"{one}.{two}" if luck < 0.5 else f"{one[0]}{two}{born % 100:02d}"  # noqa: PLR2004  half of them
        if luck > 0.85:  # noqa: PLR2004  says nothing of the name
            local = f"{['sunny', 'happy', 'garden', 'red', 'blue'][number % 5]}{number}"
        address = f"{local}@example.{('com', 'org', 'net')[number % 3]}"
        if address in taken:
            address = f"{local}{number}@example.com"
        taken.add(address)
        found.append(address)
    return np.array(found, object)


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("łüíë", "luie", "’"))


def _scattered(rng: np.random.Generator, count: int, digits: int) -> list[int]:
    """Return as many different numbers of so many digits."""
    step = 10**digits // count
    found: list[int] = (rng.permutation(count) * step + rng.integers(0, step, count)).tolist()
    return found


def _devices(rng: np.random.Generator, count: int) -> Texts:
    """Return locally administered MAC addresses."""
    texts = [f"{n:010x}" for n in _scattered(rng, count, 12)]
    return np.array([f"02:{t[:2]}:{t[2:4]}:{t[4:6]}:{t[6:8]}:{t[8:]}" for t in texts], object)


def day_texts(born: Ints) -> Texts:
    """Return ISO 8601 days; a month that no year has, after a typing error, is the twelfth."""
    year, month, day = born
    days = [
        dt.date(y, min(m, 12), min(d, 28)).isoformat()
        for y, m, d in zip(year.tolist(), month.tolist(), day.tolist(), strict=True)
    ]
    return np.array(days, object)
