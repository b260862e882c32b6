import pytest
from rest_framework.test import APIClient

from strategy.models import Role
from tests.factories.strategy import published_sheet
from tests.programs import program


@pytest.fixture
def sender() -> APIClient:
    published_sheet(contact_cap=3, contact_gap_hours=24, exempt=["service"])
    return program(Role.MEMBER)
