"""Whatever the schema allows, and what it does not: the API answers as it says it does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from pytest_django import Settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from campaigns.models import Assignment
from config.wsgi import application
from strategy.actions.check_ins import check_in
from strategy.models import Membership, Person, Role
from tests.factories.campaigns import GoalFactory, InitiativeFactory, sheet
from tests.factories.customers import AT, CustomerFactory, ImportFactory
from tests.factories.reports import reading, result
from tests.factories.strategy import PersonFactory
from tests.programs import token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]
EXAMPLES = 20


@pytest.fixture
def somebody(settings: Settings, tmp_path: Path) -> Person:
    """Build one of everything, and somebody who may do everything with it."""
    settings.IMPORT_FOLDER = tmp_path
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    sheet()
    initiative = InitiativeFactory.create()
    result(InitiativeFactory.create(status="live"), "win")
    reading("conversion_rate", 0.03)
    record = CustomerFactory.create().records.get()
    Assignment.objects.create(initiative=initiative, record=record, arm="treated", at=AT)
    ImportFactory.create()
    made = PersonFactory.create()
    Membership.objects.create(person=made, role=Role.ADMIN)
    Membership.objects.create(person=made, role=Role.HEAD)
    check_in(goal=GoalFactory.create(), note="On its way.", measured=None, by=made, at=AT)
    return made


def closing(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Answer as the application does, and close its answer, as servers do and this client not."""
    answer = application(environ, start)
    try:
        return list(answer)
    finally:
        answer.close()


@pytest.fixture
def authorization(somebody: Person) -> str:
    return f"Bearer {token(somebody)}"


@pytest.fixture
def api(authorization: str) -> Iterator[Any]:
    """Return the schema as a program finds it; requests stay on the test's own connection."""
    client = Client(headers={"Authorization": authorization})
    schema = schemathesis.openapi.from_dict(client.get("/api/schema/").json())
    schema.app = closing
    for signal in (request_started, request_finished):  # the client has its own way with them
        signal.disconnect(close_old_connections)
    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


operations = schemathesis.pytest.from_fixture("api")


@operations.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_every_operation_answers_as_the_schema_says(
    case: schemathesis.Case[Any], authorization: str
) -> None:
    # A schema cannot say which departments there are; another one is refused in spite of it.
    excluded: list[Any] = [positive_data_acceptance]
    if case.media_type == "multipart/form-data":  # whatever its parts are made of, they are text
        excluded.append(negative_data_rejection)
    case.call_and_validate(headers={"Authorization": authorization}, excluded_checks=excluded)
