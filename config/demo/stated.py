"""What others state of the demo retailer's initiatives, on slides and in letters."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from campaigns.models import Initiative
from config.demo import company, truth
from customers.actions import work as ledger
from reports.actions.claims import give_answer, record_claim
from reports.models import Claim
from strategy.models import Measure, Person


class Stated(NamedTuple):
    """An uplift of an initiative's success measure, over `[starts, ends)` in days before the end.

    `uplift` is relative, 0.29 for +29%.
    """

    initiative: str
    uplift: float
    starts: int
    ends: int
    baseline: str
    source: str


STATED = (
    Stated(
        *(truth.BASKET.key, 0.29, 42, 28, Claim.Baseline.PREVIOUS),
        "Mail agency, slide 7 of the autumn review",
    ),
    Stated(
        *(truth.WEATHER.key, 0.12, 133, 98, Claim.Baseline.MONTH),
        "Supplier’s case study, page 2",
    ),
)


def state(*, until: date, at: datetime) -> None:
    """Record what is stated, and hold it against the data, here and now."""
    for one in STATED:
        initiative = Initiative.objects.get(key=one.initiative)
        measure = Measure.objects.get(pk=initiative.success_measure_id)
        claim = record_claim(
            uplift=one.uplift,
            measure=measure,
            initiative=initiative,
            starts_on=until - timedelta(days=one.starts),
            ends_on=until - timedelta(days=one.ends),
            baseline=one.baseline,
            source=one.source,
            by=Person.objects.get(email=company.EXECUTIVE),
            at=at,
        )
        ledger.see_through(give_answer(claim, at=at), clock=timezone.now)
