"""What programs do at the resources, and are told: drafts, steps, signatures, check-ins."""

import pytest

from strategy.models import Role
from tests.factories.campaigns import GoalFactory, InitiativeFactory, sheet
from tests.factories.reports import TODAY, WEEK, reading, result
from tests.factories.strategy import DepartmentFactory, published_sheet
from tests.programs import head, program, said_of_initiative

pytestmark = pytest.mark.django_db


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
