import pytest
from django.test import Client
from django.utils import timezone

from strategy.models import Person, Role
from tests.factories.reports import NOW, SignIn
from tests.factories.strategy import person


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page read the clock of these tests."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(who: Person) -> Client:
        client = Client()
        client.force_login(who)
        return client

    return signed_in


@pytest.fixture
def reader(sign_in: SignIn) -> Client:
    """Somebody who may read everything and do nothing."""
    return sign_in(person(Role.ASSOCIATE))
