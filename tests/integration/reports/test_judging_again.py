"""When an initiative is judged again, and what stays of the judgement before."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Initiative
from reports.actions.refresh import refresh
from reports.actions.results import judge_initiative
from reports.models import Outcome, Result
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import SourceFactory
from tests.factories.trials import ENDS_ON, STARTS_ON, assigned, do, launched
from tests.integration.conftest import NOW, Bring

pytestmark = pytest.mark.django_db


def test_judging_again_replaces_and_costs_the_same_for_many_people() -> None:
    initiative = launched()
    costs = []
    for _ in range(3):
        do(assigned(initiative, "treated", 30)[:9], "order")
        assigned(initiative, "holdout", 30)
        with CaptureQueriesContext(connection) as queries:
            judge_initiative(initiative, at=NOW)
        costs.append(len(queries))

    assert costs[1] == costs[2] <= 23
    assert Result.objects.count() == 1
    assert Outcome.objects.filter(part="success").count() == 1


def test_a_refresh_judges_what_it_touches_and_nothing_else(bring: Bring) -> None:
    touched = launched(key="touched")
    fields: dict[str, Any] = {"starts_on": date(2026, 10, 5), "ends_on": date(2026, 10, 19)}
    untouched = launched(key="untouched", **fields)
    InitiativeFactory.create(key="draft", starts_on=STARTS_ON, ends_on=ENDS_ON)
    Initiative.objects.update(is_stale=False)
    bring(SourceFactory.create(), "event,external_id,at\nvisit,A,2026-11-08T12:00Z\n")

    told = refresh(progress=SimpleNamespace(step=""), at=NOW)

    assert told["initiatives"] == 1
    assert set(Result.objects.values_list("initiative", flat=True)) == {touched.pk}
    everything = refresh(progress=SimpleNamespace(step=""), at=NOW, everything=True)
    assert everything["initiatives"] == 2
    assert untouched.pk in Result.objects.values_list("initiative", flat=True)
    assert not Initiative.objects.exclude(status="draft").filter(is_stale=True).exists()


def test_linking_people_of_a_test_has_it_judged_again(bring: Bring) -> None:
    """Also where they did nothing while it ran: who is in which arm has changed."""
    initiative = launched(key="lights")
    here, there = SourceFactory.create(), SourceFactory.create()
    header = "initiative,external_id,arm,at\n"
    bring(here, f"{header}lights,A,treated,2026-10-28\n")
    bring(there, f"{header}lights,X,holdout,2026-10-28\n")
    refresh(progress=SimpleNamespace(step=""), at=NOW)
    assert outcome_counts(initiative) == (1, 1)

    for source, name in ((here, "A"), (there, "X")):
        bring(source, f"external_id,email\n{name},ada@example.org\n")
    refresh(progress=SimpleNamespace(step=""), at=NOW)

    assert outcome_counts(initiative) == (0, 0)


def outcome_counts(initiative: Initiative) -> tuple[int, int]:
    found = Outcome.objects.filter(result__initiative=initiative, part="success").first()
    return (found.treated_count, found.holdout_count) if found else (0, 0)
