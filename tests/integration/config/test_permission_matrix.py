"""Who is answered what, at every address, for reading (GET) and for sending (POST)."""

import re
from collections import ChainMap
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from strategy.models import Department, Person, Role
from tests.factories.campaigns import DepartmentFactory
from tests.factories.strategy import person
from tests.matrix import api, campaigns, customers, reports, servers, strategy
from tests.matrix.everything import Everything, build
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

ROLES = [
    "out",
    "executive",
    "head",
    "other_head",
    "member",
    "analyst",
    "associate",
    "privacy",
    "admin",
    "inactive",
]
"""Nobody signed in; the roles, head and member of Marketing, whose things they are; who left."""


class Row(NamedTuple):
    method: str
    address: str
    answers: list[str]


class Area(Protocol):
    """What a module of tests.matrix says."""

    TABLE: str

    def places(self, made: Everything, /) -> dict[str, list[Any]]:
        """Return what its addresses lead to, by the address's name."""

    def sent(self, made: Everything, /) -> dict[str, dict[str, Any]]:
        """Return what is sent there, by the address's name."""


AREAS: tuple[Area, ...] = (servers, strategy, customers, campaigns, reports, api)


def rows() -> list[Row]:
    lines = [line.split() for area in AREAS for line in area.TABLE.splitlines() if line]
    return [Row(method, name, told) for method, name, *told in lines if method != "method"]


def addresses(
    found: list[URLPattern | URLResolver], route: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield every address's route and its name, such as ("admin/login/", "admin:login")."""
    for each in found:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from addresses(each.url_patterns, route + str(each.pattern), space + inner)
        else:
            yield route + str(each.pattern), space + (each.name or "")


def open_addresses(*, of_admin: bool) -> dict[str, str]:
    """Return routes with their names: those that have rows, or the group of the admin's."""
    every = addresses(get_resolver().url_patterns)
    doors = {"admin:login", "admin:logout"}
    return {
        route: name
        for route, name in every
        if (name.startswith("admin:") and name not in doors) is of_admin
    }


@pytest.fixture
def people() -> dict[str, Person]:
    marketing, stores = (DepartmentFactory.create(key=key) for key in ("marketing", "stores"))
    return {
        "executive": person(Role.EXECUTIVE),
        "head": person(Role.HEAD, marketing),
        "other_head": person(Role.HEAD, stores),
        "member": person(Role.MEMBER, marketing),
        "analyst": person(Role.ANALYST),
        "associate": person(Role.ASSOCIATE),
        "privacy": person(Role.PRIVACY),
        "admin": person(Role.ADMIN, is_staff=True),
        "inactive": person(Role.ADMIN, is_staff=True),
    }


@pytest.fixture
def clients(people: dict[str, Person]) -> dict[str, Client]:
    """Sign everybody in; only then does somebody leave."""
    made = {"out": Client()} | {role: signed_in(one) for role, one in people.items()}
    people["inactive"].is_active = False
    people["inactive"].save()
    return made


@pytest.fixture
def everything(people: dict[str, Person], tmp_path: Path, settings: Settings) -> Everything:
    settings.ATTACHMENT_FOLDER = tmp_path
    return build(head=people["head"], folder=tmp_path)


def answer(response: HttpResponseBase) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    return "in" if re.match("/(accounts|admin)/login/", response.headers["Location"]) else "on"


def ask(client: Client, method: str, address: str, sent: dict[str, Any] | None = None) -> str:
    """Ask as the client and take back what the answer changed, cookies included."""
    jar = SimpleCookie(client.cookies)
    is_api = address.startswith("/api/")
    with transaction.atomic():
        if sent is None:
            response = client.generic(method, address)
        elif is_api:
            response = client.post(address, sent, content_type="application/json")
        else:
            response = client.post(address, sent)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    client.cookies = jar
    return answer(response)


def test_every_address_has_its_rows() -> None:
    named = set(open_addresses(of_admin=False).values())

    assert sorted((row.method, row.address) for row in rows()) == sorted(
        (method, name) for name in named for method in ("GET", "POST")
    )


def test_everybody_is_answered_as_the_table_says(
    everything: Everything, clients: dict[str, Client], subtests: pytest.Subtests
) -> None:
    places = ChainMap(*[area.places(everything) for area in AREAS])
    sent = ChainMap(*[area.sent(everything) for area in AREAS])

    for method, name, answers in rows():
        address = reverse(name, args=places.get(name, []))
        said = sent.get(name, {}) if method == "POST" else None
        with subtests.test(f"{method} {name}"):
            told = {role: ask(clients[role], method, address, said) for role in ROLES}
            assert told == dict(zip(ROLES, answers, strict=True))
    assert {*places, *sent} <= {row.address for row in rows()}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_for_admins_only(method: str, clients: dict[str, Client]) -> None:
    kind = str(ContentType.objects.get_for_model(Department).pk)
    routes = [
        route.replace("<path:content_type_id>", kind) for route in open_addresses(of_admin=True)
    ]
    pages = ["/" + re.sub(r"<.*?>|\^.*", "1", route) for route in routes]
    sent: dict[str, Any] | None = {} if method == "POST" else None

    for role, client in clients.items():
        answers = {address: ask(client, method, address, sent) for address in pages}
        if role == "admin":
            assert "in" not in answers.values()
            assert not any(each.startswith("5") for each in answers.values())
        else:
            assert set(answers.values()) == {"in"}, role
