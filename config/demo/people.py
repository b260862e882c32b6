"""Who the customers are, and how each department's system has them on its books.

A person may stand in several sources under different ids. What links the records is an e-mail
address or a loyalty card, which some records lack and some spell differently.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from config.demo.names import FAMILY, GIVEN, STREETS, TOWNS
from config.demo.seasons import WEEKS, Floats, Ints

type Bools = npt.NDArray[np.bool_]
type Texts = npt.NDArray[np.str_]

WEB, TILLS, MAIL, DESK = "web-shop", "tills", "mail", "service-desk"

NUMBER_RANGE = 10**9
SCRAMBLE = {
    WEB: (387_420_489, 104_729, "W"),
    TILLS: (282_475_249, 611_953, "T"),
    MAIL: (815_730_721, 15_485, "m"),
    DESK: (594_823_321, 7_919, "S"),
}
"""Source: (factor without 2 and 5, offset, prefix) of its own numbering of people."""

CARD = (410_338_673, 31_337, "6335")

HAS_WEB, HAS_TILLS = 0.65, 0.70
HAS_MAIL, SIGNED_UP_IN_STORE = 0.64, 0.80
MAIL_CONSENT, CONSENT_MISSING = 0.93, 0.03
TEXTS_TOO, OFFERS_TOO = 0.6, 0.8
CARD_TYPED, EMAIL_AT_TILL, CARD_IN_MAIL = 0.65, 0.60, 0.75
EMAIL_AT_DESK, CARD_AT_DESK = 0.75, 0.45
SHARED_EMAIL = 0.01
TEST_RECORDS = 20
PLACEHOLDER = "test@test.com"
PHONE_EVERY, PHONES = 16, 1000
"""One person in sixteen gives a phone, until Ofcom's drama range 07700 900000 to 900999 ends."""
TYPED_OTHERWISE = 0.08
NEW_CUSTOMERS = 0.25
TOLD = (0.6, 0.28, 0.12)
"""Shares of people who were never asked, and of the two answers, at the till."""


class People(NamedTuple):
    """A chunk of people, one row each.

    Attributes:
        number: the person's number, from 0, over all chunks.
        given, family, email, address, postcode: as the person would spell them; email in small
            letters, shared by some couples.
        town: index into TOWNS.
        born_year: 1936 to 2006.
        phone: the last six digits of a number in the drama range, or "".
        activity: how often the person shops relative to the average (mean 1).
        joined: week from which the person is a customer; 0 for those who were there before.
        web, tills, mail: has a record in that source.
        online: share of the person's orders that are made in the web shop.
        asked: agreed to marketing by e-mail when joining: "yes", "no" or "" (never asked).

    """

    number: Ints
    given: Texts
    family: Texts
    email: Texts
    address: Texts
    postcode: Texts
    town: Ints
    born_year: Ints
    phone: Texts
    activity: Floats
    joined: Ints
    web: Bools
    tills: Bools
    mail: Bools
    online: Floats
    asked: Texts

    @property
    def contactable(self) -> Bools:
        """On the mailing list with consent at the beginning."""
        agreed: Bools = self.asked == "yes"
        return self.mail & agreed


def draw(rng: np.random.Generator, first: int, count: int) -> People:
    """Draw `count` people whose numbers begin at `first`."""
    number = np.arange(first, first + count)
    given = np.array(GIVEN)[rng.integers(len(GIVEN), size=count)]
    family = np.array(FAMILY)[rng.integers(len(FAMILY), size=count)]
    town = rng.integers(len(TOWNS), size=count)
    house = rng.integers(1, 200, size=count)
    street = rng.integers(len(STREETS), size=count)
    inward = rng.integers(100, 1000, size=count)
    couple = np.flatnonzero((rng.random(count) < SHARED_EMAIL) & (number > first))
    for column in (family, town, house, street, inward):
        column[couple] = column[couple - 1]
    tail = np.strings.add(".", number.astype(np.str_))
    email = np.strings.lower(_join(given, ".", family, tail, "@example."))
    email = np.strings.add(email, np.where(number % 3 == 0, "com", "org"))
    email[couple] = email[couple - 1]
    areas = np.array([place.area for place in TOWNS])[town]
    letters = np.array(list("ABDEFGHJLN"))[inward % 10]
    web = rng.random(count) < HAS_WEB
    tills = (rng.random(count) < HAS_TILLS) | ~web
    mail = (rng.random(count) < HAS_MAIL) & (web | (rng.random(count) < SIGNED_UP_IN_STORE))
    answer = rng.random(count)
    return People(
        number=number,
        given=given,
        family=family,
        email=email,
        address=_join(house.astype(np.str_), " ", np.array(STREETS)[street]),
        postcode=_join(
            areas,
            (house % 19 + 1).astype(np.str_),
            " ",
            (inward // 100).astype(np.str_),
            letters,
            np.array(list("XYZTUW"))[inward % 6],
        ),
        town=town,
        born_year=rng.integers(1936, 2007, size=count),
        phone=np.where(
            (number % PHONE_EVERY == 0) & (number // PHONE_EVERY < PHONES),
            (900_000 + number // PHONE_EVERY).astype(np.str_),
            "",
        ),
        activity=rng.gamma(0.9, 1 / 0.9, size=count),
        joined=np.where(
            rng.random(count) < NEW_CUSTOMERS, rng.integers(0, WEEKS - 4, size=count), 0
        ),
        web=web,
        tills=tills,
        mail=mail,
        online=np.where(~tills, 1.0, np.where(~web, 0.0, rng.beta(2, 2, size=count))),
        asked=np.where(
            answer < MAIL_CONSENT,
            "yes",
            np.where(answer < MAIL_CONSENT + CONSENT_MISSING, "", "no"),
        ),
    )


def external_ids(people: People, source: str) -> pa.Array:
    """Return each person's id in a source, whether or not they have a record there."""
    return pa.array(_numbered(people.number, *SCRAMBLE[source]))


def web_records(people: People, rng: np.random.Generator) -> pa.Table:
    """Return the web shop's accounts: e-mail always, the loyalty card where it was typed in."""
    who = np.flatnonzero(people.web)
    chosen, email = _taken(people, who), people.email[who]
    test = np.flatnonzero(chosen.number < TEST_RECORDS * 2)[:TEST_RECORDS]
    card = _sometimes(rng, _cards(chosen.number), people.tills[who], CARD_TYPED)
    email = _typed(rng, email)
    email[test], card[test] = PLACEHOLDER, ""
    return pa.table(
        {
            "customer_id": external_ids(chosen, WEB),
            "email": email,
            "first_name": chosen.given,
            "last_name": chosen.family,
            "address_1": chosen.address,
            "town": _towns(chosen),
            "postcode": chosen.postcode,
            "mobile": np.where(chosen.phone == "", "", np.strings.add("07700 ", chosen.phone)),
            "card": np.where(card == "", "", _spaced(card)),
            "newsletter": np.where(
                chosen.asked == "", "", np.where(chosen.asked == "yes", "Y", "N")
            ),
        }
    )


def card_records(
    people: People, rng: np.random.Generator, later: np.random.Generator, until: date
) -> pa.Table:
    """Return the loyalty scheme's members: the card always, an e-mail from most.

    What they told at the till of receipts and light, and when, is drawn from `later`.
    """
    who = np.flatnonzero(people.tills)
    chosen = _taken(people, who)
    days = _digits(chosen.number % 28 + 1, 2)
    months = _digits(chosen.number // 28 % 12 + 1, 2)
    email = _sometimes(rng, chosen.email, np.ones(len(who), bool), EMAIL_AT_TILL)
    return pa.table(
        {
            "member": external_ids(chosen, TILLS),
            "card_no": _cards(chosen.number),
            "name": _join(chosen.given, " ", chosen.family),
            "date_of_birth": _join(days, "/", months, "/", chosen.born_year.astype(np.str_)),
            "e_mail": _typed(rng, email),
            "tel": np.where(chosen.phone == "", "", np.strings.add("+447700", chosen.phone)),
            "home_store": _towns(chosen),
            "postcode": np.strings.replace(people.postcode, " ", "")[who],
            "receipts": later.choice(np.array(["", "on paper", "by email"]), len(who), p=TOLD),
            "light": later.choice(np.array(["", "warm", "cool"]), len(who), p=TOLD),
            "letters": later.choice(np.array(["", "yes", "no"]), len(who), p=TOLD),
            "changed": _days(people.joined[who], later, until),
        }
    )


def _days(joined: Ints, rng: np.random.Generator, until: date) -> pa.Array:
    """Return a day since each joined, as the tills write it."""
    age = (rng.random(len(joined)) * (WEEKS - joined) * 7).astype(int) + 1
    day = np.datetime64(until, "D") - age
    return pc.strftime(pa.array(day), format="%d/%m/%Y")


def subscriber_records(people: People, left: Bools, rng: np.random.Generator) -> pa.Table:
    """Return the mail platform's subscribers; `left` marks who has opted out since."""
    who = np.flatnonzero(people.mail)
    chosen = _taken(people, who)
    texts = np.where(rng.random(len(who)) < TEXTS_TOO, chosen.asked, "no")
    return pa.table(
        {
            "id": external_ids(chosen, MAIL),
            "email_address": _typed(rng, chosen.email),
            "first": chosen.given,
            "last": chosen.family,
            "loyalty": _sometimes(rng, _cards(chosen.number), chosen.tills, CARD_IN_MAIL),
            "email_marketing": np.where(left[who], "no", chosen.asked),
            "text_marketing": np.where(left[who], "no", texts),
            "personal_offers": np.where(rng.random(len(who)) < OFFERS_TOO, chosen.asked, ""),
        }
    )


def desk_records(people: People, known: Bools, rng: np.random.Generator) -> pa.Table:
    """Return those who have called the service desk (`known`): an e-mail, a card or neither."""
    who = np.flatnonzero(known)
    chosen, everyone = _taken(people, who), np.ones(len(who), bool)
    return pa.table(
        {
            "caller": external_ids(chosen, DESK),
            "name": _join(chosen.given, " ", chosen.family),
            "email": _typed(rng, _sometimes(rng, chosen.email, everyone, EMAIL_AT_DESK)),
            "loyalty_card": _sometimes(rng, _cards(chosen.number), chosen.tills, CARD_AT_DESK),
        }
    )


def _taken(people: People, who: Ints) -> People:
    return People._make(column[who] for column in people)


def _numbered(number: Ints, factor: int, offset: int, prefix: str) -> Texts:
    """Return a one-to-one, scattered nine-digit numbering behind a prefix."""
    scattered = (number * factor + offset) % NUMBER_RANGE
    return np.strings.add(prefix, _digits(scattered, 9))


def _digits(number: Ints, width: int) -> Texts:
    """Return numbers of at most `width` digits with leading zeros."""
    return np.strings.slice((number + 10**width).astype(np.str_), 1, width + 1)


def _cards(number: Ints) -> Texts:
    return _numbered(number, *CARD)


def _spaced(card: Texts) -> Texts:
    """Return thirteen digits as people type them: 6335 123 456 789."""
    parts = [
        np.strings.slice(card, start, stop) for start, stop in ((0, 4), (4, 7), (7, 10), (10, 13))
    ]
    return _join(parts[0], " ", parts[1], " ", parts[2], " ", parts[3])


def _towns(people: People) -> Texts:
    return np.array([place.name for place in TOWNS])[people.town]


def _sometimes(rng: np.random.Generator, values: Texts, who: Bools, share: float) -> Texts:
    return np.where(who & (rng.random(len(values)) < share), values, "")


def _typed(rng: np.random.Generator, email: Texts) -> Texts:
    """Return addresses as typed: some in capitals, some with a space behind."""
    luck = rng.random(len(email))
    capitals = np.where(luck < TYPED_OTHERWISE / 2, np.strings.upper(email), email)
    spaced = (luck >= TYPED_OTHERWISE / 2) & (luck < TYPED_OTHERWISE) & (email != "")
    return np.where(spaced, np.strings.add(capitals, " "), capitals)


def _join(*parts: Texts | str) -> Texts:
    joined = parts[0]
    for part in parts[1:]:
        joined = np.strings.add(joined, part)
    return np.asarray(joined)
