"""A customer's page of rights, the register, the copy and the certificate."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from customers.models import Consent, Customer, Erasure, Look, Record
from strategy.models import AuditEntry, Role
from tests.canary import ORDERS, PEOPLE, forget
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import RecordFactory, SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW, Bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(bring: Bring) -> Customer:
    shop = SourceFactory.create(key="web-shop")
    bring(shop, PEOPLE)
    bring(shop, ORDERS)
    return Record.objects.get(external_id="CANARYBIRD-1").customer


def client(role: Role) -> Client:
    made = Client()
    made.force_login(person(role))
    return made


def address(customer: Customer, act: str = "privacy") -> str:
    return f"/customers/{customer.public_id}/{act}/"


def test_what_they_allow_and_who_they_are_masked(customer: Customer) -> None:
    text = client(Role.MEMBER).get(address(customer)).content.decode()

    assert "Email for news: yes." in text
    assert "c•••@•••" in text
    assert "canarybird@example.org" not in text
    assert "Do they ask to be forgotten?" not in text


def test_contact_details_show_after_a_reason(customer: Customer) -> None:
    somebody = client(Role.ASSOCIATE)

    somebody.post(address(customer, "reveal"), {"reason": "x"})
    assert not Look.objects.exists()
    somebody.post(address(customer, "reveal"), {"reason": "Customer is on the line"})

    assert "canarybird@example.org" in somebody.get(address(customer)).content.decode()
    assert Look.objects.get(act="reveal").reason == "Customer is on the line"


def test_opening_the_page_is_a_look_and_no_cache_keeps_it(customer: Customer) -> None:
    somebody = client(Role.ASSOCIATE)

    shown = somebody.get(address(customer))
    refused = somebody.post(address(customer, "consent"), {})

    assert [shown.headers["Cache-Control"], refused.headers["Cache-Control"]] == ["no-store"] * 2
    assert Look.objects.get().act == "view"
    assert Look.objects.get().customer == customer.public_id


def test_what_is_revealed_hides_itself(customer: Customer) -> None:
    somebody = client(Role.ASSOCIATE)
    assert "data-revealed" not in somebody.get(address(customer)).content.decode()

    somebody.post(address(customer, "reveal"), {"reason": "Customer is on the line"})

    assert 'hx-select="#who"' in somebody.get(address(customer)).content.decode()


def test_an_answer_is_noted(customer: Customer) -> None:
    sent = {"channel": "Text", "purpose": "news", "answer": "yes", "evidence": "Rang"}

    somebody = client(Role.ASSOCIATE)
    assert somebody.post(address(customer, "consent"), sent).status_code == 302
    assert somebody.post(address(customer, "consent"), sent | {"evidence": ""}).status_code == 422

    answer = Consent.objects.get(channel="text")
    assert (answer.is_allowed, answer.way, answer.evidence) == (True, "staff", "Rang")


def test_an_old_id_leads_on_and_one_of_nobody_nowhere(customer: Customer) -> None:
    other = RecordFactory.create()
    Record.objects.filter(pk=other.pk).update(customer=customer)
    old = Customer.objects.get(pk=other.pk)

    answer = client(Role.PRIVACY).get(address(old))

    assert answer.status_code == 302
    assert str(customer.public_id) in answer.headers["Location"]
    assert client(Role.PRIVACY).get(f"/customers/{uuid4()}/privacy/").status_code == 404


def copy(customer: Customer, form: str) -> str:
    sent = {"reason": "Customer asked for their data", "as": form}
    answer = client(Role.PRIVACY).post(address(customer, "copy"), sent)
    return b"".join(answer).decode()


def test_the_copy_has_everything_and_nothing_of_others(customer: Customer) -> None:
    probable = RecordFactory.create(customer=customer, external_id="maybe-me")
    record = Record.objects.get(external_id="CANARYBIRD-1")
    record.assignments.create(
        initiative=InitiativeFactory.create(name="Seeds"), arm="treated", at=NOW
    )

    text = copy(customer, "json")

    held = json.loads(text)
    assert held["What each system says of you"][0]["family_name"] == "Yellow"
    assert {one["value"] for one in held["What you are known by"]} >= {"canarybird@example.org"}
    assert held["What you allow"][0]["answer"] == "yes"
    assert [one["kind"] for one in held["What happened"]] == ["order", "opt_out"]
    assert held["Tests that you were part of"][0]["initiative"] == "Seeds"
    assert held["Who looked at you"][0]["what"] == "Took a copy of everything"
    assert probable.external_id not in text
    assert "Blue" not in text
    assert Look.objects.get().act == "export"


def test_the_copy_can_be_read(customer: Customer) -> None:
    Record.objects.filter(customer=customer).update(attributes={"city": "<b>York</b>"})

    text = copy(customer, "html")

    assert text.startswith("<!doctype html>")
    assert "&lt;b&gt;York&lt;/b&gt;" in text
    assert text.rstrip().endswith("</html>")


@pytest.mark.usefixtures("customer")
def test_the_register_goes_out_and_comes_in_again(bring: Bring) -> None:
    Consent.objects.create(
        record=Record.objects.get(external_id="B"), channel="post", purpose="news",
        is_allowed=False, told_at=NOW, evidence="=HYPERLINK()",
    )  # fmt: skip
    somebody = client(Role.ANALYST)

    assert b"customers allow" in somebody.get("/customers/consents/").content
    text = b"".join(somebody.get("/customers/consents.csv")).decode()

    assert "'=HYPERLINK()" in text
    assert AuditEntry.objects.filter(act="consent.export").count() == 1
    shop = Record.objects.get(external_id="B").source
    assert bring(shop, text).changed_count == 0


def test_the_register_comes_in_again_whatever_people_are_called(bring: Bring) -> None:
    shop = SourceFactory.create()
    names = ["+44 20", "-5", "=1", "@ada", "'=x", "'quoted"]
    rows = "".join(f"{name},yes\n" for name in names)
    bring(shop, f"external_id,consent.email.marketing\n{rows}")

    text = b"".join(client(Role.ANALYST).get("/customers/consents.csv")).decode()

    assert bring(shop, text).changed_count == 0
    assert set(Record.objects.values_list("external_id", flat=True)) == set(names)


def test_erasing_asks_for_the_id_and_leads_to_the_certificate(customer: Customer) -> None:
    somebody = client(Role.PRIVACY)

    wrong = somebody.post(address(customer, "erase"), {"confirmation": "yes"})
    assert wrong.status_code == 422
    assert f"Type {customer.public_id}" in wrong.content.decode()

    sent = {"confirmation": str(customer.public_id)}
    answer = somebody.post(address(customer, "erase"), sent)
    assert answer.headers["Location"] == f"/customers/erasures/{customer.public_id}/"
    assert "Not yet: waiting." in somebody.get(answer.headers["Location"]).content.decode()


def test_the_certificate_says_what_went(customer: Customer) -> None:
    forget(customer.public_id)
    somebody = client(Role.ADMIN)
    place = f"/customers/erasures/{customer.public_id}"

    assert "Yes, since" in somebody.get(f"{place}/").content.decode()
    assert somebody.get(f"{place}.json").json()["removed"]["records"] == 1
    assert str(customer.public_id) in somebody.get("/customers/erasures/").content.decode()
    assert Erasure.objects.get().done_at == NOW
    assert somebody.get(address(customer)).headers["Location"] == f"{place}/"
    assert client(Role.ASSOCIATE).get(address(customer)).status_code == 404
