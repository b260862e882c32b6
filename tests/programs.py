"""Programs that ask the API with a token of their own."""

from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from strategy.actions.api_tokens import make_token, roles_of
from strategy.models import Department, Goal, Person, Role
from tests.factories.campaigns import InitiativeFactory, measure
from tests.factories.strategy import person


def token(of: Person, name: str = "Sender") -> str:
    """Make a token in all roles of a person."""
    return make_token(person=of, name=name, roles=roles_of(of), by=of, at=timezone.now())


def program(of: Person | Role, department: Department | None = None) -> APIClient:
    """Return a client that shows a token of a person, or of somebody in a role."""
    who = of if isinstance(of, Person) else person(of, department)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token(who)}")
    return client


def check(client: APIClient, customers: list[Any], **asked: Any) -> list[dict[str, Any]]:
    """Ask about marketing by mail, unless told otherwise; return the answers."""
    said = {"channel": "email", "purpose": "marketing", "customers": customers} | asked
    answer = client.post("/api/v1/contact-checks", said, format="json")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["checks"]
    return found


def said_of_initiative(**changes: Any) -> dict[str, Any]:
    """Return what a program sends of a sound initiative."""
    InitiativeFactory.create()
    return {
        "name": "Lights by text",
        "notice": "A text with 15% off",
        "department": "marketing",
        "goals": [Goal.objects.latest("pk").key],
        "uses": ["group"],
        "mode": "passive",
        "channel": "text",
        "audience": "Gold tier",
        "holdout_share": 0.1,
        "success_measure": measure("conversion_rate").pk,
        "guardrails": ["opt_outs"],
        "smallest_effect": 0.05,
        "starts_on": "2026-11-09",
        "ends_on": "2026-12-07",
    } | changes


def head() -> APIClient:
    return program(Role.HEAD)
