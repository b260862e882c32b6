"""Naming stores that somebody chose, further measures and a cap: by form, file and program."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from campaigns.actions.initiatives import (
    CapUnfitError,
    MeasureTwiceError,
    PlacesUnfitError,
    log_initiative,
)
from campaigns.actions.plans import lock_plan
from campaigns.forms import InitiativeForm
from campaigns.models import Initiative
from campaigns.queries.initiatives import plan_of
from campaigns.queries.rules import sheet_says
from strategy.models import Department, Person, Role
from tests.factories.campaigns import (
    AT,
    DepartmentFactory,
    InitiativeFactory,
    fields,
    measure,
)
from tests.factories.strategy import person
from tests.forms import answers
from tests.programs import program, said_of_initiative

pytestmark = pytest.mark.django_db
CHOSEN = {"holdout": "0", "no_holdout_reason": "Chosen by hand.", "unit": "store"}


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create()


@pytest.fixture
def head(department: Department) -> Person:
    return person(Role.HEAD, department)


def test_a_form_takes_places_one_a_line(department: Department) -> None:
    typed = answers(**CHOSEN, places=" Leeds \n\nYork\nLeeds")

    form = InitiativeForm(typed, departments=[department])

    assert form.is_valid(), form.errors
    assert form.said()["places"] == ["Leeds", "York"]
    assert form.facts(None).places == 2
    shown = InitiativeForm(initial={"places": ["Leeds", "York"]}, departments=[department])
    assert "Leeds\nYork" in str(shown["places"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "store"}, "Chance decides who gets it. Leave the places out, or set the"),
        (CHOSEN | {"unit": "customer"}, "Places are named where the unit is a store or a region."),
        (CHOSEN | {"places": "x" * 81}, "Use 80 letters at most; “xxx"),
    ],
)
def test_places_that_do_not_fit_say_why(
    department: Department, changes: dict[str, Any], message: str
) -> None:
    form = InitiativeForm(answers(**{"places": "Leeds"} | changes), departments=[department])

    assert list(form.errors) == ["places"]
    assert str(form.errors["places"][0]).startswith(message)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"places": ["Leeds"]}, PlacesUnfitError),
        ({"cap": Decimal(500)}, CapUnfitError),
    ],
)
def test_the_action_refuses_what_does_not_fit(
    head: Person, department: Department, said: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        log_initiative(by=head, at=AT, **fields(department, **said))

    assert not Initiative.objects.exists()


def test_a_measure_is_named_once(head: Person, department: Department) -> None:
    twice = fields(department, further_measures=[measure("conversion_rate")])

    with pytest.raises(MeasureTwiceError, match="“Conversion rate” is named as a success measure"):
        log_initiative(by=head, at=AT, **twice)


def test_the_database_keeps_places_from_chance() -> None:
    with pytest.raises(IntegrityError, match="initiative_places_without_chance"):
        InitiativeFactory.create(places=["Leeds"])


def test_a_plan_keeps_them_and_its_page_says_so(head: Person, department: Department) -> None:
    agreed = InitiativeFactory.create(
        status="agreed",
        department=department,
        unit="store",
        holdout_share=Decimal(0),
        no_holdout_reason="Chosen by hand.",
        places=["Leeds", "York"],
        success_measure=measure("revenue_per_customer"),
        cap=Decimal(500),
    )
    agreed.further_measures.set([measure("visit_rate")])

    plan = lock_plan(initiative=agreed, by=head, at=AT)

    assert (plan.places, plan.cap, plan.unit) == (["Leeds", "York"], Decimal(500), "store")
    facts = {fact.term: fact.text for fact in plan_of(agreed).facts}
    assert (
        facts["Holdout"] == "None by chance: Leeds and York beside the others, evidence D at best"
    )
    assert facts["Shown capped at"] == "£500.00"
    assert facts["Success measure, too"] == "Visit rate"
    assert sheet_says(agreed, date(2026, 11, 2)).holdout == (
        "The chosen places are compared with the others, so the evidence is D at best."
    )


def test_a_program_names_them_and_reads_them_back() -> None:
    client = program(Role.HEAD)
    said = said_of_initiative(
        unit="store",
        places=["Leeds"],
        holdout_share=0,
        no_holdout_reason="Chosen by hand.",
        success_measure=measure("revenue_per_customer").pk,
        further_measures=[measure("visit_rate").pk],
        cap="500.00",
    )

    answer = client.post("/api/v1/initiatives", said, format="json")

    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["unit"], told["places"], told["cap"]) == ("store", ["Leeds"], "500.00")
    assert told["further_measures"] == [measure("visit_rate").pk]
    refused = client.post("/api/v1/initiatives", said | {"unit": "customer"}, format="json")
    assert refused.status_code == 409
    made = Initiative.objects.get(pk=told["id"])
    Initiative.objects.filter(pk=made.pk).update(status="agreed")
    lock_plan(initiative=made, by=made.owner, at=timezone.now())
    (plan,) = client.get(f"/api/v1/plans?initiative={made.pk}").json()["results"]
    assert (plan["places"], plan["further_measures"]) == (["Leeds"], ["visit_rate"])
