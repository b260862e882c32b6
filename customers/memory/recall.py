"""What comes to mind about a customer: last seen, due again, goes with it, something new."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from customers.memory.due import Rhythm, rhythm
from customers.memory.happenings import BOUGHT, CASES, Happening

SEEN = BOUGHT | CASES | {"visit", "view", "return", "store_visit", "survey_answer"}
"""What a customer does; what we do to them is not being seen."""

CASE_OPEN = timedelta(days=14)
"""Sources tell when a case began and not when it was closed: after this it is not raised again."""

NEW_LEAST_LIFT = 1.0


class Case(NamedTuple):
    """A complaint or a question that nobody is known to have answered."""

    at: datetime
    is_complaint: bool
    about: str
    order_id: str


class Due(NamedTuple):
    """A product with its rhythm, and how many pieces were usual."""

    product: str
    category: str
    quantity: int
    rhythm: Rhythm


class Pair(NamedTuple):
    """What people who buy one thing buy as well; `share` of `people`, `lift` times as often."""

    what: str
    goes_with: str
    people: int
    share: float
    lift: float


class Place(NamedTuple):
    """Where somebody buys, and on how many days."""

    name: str
    days: int


class Recall(NamedTuple):
    """All of it; None and empty where nothing is known."""

    last_seen: list[Happening]
    cases: list[Case]
    due: list[Due]
    bought_count: int
    places: list[Place]
    products: frozenset[str]
    categories: list[str]

    @property
    def subjects(self) -> list[str]:
        """Products worth asking what goes with them: the one due first, then the last bought."""
        last = [each.product for each in self.last_seen if each.kind in BOUGHT and each.product]
        return list(dict.fromkeys([*(each.product for each in self.due[:1]), *last]))


def recall(happened: Iterable[Happening], now: datetime) -> Recall:
    """Recall a customer from their events, in any order; days are those of `now`'s time zone."""
    events = sorted((one for one in happened if one.at <= now), key=lambda one: (one.at, one.pk))
    bought = [one for one in events if one.kind in BOUGHT]
    categories = Counter(one.category for one in bought if one.category)
    return Recall(
        last_seen=_last_seen(events),
        cases=open_cases(events, now),
        due=due(bought, now),
        bought_count=len({_day(one, now) for one in bought}),
        places=_places(bought, now),
        products=frozenset(one.product for one in bought if one.product),
        categories=[category for category, _ in categories.most_common()],
    )


def open_cases(events: Sequence[Happening], now: datetime) -> list[Case]:
    """Return cases of the last 14 days without an answer, complaints first, then the oldest.

    A case counts as answered once the same system sent something that serves the customer.
    `events` are in order of time.
    """
    answered = {one.source: one.at for one in events if one.kind == "contact" and one.transactional}
    found = [
        Case(one.at, one.kind == "complaint", one.thing, one.order_id)
        for one in events
        if one.kind in CASES
        and one.at > now - CASE_OPEN
        and (one.source not in answered or answered[one.source] < one.at)
    ]
    return sorted(found, key=lambda case: (not case.is_complaint, case.at))


def due(bought: Iterable[Happening], now: datetime) -> list[Due]:
    """Return what is due again about today, the earliest first."""
    of_product: dict[str, list[Happening]] = defaultdict(list)
    for one in bought:
        if one.product:
            of_product[one.product].append(one)
    found = []
    for product, lines in of_product.items():
        regular = rhythm(_day(one, now) for one in lines)
        if regular is not None and regular.is_due(now.date()):
            sizes = sorted(one.quantity or 1 for one in lines)
            usual = sizes[(len(sizes) - 1) // 2]
            found.append(Due(product, lines[-1].category, usual, regular))
    return sorted(found, key=lambda one: (one.rhythm.due_on, one.product))


def companions(pairs: Iterable[Pair], known: Recall, most: int = 2) -> list[Pair]:
    """Return what goes with the first subject that has something not bought yet, best first."""
    found = [pair for pair in pairs if pair.goes_with not in known.products]
    for subject in known.subjects:
        fitting = [pair for pair in found if pair.what == subject]
        if fitting:
            return sorted(fitting, key=lambda pair: (-pair.share, pair.goes_with))[:most]
    return []


def something_new(pairs: Iterable[Pair], own: Collection[str]) -> Pair | None:
    """Return the category nobody of theirs has bought in that most people alike do.

    `pairs` are of categories; only those that people alike buy more often than others count.
    """
    found = [
        pair
        for pair in pairs
        if pair.what in own and pair.goes_with not in own and pair.lift > NEW_LEAST_LIFT
    ]
    return max(found, key=lambda pair: (pair.share * pair.lift, pair.goes_with), default=None)


def _last_seen(events: Sequence[Happening]) -> list[Happening]:
    """Return the last thing that the customer did, with all that was bought in one basket."""
    last = next((one for one in reversed(events) if one.kind in SEEN), None)
    if last is None or last.kind not in BOUGHT:
        return [last] if last else []
    return [
        one
        for one in events
        if one.kind in BOUGHT and (one.source, one.at) == (last.source, last.at)
    ]


def _places(bought: Iterable[Happening], now: datetime) -> list[Place]:
    days: dict[str, set[date]] = defaultdict(set)
    for one in bought:
        days[one.store or one.source].add(_day(one, now))
    places = [Place(name, len(on)) for name, on in days.items()]
    return sorted(places, key=lambda place: (-place.days, place.name))


def _day(one: Happening, now: datetime) -> date:
    return one.at.astimezone(now.tzinfo).date()
