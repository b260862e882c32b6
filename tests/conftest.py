"""What all tests share."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pgtrigger
import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import Settings

BROUGHT_BY_MIGRATIONS = {
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "strategy_measure",
}


@pytest.fixture(scope="session", autouse=True)
def _without_deadlines() -> None:
    """Keep the web's deadlines from tests: a live server imports them into this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGOPTIONS", os.environ.get("PGOPTIONS", ""))
        importlib.import_module("config.wsgi")


@pytest.fixture(scope="session", autouse=True)
def _empty_as_migrated() -> Iterator[None]:
    """Leave the database after a test that commits as the migrations left it.

    Django's own flush would take the standard measures too, and the audit log refuses it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


@pytest.fixture(scope="session")
def _facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("facts")


@pytest.fixture(autouse=True)
def _facts_of_its_own(settings: Settings, _facts: Path) -> None:
    """Let each test keep its copy of the facts in a folder of its own, made when it is wanted."""
    settings.FACTS_PATH = str(_facts / uuid4().hex)


def _empty(_test: TransactionTestCase) -> None:
    tables = set(connection.introspection.django_table_names(only_existing=True))
    names = ", ".join(f'"{name}"' for name in sorted(tables - BROUGHT_BY_MIGRATIONS))
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")
