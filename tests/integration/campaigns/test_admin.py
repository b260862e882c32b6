"""The admin shows initiatives, plans and waivers, and changes none."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaigns.actions.plans import lock_plan
from campaigns.models import Assignment, Comment, Initiative
from customers.models import Customer, Record, Source
from strategy.models import Person, Role
from tests.factories.campaigns import AT, DepartmentFactory, InitiativeFactory
from tests.factories.strategy import PersonFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(PersonFactory.create(is_staff=True, is_superuser=True))
    return client


def assign(initiative: Initiative, *arms: str) -> None:
    source, _ = Source.objects.get_or_create(key="mail", department=initiative.department)
    for number, arm in enumerate(arms, start=1):
        record = Record.objects.create(
            id=number,
            source=source,
            external_id=f"{number}",
            customer=Customer.objects.create(id=number),
            certain_id=number,
        )
        Assignment.objects.create(initiative=initiative, record=record, arm=arm, at=AT)


def test_the_list_counts_who_is_in_which_arm(admin: Client) -> None:
    assign(InitiativeFactory.create(), "treated", "treated", "holdout")

    page = admin.get("/admin/campaigns/initiative/").content.decode()

    assert '<td class="field-treated">2</td><td class="field-held">1</td>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_long(
    admin: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    InitiativeFactory.create_batch(count)

    with django_assert_num_queries(8):
        admin.get("/admin/campaigns/initiative/")


@pytest.mark.parametrize("model", ["initiative", "plan", "waiver"])
def test_nothing_is_added_changed_or_deleted(admin: Client, model: str) -> None:
    head: Person = person(Role.HEAD, DepartmentFactory.create())
    plan = lock_plan(initiative=InitiativeFactory.create(status="agreed"), by=head, at=AT)

    assert admin.get(f"/admin/campaigns/{model}/").status_code == 200
    assert admin.get(f"/admin/campaigns/{model}/add/").status_code == 403
    assert admin.get(f"/admin/campaigns/plan/{plan.pk}/delete/").status_code == 403
    assert b'name="_save"' not in admin.get(f"/admin/campaigns/plan/{plan.pk}/change/").content


def test_comments_are_read_and_never_changed(admin: Client) -> None:
    initiative = InitiativeFactory.create(name="Lights")
    said = Comment.objects.create(
        initiative=initiative, by=initiative.owner, at=AT, text="41 calls about it."
    )
    said.attachments.create(file=uuid4(), name="calls.csv", media_type="text/plain", size=9)

    listed = admin.get("/admin/campaigns/comment/?q=calls").content.decode()
    page = admin.get(f"/admin/campaigns/comment/{said.pk}/change/").content.decode()

    assert "41 calls about it." in listed
    assert "calls.csv" in page
    assert 'name="_save"' not in page
    assert admin.get("/admin/campaigns/comment/add/").status_code == 403
