"""Initiatives by the API: changed as drafts, moved through their life, refused with the reason."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from campaigns.models import Initiative
from strategy.models import AuditEntry, Measure, Role, Rule
from tests.factories.audiences import asked, version
from tests.factories.campaigns import (
    DepartmentFactory,
    InitiativeFactory,
    fields,
    plan,
    sheet,
)
from tests.factories.strategy import person
from tests.programs import program

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> APIClient:
    return program(Role.HEAD, DepartmentFactory.create())


def address(initiative: Initiative, step: str = "") -> str:
    return f"/api/v1/initiatives/{initiative.pk}{f'/{step}' if step else ''}"


def patch(client: APIClient, initiative: Initiative, **said: Any) -> Any:
    return client.patch(address(initiative), said, format="json")


def test_one_answer_is_changed_and_the_others_stay(head: APIClient) -> None:
    draft = InitiativeFactory.create(
        purpose="service", unit="household", planned_customers=900, cost=Decimal("12.50")
    )
    goal = draft.goals.get()

    told = patch(head, draft, name="Lamps by text").json()

    assert (told["name"], told["purpose"], told["unit"]) == (
        "Lamps by text",
        "service",
        "household",
    )
    assert (told["planned_customers"], told["cost"], told["goals"]) == (900, "12.50", [goal.key])
    entry = AuditEntry.objects.get(act="initiative.change")
    assert entry.sentence == "Changed: name."


def test_what_the_plan_and_the_cost_are_made_of(head: APIClient) -> None:
    draft = InitiativeFactory.create()
    said = {
        "purpose": "service",
        "unit": "store",
        "planned_customers": 20_000,
        "planned_reads": 4,
        "cost": "1250.00",
    }

    told = patch(head, draft, **said).json()

    assert {name: told[name] for name in said} == said


def test_a_program_logs_all_that_a_form_does(head: APIClient) -> None:
    chosen = version(asked())
    said = fields(DepartmentFactory.create(), audience_version=chosen, unit="household", cost=40)
    keys = {
        "department": "marketing",
        "goals": [goal.key for goal in said["goals"]],
        "success_measure": said["success_measure"].pk,
        "guardrails": [],
        "audience_version": chosen.pk,
    }

    made = head.post("/api/v1/initiatives", {**said, **keys}, format="json")

    logged = Initiative.objects.get(pk=made.json()["id"])
    assert (logged.audience_version, logged.unit) == (chosen, "household")
    assert logged.cost == Decimal(40)


@pytest.mark.parametrize(
    ("said", "pointer", "sentence"),
    [
        ({"holdout_share": 0}, "no_holdout_reason", "Say why nobody can be held out."),
        ({"holdout_share": 0.0004}, "no_holdout_reason", "Say why nobody can be held out."),
        ({"unit": "none"}, "unit", "Say what is held out by chance, or set the holdout to 0."),
        (
            {"ends_on": "2026-11-09"},
            "ends_on",
            "The last day is before the first. Choose a later one.",
        ),
        (
            {"ends_on": "2037-11-09"},
            "ends_on",
            "It would run for more than ten years. Choose an earlier last day.",
        ),
        ({"name": "Lights \u202etext"}, "name", "right-to-left override"),
        ({"cost": "-1"}, "cost", "greater than or equal to 0"),
        ({"planned_reads": 0}, "planned_reads", "greater than or equal to 1"),
        ({"planned_customers": 0}, "planned_customers", "greater than or equal to 1"),
        ({"starts_on": "1999-12-31"}, "starts_on", "2000-01-01"),
    ],
)
def test_what_the_form_refuses_is_refused_with_a_pointer(
    head: APIClient, said: dict[str, Any], pointer: str, sentence: str
) -> None:
    answer = patch(head, InitiativeFactory.create(starts_on=date(2026, 11, 9)), **said)

    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == f"#/{pointer}"
    assert sentence in fault["detail"]


def test_old_versions_of_measures_and_audiences_are_not_taken_anew(head: APIClient) -> None:
    first = version(asked())
    draft = InitiativeFactory.create(audience_version=first)
    old = draft.success_measure
    new = Measure.objects.get(pk=old.pk)
    new.pk, new.version = None, old.version + 1
    new.save()
    second = first.audience.versions.create(
        version=2, definition=first.definition, says="All.", made_at=first.made_at,
        made_by=first.made_by,
    )  # fmt: skip

    assert patch(head, draft, success_measure=old.pk).status_code == 422
    assert patch(head, draft, audience_version=first.pk).status_code == 200  # it has it already
    assert patch(head, draft, audience_version=second.pk).status_code == 200
    assert patch(head, draft, audience_version=first.pk).status_code == 422
    assert patch(head, draft, audience_version=None).json()["audience_version"] is None


@pytest.mark.parametrize("status", ["proposed", "agreed", "live", "paused", "ended", "reviewed"])
def test_what_is_no_draft_is_a_conflict(head: APIClient, status: str) -> None:
    answer = patch(head, InitiativeFactory.create(status=status), name="Lamps")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("role", "status"),
    [("head", 200), ("member", 200), ("executive", 403), ("analyst", 403), ("admin", 403)],
)
@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_who_may_change_a_draft(method: str, role: str, status: int) -> None:
    draft = InitiativeFactory.create()
    department = draft.department if role in {"head", "member"} else None
    client = program(Role(role), department)
    told = client.get(address(draft)).json()

    answer = getattr(client, method)(address(draft), told, format="json")

    assert answer.status_code == (204 if status == 200 and method == "delete" else status)


def test_a_draft_cannot_be_given_to_a_department_of_others(head: APIClient) -> None:
    DepartmentFactory.create(key="stores")

    answer = patch(head, InitiativeFactory.create(), department="stores")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Only people of Stores may log its initiatives."


def test_a_whole_life(head: APIClient) -> None:
    sheet()
    today = timezone.localdate()
    initiative = InitiativeFactory.create(starts_on=today)

    def take(step: str, **said: Any) -> str:
        answer = head.post(address(initiative, step), said, format="json")
        assert answer.status_code == 200, answer.content
        status: str = answer.json()["status"]
        return status

    assert take("propose") == "agreed"
    assert take("launch") == "live"
    assert take("pause", reason="No stock.") == "paused"
    assert take("resume") == "live"
    assert take("end", reason="The window is over.") == "ended"


@pytest.mark.parametrize(
    ("status", "step", "reason"),
    [
        ("draft", "pause", "It is not live."),
        ("live", "resume", "It is live; there is nothing to resume."),
        ("live", "propose", "It is agreed already."),
        ("ended", "end", "It has ended already."),
    ],
)
def test_a_step_out_of_turn_says_why(head: APIClient, status: str, step: str, reason: str) -> None:
    initiative = InitiativeFactory.create(status=status)

    answer = head.post(address(initiative, step), {"reason": "So."}, format="json")

    assert (answer.status_code, answer.json()["detail"]) == (409, reason)


def test_rules_that_are_broken_are_the_reason(head: APIClient) -> None:
    sheet()
    draft = InitiativeFactory.create(holdout_share=0)

    answer = head.post(address(draft, "propose"))

    assert answer.status_code == 409
    assert "holdout" in answer.json()["detail"].lower()


def test_a_promised_plan_is_changed_within_sound_days(head: APIClient) -> None:
    live = InitiativeFactory.create(status="live")
    plan(live)
    said = {
        "ends_on": "2100-01-01",
        "smallest_effect": 0.05,
        "planned_customers": 900,
        "planned_reads": 1,
        "guardrails": [],
        "reason": "Snow.",
    }

    answer = head.post(address(live, "amend"), said, format="json")

    assert answer.json()["errors"][0]["pointer"] == "#/ends_on"


def test_who_is_not_signed_in_changes_nothing() -> None:
    draft = InitiativeFactory.create(owner=person(Role.HEAD))

    assert patch(APIClient(), draft, name="Lamps").status_code == 401


def test_a_waiver_names_who_answers_for_it(head: APIClient) -> None:
    sheet()
    draft = InitiativeFactory.create(holdout_share=0)
    mei = person(Role.MEMBER, email="mei@example.org")
    said = {
        "rule": Rule.objects.get(check_key="holdout_or_reason").pk,
        "reason": "Nobody can be held out.",
        "ends_on": str(timezone.localdate() + timedelta(days=9)),
        "owner": mei.email,
    }

    assert head.post(address(draft, "waive"), said, format="json").status_code == 200
    assert draft.waivers.get().owner == mei
    unknown = head.post(address(draft, "waive"), said | {"owner": "no@example.org"}, format="json")
    assert unknown.json()["errors"][0]["pointer"] == "#/owner"
