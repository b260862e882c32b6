"""What the form says of a draft's power holds in tests that are made up by chance."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from campaigns.queries.answers import Answer, Draft, answers_of
from reports.evidence.verdict import WIN_ALPHA
from reports.evidence.welch import Group, welch
from reports.models import Reading
from reports.queries.power import QUESTION
from tests.factories.audiences import NOW, freshened, people
from tests.factories.campaigns import measure

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
CUSTOMERS, VISITORS, BUYERS = 50, 20, 5


def draft(**said: Any) -> Draft:
    facts: dict[str, Any] = dict.fromkeys(Draft._fields) | {
        "success_measure": measure("conversion_rate"),
        "smallest_effect": Decimal("0.1"),
        "unit": "customer",
        "holdout_share": Decimal("0.5"),
        "guardrails": (),
        "further_measures": (),
        "starts_on": date(2026, 11, 30),
        "ends_on": date(2026, 12, 14),
    }
    return Draft(**(facts | said))


def said_of(one: Draft) -> Answer | None:
    return {answer.question: answer for answer in answers_of(one, NOW)}.get(QUESTION)


@pytest.fixture
def _company() -> None:
    """Have fifty customers, of whom twenty came in the last week and five of those bought."""
    people(CUSTOMERS)
    freshened()
    Reading.objects.create(
        measure=measure("conversion_rate"),
        span=Reading.Span.WEEK,
        starts_on=date(2026, 11, 16),
        ends_on=TODAY,
        numerator=BUYERS,
        denominator=VISITORS,
        value=BUYERS / VISITORS,
        as_of=NOW,
    )


def shown(customers: int, share: float, effect: float) -> float:
    """Return the share of 4,000 tests of so many customers, half held out, that show the effect."""
    rng = np.random.default_rng(52)
    n = customers // 2
    treated, holdout = (rng.binomial(n, share * (1 + lift), 4000) / n for lift in (effect, 0.0))
    one, zero = (Group(mean, mean * (1 - mean) * n / (n - 1), n) for mean in (treated, holdout))
    tests = welch(one, zero)
    return float(((tests.effect > 0) & (tests.p / 2 < WIN_ALPHA)).mean())


@pytest.mark.usefixtures("_company")
def test_as_many_customers_as_it_says_show_the_effect_four_times_in_five() -> None:
    answer = said_of(draft())

    assert answer is not None
    assert "From 10.0% of all 50 customers, 16 to 22 November" in answer.note
    said = int(re.sub(",", "", answer.note.split(" ")[0]))
    assert shown(said, BUYERS / CUSTOMERS, 0.1) == pytest.approx(0.8, abs=0.03)


@pytest.mark.usefixtures("_company")
def test_the_planned_customers_are_held_against_those_needed() -> None:
    few, many = (said_of(draft(planned_customers=count)) for count in (1_000, 2_000_000))

    assert few is not None
    assert many is not None
    assert (few.word, many.word) == ("Too few customers", "Yes")


@pytest.mark.usefixtures("_company")
def test_without_a_holdout_nothing_is_asked() -> None:
    assert said_of(draft(holdout_share=Decimal(0))) is None


def test_without_a_reading_or_customers_it_is_not_known() -> None:
    unread = said_of(draft())
    Reading.objects.create(
        measure=measure("conversion_rate"),
        span=Reading.Span.WEEK,
        starts_on=date(2026, 11, 16),
        ends_on=TODAY,
        numerator=1,
        denominator=2,
        value=0.5,
        as_of=NOW,
    )
    uncounted = said_of(draft())

    assert unread is not None
    assert uncounted is not None
    assert unread.sentence == "Not known: the measure has no reading yet."
    assert uncounted.sentence == "Not known: customers are not counted yet."
