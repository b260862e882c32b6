from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.test import Client

from strategy.actions.audit import record
from strategy.admin import RuleForm
from strategy.models import AuditEntry, Goal, Measure, Membership, Person, Role, Sheet
from strategy.queries.history import FieldChange, changes
from strategy.queries.measures import is_used
from tests.factories.strategy import (
    AT,
    PASSWORD,
    DepartmentFactory,
    PersonFactory,
    SheetFactory,
    person,
    published_sheet,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Person:
    """Return an admin by role, not a superuser, as whom `client` is signed in."""
    made = person(Role.ADMIN, name="Ada Admin", is_staff=True)
    client.force_login(made, "allauth.account.auth_backends.AuthenticationBackend")
    return made


@pytest.fixture
def goal() -> Goal:
    return Goal.objects.create(
        key="known",
        name="Known customers",
        measure=Measure.objects.get(key="conversion_rate"),
        owner=PersonFactory.create(name="Priya Nair"),
        baseline=Decimal("0.31"),
        commit=Decimal("0.34"),
        target=Decimal("0.36"),
        starts_on=date(2026, 1, 1),
        due_on=date(2027, 1, 31),
    )


@pytest.mark.usefixtures("boss")
def test_every_table_opens_for_an_admin(client: Client) -> None:
    for model, page in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(address).status_code == 200, address
        adds = page.has_add_permission(client.get("/admin/").wsgi_request)
        assert client.get(f"{address}add/").status_code == (200 if adds else 403), address


def test_without_the_role_the_admin_stays_empty(client: Client) -> None:
    client.force_login(
        person(Role.EXECUTIVE, is_staff=True),
        "allauth.account.auth_backends.AuthenticationBackend",
    )

    assert client.get("/admin/strategy/person/").status_code == 403


@pytest.mark.usefixtures("boss")
def test_adding_a_person_with_a_role(client: Client) -> None:
    stores = DepartmentFactory.create()
    said = {
        "name": "Mei Tan",
        "title": "Head of service",
        "email": "mei@example.org",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-department": str(stores.pk),
        "memberships-0-role": "head",
    }

    client.post("/admin/strategy/person/add/", said)

    mei = Person.objects.get(email="mei@example.org")
    assert mei.check_password(PASSWORD)
    if not mei.memberships.exists():  # Django asks for roles on the second page
        said |= {"is_active": "on"}
        client.post(f"/admin/strategy/person/{mei.pk}/change/", said)
    assert Membership.objects.get(person=mei).role == Role.HEAD
    assert client.get(f"/admin/strategy/person/{mei.pk}/password/").status_code == 200


def test_a_goal_shows_who_changed_what_from_what_to_what(
    client: Client, boss: Person, goal: Goal
) -> None:
    form = {
        "key": goal.key,
        "name": goal.name,
        "measure": goal.measure_id,
        "owner": goal.owner_id,
        "baseline": "0.31",
        "commit": "0.35",
        "target": "0.36",
        "starts_on": "2026-01-01",
        "due_on": "2027-02-28",
        "position": "0",
    }

    client.post(f"/admin/strategy/goal/{goal.pk}/change/", form)

    latest, first = changes(goal)
    assert latest.by == boss.name
    assert latest.fields == [
        FieldChange("Commit", "0.34", "0.35"),
        FieldChange("Due on", "31 January 2027", "28 February 2027"),
    ]
    assert first.by == ""
    assert FieldChange("Owner", "", "Priya Nair") in first.fields
    page = client.get(f"/admin/strategy/goal/{goal.pk}/history/").content.decode()
    assert "Ada Admin" in page
    assert "28 February 2027" in page


def test_raw_sql_leaves_history_too(goal: Goal) -> None:
    Goal.objects.update(commit=Decimal("0.33"))

    assert changes(goal)[0].fields == [FieldChange("Commit", "0.34", "0.33")]


@pytest.mark.usefixtures("boss")
def test_a_measure_in_use_is_only_shown(client: Client, goal: Goal) -> None:
    unused = Measure.objects.get(key="visit_rate")

    assert is_used(goal.measure)
    assert not is_used(unused)
    page = f"/admin/strategy/measure/{goal.measure_id}/change/"
    assert b'name="_save"' not in client.get(page).content
    assert client.post(page, {"name": "Other"}).status_code == 403
    assert b'name="_save"' in client.get(f"/admin/strategy/measure/{unused.pk}/change/").content


@pytest.mark.usefixtures("boss")
def test_a_sheet_is_published_and_drafted_on_by_action(client: Client) -> None:
    draft = SheetFactory.create(version=4)
    chosen = {"_selected_action": str(draft.pk)}

    client.post("/admin/strategy/sheet/", chosen | {"action": "publish"})
    client.post("/admin/strategy/sheet/", {"action": "draft_next"})
    page = client.post("/admin/strategy/sheet/", chosen | {"action": "publish"}, follow=True)

    assert list(Sheet.objects.values_list("version", flat=True)) == [5, 4]
    assert "Sheet v4 is published already." in page.content.decode()


@pytest.mark.usefixtures("boss")
def test_a_published_sheet_is_only_shown(client: Client) -> None:
    published = published_sheet(version=4)
    draft = SheetFactory.create(version=5)

    shown = client.get(f"/admin/strategy/sheet/{published.pk}/change/").content
    edited = client.get(f"/admin/strategy/sheet/{draft.pk}/change/").content

    assert b'name="_save"' not in shown
    assert b'href="/strategy/sheets/4/"' in shown
    assert b'aria-label="Text, row 1"' in edited


@pytest.mark.usefixtures("boss")
def test_the_audit_log_is_read_not_written(client: Client) -> None:
    stores = DepartmentFactory.create()
    entry = record(act="test", subject=stores, sentence="Tried.", by=None, at=AT, why="to see")

    page = f"/admin/strategy/auditentry/{entry.pk}/"
    assert client.get(f"{page}change/").status_code == 200
    assert client.post(f"{page}change/", {"sentence": "No."}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.get().details == {"why": "to see"}


@pytest.mark.parametrize(
    ("check", "parameters", "sentence"),
    [
        ("holdout_at_least", '{"share": 2}', "share of holdout_at_least must be between"),
        ("quiet_hours", '{"noise": 2}', "quiet_hours has no parameter noise."),
        ("quiet_hours", "[21]", "Write them as"),
        ("", '{"share": 0.1}', "Only a machine check takes parameters."),
        ("nonsense", "{}", "Select a valid choice."),
        ("quiet_hours", '{"from": 22}', "quiet_hours has no parameter from."),
        ("chase_basket_once", '{"messages": 2}', ""),
    ],
)
def test_a_rules_check_and_its_parameters_must_suit(
    check: str, parameters: str, sentence: str
) -> None:
    said = {"polarity": "dont", "text": "Mind it.", "position": "1"}
    form = RuleForm(said | {"check_key": check, "parameters": parameters})

    errors = " ".join(str(error) for found in form.errors.values() for error in found)
    assert sentence in errors
    assert form.is_valid() is not bool(sentence)
