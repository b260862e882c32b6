"""Every page that takes files looks at the person first, then at the size, then at the token."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.forms import BoundedUpload
from strategy.models import Role
from tests.factories.strategy import PersonFactory, person

pytestmark = pytest.mark.django_db
PAGES = ["/customers/imports/", "/reports/evaluate/", "/reports/claims/new/"]


def posted(client: Client, page: str) -> int:
    sent = {"file": SimpleUploadedFile("rows.csv", b"arm,spend\nmail,1\n")}
    return client.post(page, sent).status_code


@pytest.mark.parametrize("page", PAGES)
def test_without_the_forms_token_nothing_is_taken(page: str) -> None:
    lax, strict = Client(), Client(enforce_csrf_checks=True)
    for client in (lax, strict):
        client.force_login(person(Role.ANALYST))

    assert posted(lax, page) in {302, 422}
    assert posted(strict, page) == 403


@pytest.mark.parametrize("page", PAGES)
def test_the_file_of_who_may_not_is_not_even_read(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_args: object) -> None:
        pytest.fail("a stranger's file was read")

    monkeypatch.setattr(BoundedUpload, "receive_data_chunk", read)
    client = Client()
    client.force_login(PersonFactory.create())

    assert posted(client, page) == 403


@pytest.mark.parametrize(
    ("address", "takes"),
    [("imports", "customers.forms.BoundedUpload"), ("evaluations", "reports.forms.TestUpload")],
)
def test_a_program_that_sends_too_much_is_told(
    address: str, takes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{takes}.most", 10)
    client = Client()
    client.force_login(person(Role.ANALYST))

    answer = client.post(f"/api/v1/{address}", {"file": SimpleUploadedFile("a.csv", b"x" * 11)})

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["detail"].startswith("The file is larger than ")
