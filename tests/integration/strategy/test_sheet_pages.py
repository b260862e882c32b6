"""The page of a sheet: drafts, comparisons, signing, publishing."""

import pytest
from django.test import Client

from strategy.actions import sheets
from strategy.models import Role, Sheet, Signature
from tests.factories.strategy import AT, DepartmentFactory, SheetFactory, person, published_sheet

pytestmark = pytest.mark.django_db


def test_a_draft_is_shown_to_those_who_publish(client: Client) -> None:
    draft = SheetFactory.create(version=4)

    client.force_login(person(Role.HEAD))
    assert client.get("/strategy/sheets/4/").status_code == 404

    client.force_login(person(Role.EXECUTIVE))
    assert b"Publish v4" in client.get("/strategy/sheets/4/").content

    client.post("/strategy/sheets/4/publish/")
    assert Sheet.objects.published().get() == draft


def test_a_draft_does_not_show_through_a_comparison(client: Client) -> None:
    published_sheet(version=3)
    SheetFactory.create(version=4, vision="A secret.")
    client.force_login(person(Role.HEAD))

    assert b"A secret." not in client.get("/strategy/sheets/3/?compare=4").content


@pytest.mark.parametrize("compare", ["", "x", "99", "-1", "9" * 5000], ids=len)
def test_nonsense_to_compare_with_is_left_out(client: Client, compare: str) -> None:
    published_sheet(version=3)
    client.force_login(person(Role.HEAD))

    assert client.get("/strategy/sheets/3/", {"compare": compare}).status_code == 200


def test_signing_on_the_page(client: Client) -> None:
    sheet, stores = published_sheet(), DepartmentFactory.create(name="Stores")
    client.force_login(person(Role.HEAD, stores))
    said = {
        "version": sheet.version,
        "department": stores.key,
        "content_hash": sheet.content_hash,
    }

    client.post("/strategy/sign/", said)
    client.post("/strategy/sign/", said)

    assert Signature.objects.get().department == stores
    page = client.get(f"/strategy/sheets/{sheet.version}/").content.decode()
    assert f"Signed v{sheet.version} for Stores: text {sheet.content_hash[:8]}." in page
    assert f"Stores has signed Sheet v{sheet.version} already." in page


def test_signing_for_others_is_refused_with_the_reason(client: Client) -> None:
    sheet, stores = published_sheet(), DepartmentFactory.create(name="Stores")
    client.force_login(person(Role.MEMBER, stores))

    answer = client.post(
        "/strategy/sign/",
        {
            "version": sheet.version,
            "department": stores.key,
            "content_hash": sheet.content_hash,
        },
    )

    assert answer.status_code == 403
    assert "Only the head of Stores may sign for it." in answer.content.decode()


def test_a_version_that_is_no_number_is_not_found(client: Client) -> None:
    client.force_login(person(Role.HEAD))

    assert client.post("/strategy/sign/", {"version": "9" * 5000}).status_code == 404


def test_an_executive_drafts_and_reads_what_publishing_ends(client: Client) -> None:
    department = DepartmentFactory.create()
    sheet = published_sheet(version=4)
    head = person(Role.HEAD, department)
    seen = sheet.content_hash
    sheets.sign_sheet(sheet=sheet, department=department, content_hash=seen, by=head, at=AT)
    client.force_login(person(Role.EXECUTIVE))

    page = client.post("/strategy/draft/", follow=True)

    assert page.redirect_chain == [("/strategy/sheets/5/", 302)]
    assert b"Publishing ends the one signature under v4." in page.content
    assert b"An admin edits the text" in page.content
