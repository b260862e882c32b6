from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from customers.actions.work import HANDLERS
from tests.ledger import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def short_leases(settings: Settings) -> None:
    settings.WORK_LEASE_SECONDS = 60


@pytest.fixture
def handler() -> Iterator[dict[str, Any]]:
    """Let work of kind "test" do what the test puts under "does"."""
    doing: dict[str, Any] = {"does": lambda **_: {"count": 1}, "runs": 0}

    def handle(**arguments: Any) -> dict[str, Any]:
        doing["runs"] += 1
        done: dict[str, Any] = doing["does"](**arguments)
        return done

    HANDLERS["test"] = handle
    yield doing
    del HANDLERS["test"]
