"""Audiences by the API: the builder's tree, its sentence, its count."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from campaigns.models import AudienceVersion
from strategy.models import Role
from tests.factories.audiences import NOW, asked, bought, freshened, people, version
from tests.factories.campaigns import DepartmentFactory
from tests.programs import program

pytestmark = pytest.mark.django_db
GARDEN = {
    "match": "all",
    "groups": [
        {
            "match": "any",
            "conditions": [
                {"field": "category", "value": "Garden", "number": 365, "is_not": False},
                {"field": "complaint", "value": "", "number": None, "is_not": False},
            ],
        }
    ],
}
SAYS = "Customers who bought Garden in the last 365 days or have an open complaint."


@pytest.fixture
def member() -> APIClient:
    return program(Role.MEMBER, DepartmentFactory.create())


def made(client: APIClient, **changes: Any) -> Any:
    said = {"name": "Gardeners", "department": "marketing", "definition": GARDEN}
    return client.post("/api/v1/audiences", said | changes, format="json")


def test_an_audience_is_made_from_the_builders_tree(member: APIClient) -> None:
    answer = made(member)

    assert answer.status_code == 201, answer.content
    told = answer.json()
    newest = AudienceVersion.objects.get()
    assert told == {
        "id": newest.audience_id,
        "name": "Gardeners",
        "department": "marketing",
        "way": "frozen",
        "version": 1,
        "version_id": newest.pk,
        "says": SAYS,
        "definition": GARDEN,
    }


def test_it_is_read_with_its_count(member: APIClient) -> None:
    gardener, *_others = people(3)
    bought(gardener, NOW)
    freshened()
    pk = made(member).json()["id"]

    count = member.get(f"/api/v1/audiences/{pk}").json()["count"]

    assert (count["customers"], count["everybody"]) == (1, 3)
    assert count["as_of"] == "2026-11-23T07:40:00Z"
    assert count["answer"].startswith("1 customer, 33.3% of all")


def test_before_the_first_import_nothing_is_counted(member: APIClient) -> None:
    pk = made(member).json()["id"]

    count = member.get(f"/api/v1/audiences/{pk}").json()["count"]

    assert (count["customers"], count["everybody"], count["as_of"]) == (None, None, None)
    assert count["answer"] == "Nothing is counted yet: it follows the first import."


def test_a_change_is_a_further_version(member: APIClient) -> None:
    pk = made(member).json()["id"]
    everybody = {"match": "all", "groups": []}

    said = {"way": "rolling", "definition": everybody}
    told = member.put(f"/api/v1/audiences/{pk}", said, format="json").json()

    assert (told["version"], told["way"], told["says"]) == (2, "rolling", "Every customer.")


def test_a_name_is_taken_once(member: APIClient) -> None:
    made(member)

    answer = made(member, name="gardeners")

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("There is an audience “gardeners” already.")


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"field": "age"}, "is not a valid choice"),
        ({"field": "category", "number": 90}, "“Bought in a category” needs a choice."),
        ({"field": "complaint", "number": 3}, "“Has an open complaint” has no number."),
        ({"field": "recency", "number": 6}, "needs a whole number from 1 to 5."),
        ({"field": "country", "value": "a\0b"}, "Take the hidden character out"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    member: APIClient, condition: dict[str, Any], sentence: str
) -> None:
    tree = {"match": "all", "groups": [{"match": "all", "conditions": [condition]}]}

    answer = made(member, definition=tree)

    assert answer.status_code == 422
    assert sentence in answer.json()["errors"][0]["detail"]
    assert answer.json()["errors"][0]["pointer"].startswith("#/definition")


def test_too_many_groups_are_refused(member: APIClient) -> None:
    answer = made(member, definition={"match": "any", "groups": GARDEN["groups"] * 9})  # type: ignore[operator]  # a list

    assert answer.json()["errors"] == [
        {"pointer": "#/definition", "detail": "Use 8 groups at most."}
    ]


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same(
    how_many: int, member: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(how_many):
        version(asked())

    with django_assert_num_queries(3):
        rows = member.get("/api/v1/audiences?department=marketing").json()["results"]

    assert [row["says"] for row in rows] == ["Every customer."] * how_many
