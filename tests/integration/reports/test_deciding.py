"""What becomes of an initiative after its verdict: asked for, recorded, and asked for no more."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Decision, Initiative
from reports.models import Result
from strategy.models import Role
from tests.factories.campaigns import InitiativeFactory
from tests.factories.reports import TODAY, SignIn, judged
from tests.factories.strategy import person
from tests.programs import program

pytestmark = pytest.mark.django_db
STOP = {"choice": "stop", "reason": "It drives people away."}


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in(person(Role.EXECUTIVE, name="Dana Okafor"))


def decide(client: Client, initiative: Initiative, **changes: str) -> None:
    answer = client.post(f"/initiatives/{initiative.pk}/decide/", STOP | changes)
    assert answer.status_code == 302


def test_a_decision_is_asked_for_recorded_and_asked_for_no_more(client: Client) -> None:
    ended = TODAY - timedelta(days=1)
    initiative = judged(
        "hollow",
        status="ended",
        name="Basket rescue",
        ends_on=ended,
        starts_on=ended - timedelta(9),
    )
    assertContains(client.get("/"), "Decide on Basket rescue")
    assertContains(client.get(f"/initiatives/{initiative.pk}/"), "Record the decision")

    decide(client, initiative)

    assertNotContains(client.get("/"), "Decide on Basket rescue")
    page = client.get(f"/initiatives/{initiative.pk}/")
    assertContains(page, "Decided on Mon 23 Nov: stop it.")
    assertContains(page, "Reason: It drives people away.")
    assertContains(page, "Decided: stop it. Reason: It drives people away.")  # the history


def test_another_verdict_asks_again(client: Client) -> None:
    initiative = judged("hollow", name="Basket rescue")
    decide(client, initiative, choice="keep")
    Result.objects.update(verdict="harm")

    assertContains(client.get("/"), "Decide on Basket rescue")
    assertContains(client.get(f"/initiatives/{initiative.pk}/"), "Decide.")


@pytest.mark.parametrize(
    ("verdict", "status", "answer"),
    [
        ("hollow", "live", "Decide."),
        ("win", "ended", "Decide."),
        ("win", "live", "It runs until"),
        ("none", "ended", "Nothing. It has ended."),
        ("hold", "ended", "Import the whole file again"),
    ],
)
def test_the_page_says_what_is_next(client: Client, verdict: str, status: str, answer: str) -> None:
    assertContains(client.get(f"/initiatives/{judged(verdict, status=status).pk}/"), answer)


def test_others_are_told_who_decides(reader: Client) -> None:
    page = reader.get(f"/initiatives/{judged('harm').pk}/")

    assertContains(page, "The head of Marketing or an executive decides.")
    assertNotContains(page, "Record the decision")


@pytest.mark.parametrize("verdict", ["hold", "none"])
def test_without_a_verdict_there_is_nothing_to_decide(client: Client, verdict: str) -> None:
    decide(client, judged(verdict))
    decide(client, InitiativeFactory.create(status="live"))

    assert not Decision.objects.exists()


def test_a_decision_needs_a_choice_and_a_reason_and_stays(client: Client) -> None:
    initiative = judged("harm")
    decide(client, initiative, choice="")
    decide(client, initiative, reason=" ")
    assert not Decision.objects.exists()

    decide(client, initiative)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Decision.objects.update(reason="Nicer.")


def test_a_program_decides_in_answer_to_the_newest_verdict() -> None:
    initiative = judged("hollow", name="Basket rescue")
    executive = program(person(Role.EXECUTIVE, name="Dana Okafor"))

    made = executive.post("/api/v1/decisions", {"initiative": initiative.key, **STOP}, "json")

    assert made.status_code == 201
    told = made.json()
    assert (told["verdict"], told["choice"], told["decided_by"]) == (
        "hollow",
        "stop",
        "Dana Okafor",
    )
    listed = executive.get(f"/api/v1/decisions?initiative={initiative.key}&choice=stop").json()
    assert listed["results"] == [told]


def test_without_a_verdict_a_program_is_told_so() -> None:
    initiative = InitiativeFactory.create(status="live")

    answer = program(Role.EXECUTIVE).post(
        "/api/v1/decisions", {"initiative": initiative.key, **STOP}, "json"
    )

    assert answer.status_code == 409
    assert answer.json()["detail"] == "There is no verdict to decide on yet."
