"""What is sent twice under one key is done once, and answered as the first time."""

import json
from datetime import timedelta

import pytest

from campaigns.models import Initiative
from strategy.actions.kept_answers import forget_answers
from strategy.models import AuditEntry, GoalCheckIn, KeptAnswer, Role
from tests.factories.campaigns import GoalFactory
from tests.programs import head, program, said_of_initiative
from tests.threads import at_once

pytestmark = pytest.mark.django_db
KEYED = {"Idempotency-Key": "one"}


def test_the_same_key_does_it_once_and_is_answered_to_the_letter() -> None:
    said = said_of_initiative()
    client = head()

    first, again = (
        client.post("/api/v1/initiatives", said, format="json", headers=KEYED) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Initiative.objects.filter(name="Lights by text").count() == 1
    assert AuditEntry.objects.filter(act="initiative.log").count() == 1


def test_the_same_key_with_another_body_is_a_conflict() -> None:
    said = said_of_initiative()
    client = head()
    client.post("/api/v1/initiatives", said, format="json", headers=KEYED)

    answer = client.post(
        "/api/v1/initiatives", said | {"name": "Another"}, format="json", headers=KEYED
    )

    assert answer.status_code == 409
    assert not Initiative.objects.filter(name="Another").exists()


def test_what_was_refused_may_be_mended_under_its_key() -> None:
    said = said_of_initiative()
    client = head()

    refused = client.post(
        "/api/v1/initiatives", said | {"mode": "loud"}, format="json", headers=KEYED
    )
    mended = client.post("/api/v1/initiatives", said, format="json", headers=KEYED)

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_the_key_of_one_program_is_nothing_to_another() -> None:
    said = said_of_initiative()

    answers = [
        head().post("/api/v1/initiatives", said, format="json", headers=KEYED).json()
        for _ in range(2)
    ]

    assert answers[0]["id"] != answers[1]["id"]


def test_answers_are_forgotten_after_a_day() -> None:
    goal = GoalFactory.create()
    client = program(Role.ANALYST)
    said = {"goal": goal.key, "note": "Seen."}
    client.post("/api/v1/check-ins", said, format="json", headers=KEYED)
    kept = KeptAnswer.objects.get()

    assert forget_answers(at=kept.at + timedelta(hours=24)) == 0
    assert forget_answers(at=kept.at + timedelta(hours=24, seconds=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_does_it_once() -> None:
    goal = GoalFactory.create()
    client = program(Role.ANALYST)

    def send() -> bytes:
        said = {"goal": goal.key, "note": "Once."}
        answer: bytes = client.post("/api/v1/check-ins", said, format="json", headers=KEYED).content
        return answer

    answers = at_once(*[send] * 4)

    assert len(set(answers)) == 1
    assert GoalCheckIn.objects.count() == 1
    assert json.loads(answers[0])["note"] == "Once."
