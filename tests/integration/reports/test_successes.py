"""Several success measures in one plan: judged together, each p adjusted for all of them."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Initiative, Plan
from reports.models import Outcome
from reports.queries.evidence import evidence_of
from tests.factories.campaigns import measure
from tests.factories.trials import assigned, do, judged, launched

pytestmark = pytest.mark.django_db


def naming_two() -> Initiative:
    """Launch it for conversion and visits; 20 of 60 more buy, and 2 of 60 more visit."""
    initiative = launched()
    Plan.objects.get(initiative=initiative).further_measures.set([measure("visit_rate")])
    for arm, buyers, visitors in (("treated", 30, 30), ("holdout", 10, 28)):
        records = assigned(initiative, arm, 60)
        do(records[:buyers], "order")
        do(records[:visitors], "visit")
        do(records, "contact")
    return initiative


def test_each_success_measure_has_a_row_with_its_adjusted_p() -> None:
    result = judged(naming_two())

    leading, further = result.outcomes.filter(part=Outcome.Part.SUCCESS)
    assert (leading.measure.key, further.measure.key) == ("conversion_rate", "visit_rate")
    assert leading.p is not None
    assert further.p is not None
    assert leading.p_adjusted == pytest.approx(2 * leading.p / 2)
    assert further.p_adjusted == pytest.approx(further.p / 2)
    assert (leading.status, further.status) == ("shown", "open")
    assert result.checks.get(key="measure").sentence == (
        "The plan names Conversion rate and Visit rate, and so does this result."
    )


def test_a_page_says_that_p_is_adjusted(reader: Client) -> None:
    initiative = naming_two()
    judged(initiative)

    page = reader.get(reverse("initiative", args=[initiative.pk]))
    found = evidence_of(initiative.pk, [])

    assertContains(page, "All success measures, judged together")
    assertContains(page, "p is adjusted for the two success measures (Holm)")
    assert found is not None
    assert [(row.name, row.p, row.word) for row in found.successes.rows] == [
        ("Conversion rate", "below 0.1%", "Shown better"),
        ("Visit rate", "35.9%", "Not shown"),
    ]


def test_one_success_measure_needs_no_table(reader: Client) -> None:
    initiative = launched()
    do(assigned(initiative, "treated", 4)[:2], "order")
    do(assigned(initiative, "holdout", 4)[:1], "order")
    judged(initiative)

    page = reader.get(reverse("initiative", args=[initiative.pk]))

    assertNotContains(page, "judged together")


def test_brought_measures_are_each_adjusted_by_what_bears_their_name() -> None:
    initiative = launched()
    Plan.objects.get(initiative=initiative).further_measures.set([measure("visit_rate")])
    for arm, did in (("treated", (1, 0, 1, 1)), ("holdout", (0, 0, 1, 1))):
        for place, value in enumerate(did):
            told = {"conversion_rate": place, "history": 5 - place}
            brought = {"conversion_rate": value, "visit_rate": 1 - value}
            assigned(initiative, arm, 1, outcomes=brought, covariates=told)

    leading, further = judged(initiative).outcomes.filter(part=Outcome.Part.SUCCESS)

    assert leading.adjusted_by == "“conversion_rate” of the assignments"
    assert further.adjusted_by == "“conversion_rate” of the assignments"
    assert leading.cuped is not None
    assert further.cuped is not None
