"""How a program asks about customers, how many at once, and what cannot be asked."""

import json
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.contacts import allowing
from tests.factories.customers import RecordFactory, identify
from tests.programs import check

pytestmark = pytest.mark.django_db


def test_customers_are_found_by_what_they_are_known_by(sender: APIClient) -> None:
    record, twin = allowing(), allowing()
    identify(record, "email", "ada@example.org")
    identify(record, "phone", "+442079460018")
    for each in (record, twin):
        identify(each, "loyalty_card", "AB123456")

    rows = check(
        sender,
        [
            {"email": " ADA@example.org"},
            {"phone": "020 7946 0018"},
            {"loyalty_card": "ab12 34-56"},
            {"email": "nobody@example.org"},
        ],
    )

    assert [row["rule"] for row in rows] == ["allowed", "allowed", "ambiguous", "unknown"]
    assert rows[0]["customer"] == rows[1]["customer"] == str(record.customer.public_id)


@pytest.mark.parametrize("how_many", [1, 300])
def test_a_batch_takes_the_same_queries_however_large(
    how_many: int, sender: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [str(allowing().customer.public_id) for _ in range(how_many)] + [str(uuid4())]

    with django_assert_num_queries(17):
        check(sender, ids, reserve=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"customers": []},
        {"customers": ["nobody"]},
        {"customers": [{"email": ""}]},
        {"customers": [{"source": "tills"}]},
        {"customers": [{"email": "a@b.org", "phone": "1"}]},
        {"customers": [{"payment_token": "x"}]},
        {"customers": [{"email": "\ud800"}]},
        {"customers": [{"external_id": "a\0", "source": "tills"}]},
        {"customers": [["a"]]},
        {"channel": "pigeon"},
        {"purpose": "Any thing"},
        {"initiative": "unknown"},
        {"reserve_minutes": 0},
    ],
)
def test_what_cannot_be_asked_is_a_problem(sender: APIClient, wrong: dict[str, Any]) -> None:
    said = {"channel": "email", "purpose": "marketing", "customers": [str(uuid4())]} | wrong

    answer = sender.post(
        "/api/v1/contact-checks/", json.dumps(said), content_type="application/json"
    )

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (name,) = wrong
    assert all(fault["pointer"].startswith(f"#/{name}") for fault in answer.json()["errors"])


def test_ten_thousand_at_most(sender: APIClient) -> None:
    said = {"channel": "email", "purpose": "marketing", "customers": [str(uuid4())] * 10_001}

    answer = sender.post("/api/v1/contact-checks/", said, format="json")

    assert answer.status_code == 422


def test_ten_thousand_with_long_names_are_taken_at_once(sender: APIClient) -> None:
    source = RecordFactory.create().source.key
    asked = [{"source": source, "external_id": f"{'C' * 120}{number}"} for number in range(10_000)]

    rows = check(sender, asked)

    assert {row["rule"] for row in rows} == {"unknown"}
