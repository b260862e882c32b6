"""Who looked at whom: noted once, shown to few, and what is unusual first."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.actions.looks import REASONS, NoReasonError, note_view, reveal
from customers.models import Customer, Look
from customers.queries.looks import looks_answer, revealed_until, unusual_looks
from strategy.models import AuditEntry, Person, Role
from strategy.permissions import NotAllowed
from tests.database import refused
from tests.factories.customers import CustomerFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    made: Customer = CustomerFactory.create()
    made.refresh_from_db()
    return made


def opened(who: Person, count: int, at: datetime) -> None:
    Look.objects.bulk_create(
        Look(at=at, by=who, customer=f"00000000-0000-0000-0000-{n:012}", act="view")
        for n in range(count)
    )


def test_a_view_is_noted_once_in_five_minutes(customer: Customer) -> None:
    dana, bo = person(Role.MEMBER), person(Role.MEMBER)

    assert note_view(customer=customer, by=dana, at=NOW)
    assert not note_view(customer=customer, by=dana, at=NOW + timedelta(minutes=4))
    assert note_view(customer=customer, by=bo, at=NOW)
    assert note_view(customer=customer, by=dana, at=NOW + timedelta(minutes=5))


def test_a_reveal_lasts_five_minutes_for_one_person(customer: Customer) -> None:
    dana = person(Role.ASSOCIATE)
    reveal(customer=customer, by=dana, at=NOW, reason=REASONS[0])

    until = NOW + timedelta(minutes=5)
    assert revealed_until(dana, customer.public_id, NOW + timedelta(minutes=4)) == until
    assert revealed_until(dana, customer.public_id, until) is None
    assert revealed_until(person(Role.ASSOCIATE), customer.public_id, NOW) is None
    assert Look.objects.get().fields


def test_a_reveal_needs_a_role_and_one_of_the_reasons(customer: Customer) -> None:
    with pytest.raises(NotAllowed):
        reveal(customer=customer, by=person(Role.EXECUTIVE), at=NOW, reason=REASONS[0])
    with pytest.raises(NoReasonError):
        reveal(customer=customer, by=person(Role.MEMBER), at=NOW, reason="For Ada Byron")


def test_unusual_numbers_come_first() -> None:
    dana, bo, new = (person(Role.MEMBER, name=name) for name in ("Dana", "Bo", "Kim"))
    for days in (2, 3, 9):
        opened(dana, 20, NOW - timedelta(days=days))
        opened(bo, 20, NOW - timedelta(days=days))
    opened(dana, 214, NOW - timedelta(days=1))
    opened(bo, 60, NOW - timedelta(days=1))
    opened(new, 31, NOW)

    assert unusual_looks(NOW) == [
        "Dana opened 214 cards yesterday, usually 20.",
        "Kim opened 31 cards today, and none in the four weeks before.",
    ]
    assert looks_answer(NOW) == "One person looked at 31 customers today."


def page(role: Role) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_takes_the_same_queries(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    opened(person(Role.MEMBER), how_many, timezone.now())
    client = page(Role.PRIVACY)

    with django_assert_num_queries(10):
        assert client.get("/customers/looks/").status_code == 200


def test_the_page_filters(customer: Customer) -> None:
    dana = person(Role.MEMBER, name="Dana")
    opened(person(Role.MEMBER, name="Bo"), 2, NOW)
    reveal(customer=customer, by=dana, at=NOW, reason=REASONS[0])
    client = page(Role.PRIVACY)

    def ask(query: str) -> bytes:
        return client.get(f"/customers/looks/?{query}").content

    assert b"1 entry" in ask(f"by={dana.pk}")
    assert b"1 entry" in ask(f"customer={customer.public_id}")
    assert b"1 entry" in ask("act=reveal")
    assert b"3 entries" in ask("on=2026-11-23")
    assert b"No look is noted that matches" in ask("on=2026-11-24")
    assert ask("customer=nonsense&on=x&page=9")


def test_the_file_has_no_live_formula_and_is_logged(customer: Customer) -> None:
    note_view(customer=customer, by=person(Role.MEMBER, name="=1+1"), at=NOW)

    answer = page(Role.PRIVACY).get("/customers/looks.csv")

    lines = b"".join(answer).decode().splitlines()
    assert lines[0] == "at,person,email,act,customer,reason,fields"
    assert "'=1+1" in lines[1]
    assert AuditEntry.objects.get().act == "looks.export"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customers_look SET reason = 'x'",
        "DELETE FROM customers_look",
        "TRUNCATE customers_look",
    ],
)
def test_the_log_of_looks_refuses_to_change(statement: str) -> None:
    Look.objects.create(at=NOW, by=person(Role.MEMBER), customer=uuid4(), act="view")

    refused(statement)


def test_a_reveal_needs_a_reason_in_the_database_too() -> None:
    with pytest.raises(IntegrityError, match="look_has_a_reason"):
        Look.objects.create(at=NOW, by=person(Role.MEMBER), customer=uuid4(), act="reveal")
