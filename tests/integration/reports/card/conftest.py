"""An associate before the card of Maria."""

import pytest
from django.test import Client

from customers.models import Record
from strategy.models import Person, Role
from tests.factories.cards import record_of
from tests.factories.customers import identify
from tests.factories.strategy import person


@pytest.fixture
def maria() -> Record:
    record = record_of(full_name="Maria Holt", city="York", born_on="1961-05-04")
    identify(record, "email", "maria@example.org")
    identify(record, "loyalty_card", "6335 1234 4417")
    return record


@pytest.fixture
def associate() -> Person:
    return person(Role.ASSOCIATE, name="Bryn Hale")


@pytest.fixture
def client(associate: Person) -> Client:
    client = Client()
    client.force_login(associate)
    return client
