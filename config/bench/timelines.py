"""The timelines of the customer's card, over as many events as there are."""

import random
from collections.abc import Iterator, Sequence
from functools import partial

from django.db import connection

from config.bench.figures import Figure
from config.bench.questions import in_turn
from customers.queries.timeline import page_of
from reports.queries.card import GROUPS

FIRST = 200
ASKED = 100
"""Customers of each kind."""

LONGEST_SECONDS = 0.05
PLACES = {"thousands of events": 0.00005, "hundreds": 0.002, "a few": 0.5}
"""Where such customers begin, as a share of all: the eldest do most of what happens."""


def measure(source_id: int, seed: int) -> Iterator[Figure]:
    """Ask for the first 200 events of customers, all and by each of the card's filters.

    Nobody is asked about twice by the same filter.
    """
    rng = random.Random(seed)  # noqa: S311  a measurement, not a secret
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), count(*) FROM customers_record WHERE source_id = %s", [source_id]
        )
        eldest, people = cursor.fetchone()
    for what, share in PLACES.items():
        begin = eldest + int(people * share)
        yield _asked(f"timelines, {what}", range(begin, min(begin + ASKED, eldest + people)), rng)


def _asked(what: str, records: Sequence[int], rng: random.Random) -> Figure:
    filters = [None, *(kinds for _, kinds in GROUPS.values())]
    questions = [
        partial(page_of, [record], kinds=kinds, count=FIRST)
        for record in records
        for kinds in filters
    ]
    rng.shuffle(questions)
    return in_turn(what, questions, longest_goal=LONGEST_SECONDS)
