"""The source that files are handed in for."""

import pytest

from customers.models import Source
from tests.factories.customers import SourceFactory


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="web-shop")
