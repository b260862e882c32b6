"""The admin refuses goals, limits and measures that nothing could be measured against."""

from decimal import Decimal

import pytest
from django.test import Client

from strategy.models import Goal, Guardrail, Measure, Role
from tests.factories.campaigns import GoalFactory, InitiativeFactory, measure
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(person(Role.ADMIN, is_staff=True, is_superuser=True))
    return client


def said(admin: Client, model: str, **fields: object) -> str:
    return admin.post(f"/admin/strategy/{model}/add/", fields).content.decode()


def goal_form(**changes: object) -> dict[str, object]:
    owner = person(Role.HEAD)
    return {
        "key": "again",
        "name": "Visitors who order",
        "measure": measure("conversion_rate").pk,
        "owner": owner.pk,
        "baseline": "0.31",
        "commit": "0.34",
        "target": "0.36",
        "starts_on": "2026-01-01",
        "due_on": "2027-02-28",
        "position": "0",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": "36"}, "Conversion rate is a share, from 0 to 1: 0.36 is 36%."),
        ({"commit": "0.5"}, "The commit lies between the baseline and the target"),
        ({"target": "0.31", "commit": "0.31"}, "The target differs from the baseline."),
        (
            {"target": "0.20", "commit": "0.25"},
            "Conversion rate is better above the baseline: so the target is too.",
        ),
        ({"due_on": "2025-12-31"}, "The goal is due after the day of its baseline."),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused_in_a_sentence(
    admin: Client, changes: dict[str, object], sentence: str
) -> None:
    page = said(admin, "goal", **goal_form(**changes))

    assert sentence in page
    assert "Constraint" not in page
    assert not Goal.objects.exists()


def test_a_goal_that_makes_sense_is_taken(admin: Client) -> None:
    said(admin, "goal", **goal_form())

    assert Goal.objects.get().target == Decimal("0.36")


def test_a_limit_outside_the_share_s_range_is_refused(admin: Client) -> None:
    form = {"measure": measure("visit_rate").pk, "limit": "30", "margin": "0.1", "position": "0"}

    assert "Visit rate is a share, from 0 to 1" in said(admin, "guardrail", **form)
    assert not Guardrail.objects.exists()


def test_a_measure_counts_events_that_there_are(admin: Client) -> None:
    form = {
        "key": "returns",
        "version": "1",
        "name": "Returns per 100 orders",
        "note": "",
        "fold": "events",
        "counted": ["retrun"],
        "per": "events",
        "per_events": [],
        "at_least": "1",
        "contacts": "marketing",
        "scale": "0",
        "unit": "count",
        "better": "fewer",
    }

    page = said(admin, "measure", **form)
    assert "retrun is not one of the available choices" in page
    page = said(admin, "measure", **{**form, "counted": ["return"]})
    assert "Per people or events, choose which events;" in page
    assert "The scale is 1 or more." in page
    said(
        admin,
        "measure",
        **{**form, "counted": ["return"], "per_events": ["order"], "scale": "100"},
    )

    made = Measure.objects.get(key="returns")
    assert (made.counted, made.per_events) == (["return"], ["order"])


@pytest.mark.parametrize("way", ["page", "action"])
def test_a_goal_that_an_initiative_serves_stays(admin: Client, way: str) -> None:
    goal = GoalFactory.create(name="Visitors who order")
    InitiativeFactory.create(goals=[goal])
    if way == "page":
        page = admin.post(f"/admin/strategy/goal/{goal.pk}/delete/", {"post": "yes"}, follow=True)
    else:
        chosen = {"action": "delete_selected", "_selected_action": [goal.pk], "post": "yes"}
        page = admin.post("/admin/strategy/goal/", chosen, follow=True)

    assert Goal.objects.filter(pk=goal.pk).exists()
    assert "Visitors who order is served by one initiative and stays with them." in (
        page.content.decode()
    )


def test_a_goal_that_nobody_serves_may_go(admin: Client) -> None:
    goal = GoalFactory.create()

    admin.post(f"/admin/strategy/goal/{goal.pk}/delete/", {"post": "yes"})

    assert not Goal.objects.exists()
