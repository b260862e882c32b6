import pytest

from strategy.models import Person, Role
from tests.factories.campaigns import DepartmentFactory
from tests.factories.strategy import person


@pytest.fixture
def head() -> Person:
    """Whoever leads Marketing."""
    return person(Role.HEAD, DepartmentFactory.create(), name="Tom Reyes")
