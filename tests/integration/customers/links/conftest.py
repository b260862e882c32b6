"""A data-protection officer before the queue of pairs, and pairs to decide on."""

import pytest
from django.test import Client

from customers.models import Proposal
from strategy.models import Person, Role
from tests.factories.customers import AT, ProposalFactory, identify
from tests.factories.strategy import person
from tests.links import record_of
from tests.pages import signed_in


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def officer() -> Person:
    return person(Role.PRIVACY, name="Kim Park")


@pytest.fixture
def client(officer: Person) -> Client:
    return signed_in(officer)


@pytest.fixture
def holts() -> Proposal:
    """Return Maria with two records at the tills, and whoever may be her in the shop."""
    maria = record_of("tills", full_name="Maria Holt", city="York", born_on="1961-05-04")
    record_of("tills", maria)
    shop = record_of("shop", full_name="Maria Hoult", city="Leeds", born_on="1961-05-04")
    identify(maria, "email", "maria@example.org")
    identify(maria, "phone", "+441904555123")
    identify(shop, "phone", "+441904555132")
    return ProposalFactory.create(a=maria, b=shop)


@pytest.fixture
def same() -> Proposal:
    """Return a pair that the machine joins: they share an e-mail address."""
    a, b = record_of("tills"), record_of("shop")
    for each in (a, b):
        identify(each, "email", "maria@example.org")
    return ProposalFactory.create(a=a, b=b)
