"""The form: every message, the live answer beside it, saving and changing a draft."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains

from campaigns.forms import InitiativeForm
from campaigns.models import Initiative, Waiver
from strategy.models import Department, Person, Role, Rule
from tests.factories.campaigns import (
    AT,
    DepartmentFactory,
    GoalFactory,
    InitiativeFactory,
    guardrail,
    measure,
    sheet,
)
from tests.factories.strategy import person
from tests.forms import answers

pytestmark = pytest.mark.django_db
NEW, CHECK = "/initiatives/new/", "/initiatives/check/"


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create()


@pytest.fixture
def head(department: Department) -> Person:
    return person(Role.HEAD, department, name="Tom Reyes")


@pytest.fixture
def client(client: Client, head: Person) -> Client:
    client.force_login(head)
    return client


def test_saving_makes_a_draft_and_shows_it(client: Client, head: Person) -> None:
    response = client.post(NEW, answers(holdout="12.5"))

    made = Initiative.objects.get()
    assert response.headers["Location"] == reverse("initiative", args=[made.pk])
    assert (made.name, made.kind, made.owner) == ("Christmas lights text", "segmentation", head)
    assert (str(made.holdout_share), str(made.smallest_effect)) == ("0.125", "0.050")
    assert (made.starts_on, made.ends_on) == (date(2026, 11, 26), date(2026, 12, 7))


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": " "}, "name", "Give it a name."),
        ({"notice": ""}, "notice", "Say what the customer will notice."),
        ({"department": ""}, "department", "Choose the department."),
        ({"department": 0}, "department", "Choose a department that you may log for."),
        ({"channel": ""}, "channel", "Choose the channel."),
        ({"goals": []}, "goals", "Choose at least one goal."),
        ({"mode": ""}, "mode", "Say whether it repeats or introduces something."),
        ({"audience": ""}, "audience", "Say who gets it."),
        ({"holdout": ""}, "holdout", "Say how many are held out; 0 is none."),
        (
            {"holdout": "91"},
            "holdout",
            "Write a share from 0 to 90, with one decimal at most.",
        ),
        (
            {"holdout": "10.25"},
            "holdout",
            "Write a share from 0 to 90, with one decimal at most.",
        ),
        (
            {"holdout": "few"},
            "holdout",
            "Write a share from 0 to 90, with one decimal at most.",
        ),
        ({"holdout": "0"}, "no_holdout_reason", "Say why nobody can be held out."),
        ({"success_measure": ""}, "success_measure", "Choose the one measure that it should move."),
        (
            {"cap": "500"},
            "cap",
            "“Conversion rate” adds nothing up that could be capped. Leave the cap out.",
        ),
        ({"smallest_effect": ""}, "smallest_effect", "Say which change would be worth having."),
        (
            {"smallest_effect": "0"},
            "smallest_effect",
            "Write a change from 0.1 to 1,000, with one decimal at most.",
        ),
        ({"starts_on": ""}, "starts_on", "Set the first day."),
        ({"starts_on": "soon"}, "starts_on", "Write the day as 25/11/2026."),
        ({"last_on": ""}, "last_on", "Set the last day."),
        ({"last_on": "9999-12-31"}, "last_on", "Choose a day from 2000 to 2099."),
        (
            {"last_on": "2026-11-25"},
            "last_on",
            "The last day is before the first. Choose a later one.",
        ),
    ],
)
def test_each_mistake_has_its_sentence(
    department: Department, changes: dict[str, Any], field: str, message: str
) -> None:
    form = InitiativeForm(answers(**changes), departments=[department])

    assert form.errors == {field: [message]}


def test_several_measures_may_show_that_it_worked(client: Client, department: Department) -> None:
    leading, further = measure("conversion_rate").pk, measure("visit_rate")
    client.post(NEW, answers(further_measures=[further.pk]))
    twice = InitiativeForm(answers(further_measures=[leading]), departments=[department])

    draft = Initiative.objects.get()
    page = client.get(reverse("initiative_edit", args=[draft.pk]))

    assert draft.success_measures == [measure("conversion_rate"), further]
    assertContains(page, f'value="{further.pk}" id="id_further_measures_', 1)
    assert twice.errors == {"further_measures": ["Leave out the one that leads."]}


def test_one_day_is_a_window(department: Department) -> None:
    form = InitiativeForm(answers(last_on="2026-11-26"), departments=[department])

    assert form.is_valid()
    assert form.said()["ends_on"] == date(2026, 11, 27)


def test_a_reason_without_need_is_forgotten(department: Department) -> None:
    form = InitiativeForm(answers(no_holdout_reason="Too few."), departments=[department])

    assert form.is_valid()
    assert form.said()["no_holdout_reason"] == ""


def test_mistakes_are_listed_on_top_and_said_beside_their_fields(client: Client) -> None:
    sheet()

    response = client.post(NEW, answers(name="", goals=[], holdout="0"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Not saved yet. Three answers need another look." in page
    assert '<a href="#id_name">Give it a name.</a>' in page
    assert '<a href="#id_goals_0">Choose at least one goal.</a>' in page
    assert 'aria-describedby="id_name_error"' in page
    assert 'aria-describedby="id_goals_error"' in page
    assert page.count("data-focus") == 1
    assert "No holdout and no reason for it, so the verdict will be Not measured." in page
    assert not Initiative.objects.exists()


def test_the_empty_form_has_the_guardrails_ticked_and_no_verdict_yet(client: Client) -> None:
    sheet()
    limit = guardrail()

    page = client.get(NEW).content.decode()

    assert f'name="guardrails" value="{limit.pk}" id="id_guardrails_0" checked' in page
    assert 'value="10"' in page
    assert "Fill in the form:" in page
    assert "Breaks" not in page


def check(client: Client, **changes: Any) -> str:
    response = client.post(CHECK, answers(**changes), headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def test_the_sheet_answers_while_the_form_is_filled_in(client: Client) -> None:
    sheet()

    said = check(client, name="Your personal Christmas lights text", last_on="2026-12-20")

    assert "<html" not in said
    assert '<p class="big">Segmentation, passive</p>' in said
    assert "It uses only a group, so sheet v4 does not count it as personalisation." in said
    assert "Take “personal” out of the name." in said
    assert "Breaks one rule of sheet v4" in said
    assert "10% are held out at random, so the verdict can be a fair one." in said
    assert not Initiative.objects.exists()


def test_the_sheet_answers_a_form_that_is_hardly_begun(client: Client) -> None:
    sheet()

    said = client.post(CHECK, {"name": "Lights", "holdout": "0"}).content.decode()

    assert '<p class="big">Same for everyone</p>' in said
    assert "It uses nothing about the customer." in said
    assert "Breaks one rule of sheet v4" in said
    assert "Without a holdout the verdict will be Not measured, whatever the numbers say." in said
    assert "No success measure" not in said


def test_without_a_sheet_the_kind_is_told_all_the_same(client: Client) -> None:
    said = check(client, uses=["history"], mode="active")

    assert "Personalisation, active" in said
    assert "so the sheet counts it as personalisation" in said


def test_a_short_window_shows_at_once(client: Client) -> None:
    sheet()

    said = check(client)

    assert "It runs for 11 days, 26 November to 6 December 2026" in said
    assert "Move the last day three days later." in said


def test_the_draft_shows_what_is_waived(client: Client, head: Person) -> None:
    sheet()
    draft = InitiativeFactory.create(name="Your personal text")
    today = timezone.localdate()
    Waiver.objects.create(
        initiative=draft,
        rule=Rule.objects.get(check_key="name_agrees_with_kind"),
        reason="It is printed.",
        ends_on=today + timedelta(days=3),
        owner=head,
        granted_by=head,
        granted_at=AT,
    )

    said = client.post(f"{CHECK}?draft={draft.pk}", answers(name="Your personal text"))

    assert "by <bdi>Tom Reyes, who answers for it</bdi>: It is printed." in said.content.decode()


def test_what_a_reader_types_is_never_markup(client: Client) -> None:
    sheet()

    said = check(client, name="Just for you<script>alert(1)</script>", notice="<b>personal</b>")

    assert "<script>" not in said
    assert "<b>personal" not in said


def test_a_draft_is_changed_in_the_form_that_it_fills(client: Client) -> None:
    sheet()
    draft = InitiativeFactory.create(name="Your personal text")
    address = f"/initiatives/{draft.pk}/edit/"

    page = client.get(address).content.decode()
    response = client.post(address, answers(name="Lights text"))

    assert 'value="Your personal text"' in page
    assert 'name="holdout" value="10"' in page
    assert 'value="2026-12-06"' in page
    assert "Breaks one rule of sheet v4" in page
    assert response.headers["Location"] == reverse("initiative", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.name == "Lights text"


def test_a_locked_plan_is_not_opened_for_change(client: Client) -> None:
    locked = InitiativeFactory.create(status="live")

    response = client.get(f"/initiatives/{locked.pk}/edit/", follow=True)

    assert "It is live, so it cannot be changed." in response.content.decode()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.EXECUTIVE, Role.ASSOCIATE])
def test_who_may_log_for_no_department_is_told_so(
    client: Client, department: Department, role: Role
) -> None:
    client.force_login(person(role, department))

    response = client.get(NEW)

    assert response.status_code == 403
    assert "You may not log initiatives for any department." in response.content.decode()


def test_only_departments_that_one_may_log_for_are_offered(client: Client) -> None:
    DepartmentFactory.create(key="stores")

    page = client.get(NEW).content.decode()

    assert ">Marketing</option>" in page
    assert ">Stores</option>" not in page


def test_strangers_are_sent_to_sign_in() -> None:
    assert Client().get(NEW).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("goals", [1, 3])
def test_the_form_takes_the_same_queries_however_many_goals(
    client: Client, goals: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sheet()
    GoalFactory.create_batch(goals)
    guardrail()

    with django_assert_num_queries(17):
        client.get(NEW)
