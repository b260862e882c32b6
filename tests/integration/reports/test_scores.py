"""Audiences and reports score the same customers alike."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from campaigns.audience.fields import SCORES
from campaigns.audience.members import scores
from campaigns.audience.traits import LAST_ORDERED
from campaigns.models import TraitState
from campaigns.queries.columns import columns
from customers.models import Rate
from reports.measures.rfm import rfm
from reports.queries.engine import database
from tests.factories.audiences import NOW, bought, freshened, people

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_customer_has_the_scores_of_the_report() -> None:
    today = timezone.localdate(NOW)
    rng = np.random.default_rng(29)
    everybody = people(23)
    source = everybody[0].source
    for back in range(0, 400, 5):
        Rate.objects.create(
            source=source, quoted_on=today - back * DAY, base="GBP", currency="SEK", rate=13
        )
    for person in everybody:
        for days in rng.integers(0, 380, rng.integers(0, 9)).tolist():
            kind = str(rng.choice(["order", "order", "order_line"]))
            currency = str(rng.choice(["GBP", "SEK", "USD"]))
            amount = None if days % 7 == 0 else Decimal(int(rng.integers(1, 9_000))) / 100
            said = {"currency": "", "amount": None} if amount is None else {
                "currency": currency, "amount": amount
            }  # fmt: skip
            bought(person, NOW - days * DAY, kind=kind, **said)
    for days in (364, 365):
        bought(everybody[0], NOW - days * DAY)
    bought(everybody[1], NOW, kind="order")
    bought(everybody[1], NOW, kind="order")

    freshened()

    known = columns([LAST_ORDERED, *SCORES.values()])
    cuts = TraitState.objects.get().cuts
    here = [scores(known[of], known[LAST_ORDERED], cuts[one], today) for one, of in SCORES.items()]
    rows = database().execute(lambda facts: rfm(facts, on=today + DAY)).to_pylist()
    theirs = {row["customer_id"]: (row["r"], row["f"], row["m"]) for row in rows}
    assert len(theirs) > 15
    assert {
        who: tuple(int(of[who]) for of in here) for who in np.flatnonzero(here[0]).tolist()
    } == theirs
