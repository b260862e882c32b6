"""Pages take the same queries however much they show; those of other files are counted there."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaigns.actions import talk
from customers.actions.sources import change_source
from customers.actions.write_keys import make_write_key
from customers.models import Customer
from strategy.models import Role
from tests.factories.campaigns import GoalFactory, InitiativeFactory, sheet
from tests.factories.customers import (
    AT,
    ArrivalFactory,
    CustomerFactory,
    ImportFactory,
    SourceFactory,
    said,
)
from tests.factories.reports import claim, judged
from tests.factories.strategy import DepartmentFactory, PersonFactory, person

pytestmark = pytest.mark.django_db
FEW_AND_MANY = pytest.mark.parametrize("how_many", [1, 3])


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(person(role, is_staff=role == Role.ADMIN))
    return client


@FEW_AND_MANY
def test_the_list_of_imports(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ImportFactory.create_batch(how_many)
    client = signed_in(Role.ANALYST)

    with django_assert_num_queries(11):
        assert client.get("/customers/imports/").status_code == 200


@FEW_AND_MANY
def test_the_list_of_sources(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ImportFactory.create_batch(how_many)
    client = signed_in(Role.ANALYST)

    with django_assert_num_queries(6):
        assert client.get("/customers/sources/").status_code == 200


@FEW_AND_MANY
def test_the_page_of_a_source(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    source = SourceFactory.create(key="tills", owner=PersonFactory.create())
    for number in range(how_many):
        ImportFactory.create(source=source, written={"columns": [f"column {number}"]})
        ArrivalFactory.create(source=source, arrived_on=AT.date() - timedelta(days=number))
        make_write_key(source=source, by=person(Role.ADMIN), at=AT)
        change_source(source=source, by=person(Role.ADMIN), at=AT, **said(feeds=f"{number}"))
    client = signed_in(Role.ANALYST)

    with django_assert_num_queries(12):
        assert client.get("/customers/sources/tills/").status_code == 200


@FEW_AND_MANY
def test_the_search_for_customers(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    CustomerFactory.create_batch(how_many)
    Customer.objects.update(full_name="Maria Holt")
    client = signed_in(Role.ASSOCIATE)

    with django_assert_num_queries(12):
        assert client.post("/customers/", {"q": "maria"}).status_code == 200


@FEW_AND_MANY
def test_the_page_of_a_sheet(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    DepartmentFactory.create_batch(how_many)
    sheet(version=4)
    client = signed_in(Role.ASSOCIATE)

    with django_assert_num_queries(13):
        assert client.get("/strategy/sheets/4/").status_code == 200


@FEW_AND_MANY
@pytest.mark.parametrize(
    ("address", "count"), [("goal", 10), ("person", 10), ("department", 9), ("guardrail", 9)]
)
def test_lists_in_the_admin(
    how_many: int, address: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    GoalFactory.create_batch(how_many)
    DepartmentFactory.create_batch(how_many)
    client = signed_in(Role.ADMIN)

    with django_assert_num_queries(count):
        assert client.get(f"/admin/strategy/{address}/").status_code == 200


@FEW_AND_MANY
def test_the_list_of_claims(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        claim()
    client = signed_in(Role.ASSOCIATE)

    with django_assert_num_queries(7):
        assert client.get("/reports/claims/").status_code == 200


@FEW_AND_MANY
def test_the_portfolio(how_many: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sheet(version=4)
    for _ in range(how_many):
        judged("win", status="ended", cost=900)
    client = signed_in(Role.ASSOCIATE)
    client.get("/reports/portfolio/")  # the first one has the contacts counted

    with django_assert_num_queries(15):
        assert client.get("/reports/portfolio/").status_code == 200


@FEW_AND_MANY
def test_the_page_of_notices(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, told = Client(), person(Role.HEAD)
    client.force_login(told)
    for _ in range(how_many):
        talk.comment(
            initiative=InitiativeFactory.create(owner=told),
            text="Seen.",
            by=person(Role.ANALYST),
            at=AT,
        )

    with django_assert_num_queries(6):
        assert client.get("/initiatives/notices/").status_code == 200
