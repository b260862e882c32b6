"""What all resources have in common: signing in, pages, problems, and sending twice."""

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from campaigns.models import Assignment, Decision, Delivery, Initiative, Plan
from strategy.actions.api_tokens import make_token, revoke_token
from strategy.actions.check_ins import check_in
from strategy.actions.kept_answers import forget_answers
from strategy.models import AuditEntry, Goal, GoalCheckIn, KeptAnswer, Role
from tests.factories.audiences import version
from tests.factories.campaigns import GoalFactory, InitiativeFactory, measure, sheet
from tests.factories.customers import AT, ImportFactory, RecordFactory
from tests.factories.reports import TODAY, WEEK, reading, result
from tests.factories.strategy import DepartmentFactory, person, published_sheet
from tests.programs import program

pytestmark = pytest.mark.django_db
KEYED = {"Idempotency-Key": "one"}


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


def test_pages_lead_on_and_miss_nothing() -> None:
    made = GoalFactory.create_batch(5)
    client = head()
    found: list[str] = []
    address = "/api/v1/goals?limit=2"
    while address:
        page = client.get(address).json()
        found += [goal["key"] for goal in page["results"]]
        GoalFactory.create()  # what comes meanwhile moves nothing
        address = page["next"]

    assert found == [goal.key for goal in reversed(made)]


MAKES: dict[str, Callable[[int], object]] = {
    "departments": lambda _number: DepartmentFactory.create(),
    "goals": lambda _number: GoalFactory.create(),
    "check-ins": lambda _number: check_in(
        goal=GoalFactory.create(), note="So.", measured=None, by=person(Role.ADMIN), at=AT
    ),
    "readings": lambda number: reading("conversion_rate", 0.03, ends_on=TODAY - number * WEEK),
    "initiatives": lambda _number: InitiativeFactory.create(),
    "plans": lambda _number: plan(InitiativeFactory.create()),
    "assignments": lambda _number: Assignment.objects.create(
        initiative=InitiativeFactory.create(), record=RecordFactory.create(), arm="treated", at=AT
    ),
    "results": lambda _number: result(InitiativeFactory.create(status="live"), "win"),
    "imports": lambda _number: ImportFactory.create(),
    "audiences": lambda _number: version(),
    "decisions": lambda _number: decision(InitiativeFactory.create(status="live")),
    "deliveries": lambda _number: Delivery.objects.create(
        initiative=InitiativeFactory.create(), made_at=AT, made_by=person(Role.HEAD)
    ),
    "rules": lambda number: published_sheet(version=number + 10),
}


def plan(initiative: Initiative) -> Plan:
    return Plan.objects.create(
        initiative=initiative,
        success_measure=initiative.success_measure,
        holdout_share=initiative.holdout_share,
        smallest_effect=initiative.smallest_effect,
        starts_on=initiative.starts_on,
        ends_on=initiative.ends_on,
        locked_at=AT,
        locked_by=initiative.owner,
    )


def decision(initiative: Initiative) -> Decision:
    return Decision.objects.create(
        initiative=initiative,
        verdict="win",
        choice="keep",
        reason="It works.",
        decided_by=initiative.owner,
        decided_at=AT,
    )


@pytest.mark.parametrize(
    ("what", "queries"),
    [
        ("departments", 3),
        ("rules", 3),
        ("goals", 3),
        ("check-ins", 3),
        ("readings", 3),
        ("initiatives", 7),
        ("plans", 5),
        ("assignments", 3),
        ("results", 7),
        ("imports", 3),
        ("audiences", 3),
        ("decisions", 3),
        ("deliveries", 3),
    ],
)
@pytest.mark.parametrize("how_many", [1, 300])
def test_a_list_takes_the_same_queries_however_long(
    what: str, queries: int, how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(how_many):
        MAKES[what](number)
    client = program(Role.ANALYST)

    with django_assert_num_queries(queries):
        answer = client.get(f"/api/v1/{what}?limit=500")
    assert answer.status_code == 200


def test_a_draft_is_logged_changed_and_thrown_away() -> None:
    said = said_of_initiative()
    client = head()

    made = client.post("/api/v1/initiatives", said, format="json")
    assert made.status_code == 201, made.content
    address = f"/api/v1/initiatives/{made.json()['id']}"
    changed = client.put(address, said | {"name": "Lamps by text"}, format="json")

    assert changed.json()["name"] == "Lamps by text"
    assert changed.json()["kind"] == "segmentation"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_a_step_that_does_not_fit_is_a_conflict_with_its_reason() -> None:
    sheet()
    draft = InitiativeFactory.create()
    client = head()

    answer = client.post(f"/api/v1/initiatives/{draft.pk}/launch")
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("It is not agreed yet")
    assert client.post(f"/api/v1/initiatives/{draft.pk}/propose").json()["status"] == "agreed"
    assert client.post(f"/api/v1/initiatives/{draft.pk}/lock").json()["status"] == "agreed"
    assert client.delete(f"/api/v1/initiatives/{draft.pk}").status_code == 409


def test_a_sheet_is_signed_by_the_hash_that_was_read() -> None:
    DepartmentFactory.create(key="marketing")
    published_sheet(version=4)
    client = head()
    read = client.get("/api/v1/sheet").json()
    said = {"sheet": 4, "department": "marketing", "content_hash": read["content_hash"]}

    wrong = client.post("/api/v1/signatures", said | {"content_hash": "0" * 64}, format="json")
    signed = client.post("/api/v1/signatures", said, format="json")

    assert (wrong.status_code, signed.status_code) == (409, 201)
    assert client.get("/api/v1/signatures?sheet=4").json()["results"] == [signed.json()]


def test_a_check_in_keeps_what_the_measure_read_that_day() -> None:
    goal = GoalFactory.create()
    reading("conversion_rate", 0.0331, span="quarter", ends_on=TODAY - WEEK)

    answer = program(Role.ANALYST).post(
        "/api/v1/check-ins", {"goal": goal.key, "note": "On its way."}, format="json"
    )

    told = answer.json()
    assert answer.status_code == 201
    assert told["value"]["number"] == pytest.approx(0.0331)
    assert (told["n"], told["ends_on"]) == (10_000, (TODAY - WEEK).isoformat())


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


def test_on_hold_a_result_tells_no_difference() -> None:
    held = InitiativeFactory.create(status="live")
    result(held, "hold")

    told = head().get(f"/api/v1/results/{held.pk}").json()

    assert told["verdict"] == "hold"
    assert told["outcomes"]
    for outcome in told["outcomes"]:
        assert (outcome["effect"], outcome["p"], outcome["relative"]) == (None, None, None)
        assert outcome["reason"] == "Explain the data first"
        assert outcome["treated_count"]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_does_it_once() -> None:
    goal = GoalFactory.create()
    client = program(Role.ANALYST)
    ready = Barrier(4)
    answers: list[bytes] = []

    def send() -> None:
        ready.wait()
        try:
            said = {"goal": goal.key, "note": "Once."}
            headers = {"Idempotency-Key": "one"}
            answer = client.post("/api/v1/check-ins", said, format="json", headers=headers)
            answers.append(answer.content)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert GoalCheckIn.objects.count() == 1
    assert json.loads(answers[0])["note"] == "Once."
