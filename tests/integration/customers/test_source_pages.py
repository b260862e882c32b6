"""A source's pages: can I rely on it, what it sends, its keys, its forms."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from customers.actions.sources import change_source
from customers.actions.write_keys import make_write_key, source_of
from customers.models import Refusal, Source, WriteKey
from strategy.models import Person, Role
from tests.factories.customers import (
    AT,
    ArrivalFactory,
    ImportFactory,
    SourceFactory,
    said,
)
from tests.factories.strategy import DepartmentFactory, person
from tests.integration.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def sign_in(client: Client, role: Role = Role.ANALYST) -> Person:
    made = person(role, DepartmentFactory.create())
    client.force_login(made)
    return made


def tills(**fields: Any) -> Source:
    return SourceFactory.create(key="tills", name="Tills", **fields)


def refuse(source: Source, count: int, *, days: int = 0) -> None:
    on = NOW.date() - timedelta(days=days)
    Refusal.objects.create(
        source=source,
        refused_on=on,
        reason="It has no time.",
        message_count=count,
        example="m-7",
        last_at=NOW,
    )


def test_the_list_answers_before_it_shows(client: Client) -> None:
    owner = sign_in(client, Role.HEAD)
    late = tills(owner=owner, promise_hours=6, identifier_kinds=["loyalty_card"])
    ImportFactory.create(source=late, loaded_at=NOW - timedelta(days=5), file_name="cards.csv")
    ArrivalFactory.create(source=SourceFactory.create(name="Web shop"), last_at=NOW)
    refuse(late, 12)
    refuse(late, 30, days=1)

    page = client.get("/customers/sources/")

    assertContains(page, "Not on everything: one of two sources has not come as promised: Tills.")
    assertContains(page, owner.name)
    assertContains(page, "promised every 6 hours")
    assertContains(page, "cards.csv")
    assertContains(page, "Loyalty card")
    assertContains(page, "12 refused today")
    assertContains(page, "12 live messages were refused today.")
    assertContains(page, "Shopify: orders")
    assertNotContains(page, "Add a source")


def test_an_empty_list_says_what_comes_first(client: Client) -> None:
    sign_in(client)
    assertContains(client.get("/customers/sources/"), "Add the first source")

    sign_in(client, Role.EXECUTIVE)
    assertContains(client.get("/customers/sources/"), "Analysts and admins add sources.")


def test_a_page_shows_the_sources_health(client: Client) -> None:
    analyst = sign_in(client)
    source = tills(promise_hours=6)
    kinds = {"identifier_kinds": ["email", "loyalty_card"], "confirmed_kinds": ["loyalty_card"]}
    said_now = said(department=source.department, owner=analyst, promise_hours=6, **kinds)
    change_source(source=source, by=analyst, at=AT, **said_now)
    ArrivalFactory.create_batch(2, source=source, last_at=NOW)
    ArrivalFactory.create(source=source, last_at=NOW - timedelta(days=14), message_count=777)
    refuse(source, 41, days=3)

    page = client.get("/customers/sources/tills/")

    assertContains(page, "Yes. Its newest data came today 07:40, as promised: every 6 hours.")
    assertContains(page, '<td class="num" data-l="Messages">200</td>', html=True)
    assertContains(page, "41: It has no time.")
    assertContains(page, "m-7")
    assertContains(page, "Confirmed", count=2)
    assertContains(page, "Promise, in hours")
    assertContains(page, "No key yet")
    assertNotContains(page, "777")


def test_a_page_shows_how_each_header_was_read_last(client: Client) -> None:
    sign_in(client)
    source = tills()
    for days, name, columns in ((2, "old.csv", ["a"]), (1, "new.csv", ["a"]), (3, "b.csv", ["b"])):
        ImportFactory.create(
            source=source,
            file_name=name,
            written={"columns": columns, "layout": "csv", "delimiter": ",", "encoding": "UTF-8"},
            loaded_at=NOW - timedelta(days=days),
        )

    page = client.get("/customers/sources/tills/").text

    remembered = page[page.index('id="headers"') :]
    assert re.findall(r"raw\">(\w+\.csv)</span>", remembered) == ["new.csv", "b.csv"]


def test_a_new_source_has_nothing_and_says_so(client: Client) -> None:
    sign_in(client)
    tills(promise_hours=6)

    page = client.get("/customers/sources/tills/")

    assertContains(page, "Not yet: nothing has come. It promises data every 6 hours.")
    assertContains(page, "No file has come yet.")
    assertContains(page, "Nothing is remembered yet")
    assertContains(page, "No key yet")
    assertContains(page, "no owner yet")


def test_a_new_key_is_shown_exactly_once(client: Client) -> None:
    sign_in(client)
    source = tills()

    answer = client.post("/customers/sources/tills/keys/")

    found = re.search(r'id="write-key" value="([\w-]{43})"', answer.text)
    assert found is not None
    assert source_of(found[1]) == source
    assert "no-store" in answer.headers["Cache-Control"]
    assertNotContains(client.get("/customers/sources/tills/"), found[1])


def test_a_key_is_retired_and_the_other_stays_good(client: Client) -> None:
    sign_in(client)
    source = tills()
    old, new = (make_write_key(source=source, by=None, at=AT) for _ in range(2))
    first = WriteKey.objects.earliest("pk")

    for _ in range(2):
        answer = client.post(f"/customers/sources/tills/keys/{first.pk}/retire/")
        assertRedirects(answer, "/customers/sources/tills/")

    assert source_of(old) is None
    assert source_of(new) == source
    assertContains(client.get("/customers/sources/tills/"), "retired 23 November 2026")


def test_another_sources_key_is_not_retired_here(client: Client) -> None:
    sign_in(client)
    tills()
    make_write_key(source=SourceFactory.create(), by=None, at=AT)
    foreign = WriteKey.objects.get()

    answer = client.post(f"/customers/sources/tills/keys/{foreign.pk}/retire/")

    assert answer.status_code == 404


def test_the_form_adds_a_source(client: Client) -> None:
    analyst = sign_in(client)
    sent = said() | {"key": "WiFi", "owner": analyst.pk, "name": "Wi-fi"}
    sent["department"] = DepartmentFactory.create(name="Stores").pk

    answer = client.post("/customers/sources/new/", sent)

    assertRedirects(answer, "/customers/sources/wifi/")
    source = Source.objects.get()
    assert (source.name, source.owner, source.trust_rank) == ("Wi-fi", analyst, 1)
    assert source.confirmed_kinds == ["loyalty_card"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"key": "New"}, "Pages need this key themselves"),
        ({"promise_hours": "0"}, "greater than or equal to 1"),
        ({"trust_rank": "10"}, "less than or equal to 9"),
        ({"confirmed_kinds": ["phone"]}, "A source confirms only identifiers that it sends"),
        ({"identifier_kinds": ["passport"]}, "passport is not one of the available choices"),
        ({"name": "Ti\u200blls"}, "Take the hidden character out"),
    ],
)
def test_a_mistake_is_said_beside_the_form(
    client: Client, wrong: dict[str, Any], sentence: str
) -> None:
    sign_in(client)
    sent = said() | {"key": "wifi", "owner": "", "department": DepartmentFactory.create().pk}

    answer = client.post("/customers/sources/new/", sent | wrong)

    assertContains(answer, sentence, status_code=422)
    assert not Source.objects.exists()


def test_only_who_may_see_the_page_can_own_a_source(client: Client) -> None:
    sign_in(client)
    head, member = (person(role, DepartmentFactory.create()) for role in (Role.HEAD, Role.MEMBER))

    page = client.get("/customers/sources/new/")

    assertContains(page, head.name)
    assertNotContains(page, f">{member.name}<")


def test_the_form_changes_all_but_the_key(client: Client) -> None:
    sign_in(client)
    source = tills()
    sent = said(feeds="Cards") | {"owner": "", "department": source.department_id, "key": "other"}

    answer = client.post("/customers/sources/tills/edit/", sent)

    assertRedirects(answer, "/customers/sources/tills/")
    source.refresh_from_db()
    assert (source.key, source.feeds) == ("tills", "Cards")
