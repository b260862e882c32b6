"""What all resources have in common: tokens, roles, and problems told as problems."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from strategy.actions.api_tokens import make_token, revoke_token
from strategy.models import Role
from tests.factories.campaigns import GoalFactory
from tests.factories.strategy import person
from tests.programs import head, program

pytestmark = pytest.mark.django_db


def test_without_a_token_nobody_is_told_anything() -> None:
    answer = APIClient().get("/api/v1/departments")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_revoked_token_and_one_of_somebody_who_left_are_good_for_nothing() -> None:
    analyst = person(Role.ANALYST)
    client = program(analyst)
    assert client.get("/api/v1/departments").status_code == 200

    analyst.is_active = False
    analyst.save()
    assert client.get("/api/v1/departments").status_code == 401
    analyst.is_active = True
    analyst.save()
    revoke_token(token=analyst.api_tokens.get(), by=analyst, at=timezone.now())
    assert client.get("/api/v1/departments").status_code == 401


def test_a_token_may_do_what_its_roles_may_and_no_more() -> None:
    both = person(Role.ANALYST)
    both.memberships.create(role=Role.EXECUTIVE)
    text = make_token(
        person=both, name="Reader", roles=[Role.EXECUTIVE], by=both, at=timezone.now()
    )
    client = APIClient(headers={"Authorization": f"Bearer {text}"})

    assert client.get("/api/v1/imports").status_code == 200
    answer = client.post("/api/v1/imports", {})
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Only analysts and admins may import files."


def test_who_is_signed_in_needs_no_token_but_proves_a_post() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.HEAD))

    assert client.get("/api/v1/departments").status_code == 200
    answer = client.post("/api/v1/check-ins", {}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/nothing/", 404),
        ("get", "/api/v1/goals/unknown", 404),
        ("get", "/api/v1/goals?cursor=nonsense", 404),
        ("get", "/api/v1/goals?cursor=cD1hYmM%3D", 404),
        ("get", "/api/v1/goals?limit=0", 422),
        ("get", "/api/v1/goals?owner=me", 422),
        ("delete", "/api/v1/goals", 405),
        ("post", "/api/v1/check-ins", 422),
    ],
)
def test_every_refusal_is_a_problem(method: str, address: str, status: int) -> None:
    answer = getattr(head(), method)(address)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]


def test_bodies_and_answers_of_other_kinds_are_problems() -> None:
    client = head()

    assert client.get("/api/v1/goals", headers={"Accept": "text/csv"}).status_code == 406
    answer = client.post(
        "/api/v1/check-ins", "a=b", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
    answer = client.post("/api/v1/check-ins", "{", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    answer = client.post(
        "/api/v1/check-ins", b" " * (4 * 1024**2 + 1), content_type="application/json"
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_a_key_that_no_text_can_be_is_nobodys() -> None:
    said = {"goal": "a\0b", "note": "On its way."}

    answer = head().post("/api/v1/check-ins", said, format="json")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/goal"


def test_a_fault_of_ours_is_a_problem_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.api.check_ins.check_in", lambda **_said: 1 / 0)
    client = head()
    client.raise_request_exception = False
    goal = GoalFactory.create()

    answer = client.post("/api/v1/check-ins", {"goal": goal.key, "note": "So."}, format="json")

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")


def test_too_much_at_once_says_when_to_come_again(settings: Settings) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    client = head()

    statuses = [client.get("/api/v1/departments").status_code for _ in range(3)]
    answer = client.get("/api/v1/departments")

    assert statuses == [200, 200, 429]
    assert answer["Content-Type"] == "application/problem+json"
    assert int(answer["Retry-After"]) > 0
