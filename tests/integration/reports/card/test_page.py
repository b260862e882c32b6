"""A customer's card."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import Look, Record, Ruling
from strategy.models import Person, Role
from tests.factories.cards import address, event, record_of, rich
from tests.factories.customers import ProposalFactory
from tests.factories.reports import NOW
from tests.factories.strategy import person
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


def test_name_and_details_are_masked_in_the_response_itself(client: Client, maria: Record) -> None:
    page = client.get(address(maria))

    assert "M••••••• H•••••••" in words(page)
    assert "E-mail address m•••@•••, Loyalty card •••• 4417, York, with us since" in words(page)
    for secret in ("Maria", "Holt", "maria@", "6335"):
        assert secret not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_reason_reveals_them_for_five_minutes_and_is_logged(
    client: Client, maria: Record, associate: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"reason": "Customer is in front of me"}

    client.post(f"{address(maria)}reveal/", asked)

    shown = words(client.get(address(maria)))
    for clear in ("Maria Holt", "maria@example.org", "6335 1234 4417", "4 May 1961"):
        assert clear in shown
    look = Look.objects.get(act="reveal")
    assert (look.by, look.customer, look.reason) == (
        associate,
        maria.customer.public_id,
        "Customer is in front of me",
    )

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5, seconds=1))
    assert "Maria" not in client.get(address(maria)).content.decode()


def test_htmx_gets_the_head_of_the_card_and_mistakes_are_said(
    client: Client, maria: Record
) -> None:
    htmx = {"HX-Request": "true"}
    good = client.post(
        f"{address(maria)}reveal/", {"reason": "Customer is on the line"}, headers=htmx
    )
    bad = client.post(f"{address(maria)}reveal/", {"reason": "Curious"}, headers=htmx)

    assert "Maria Holt" in words(good)
    assert "<main" not in good.content.decode()
    assert bad.status_code == 422


def test_what_is_revealed_hides_itself(
    client: Client, maria: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    htmx = {"HX-Request": "true", "HX-Target": "who"}
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    assert "data-revealed" not in client.get(address(maria)).content.decode()
    fresh = client.post(
        f"{address(maria)}reveal/", {"reason": "Customer is on the line"}, headers=htmx
    ).content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(seconds=60.5))
    page = client.get(address(maria)).content.decode()

    assert "load delay:300s" in fresh
    assert "load delay:240s" in page
    assert f'content="240; url={address(maria)}"' in page

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))
    hidden = client.get(address(maria), headers=htmx).content.decode()

    assert "M••••••• H•••••••" in hidden
    assert "Maria" not in hidden
    assert "data-revealed" not in hidden
    assert "<main" not in hidden


def test_without_scripts_a_missing_reason_is_said_on_the_card(
    client: Client, maria: Record
) -> None:
    page = client.post(f"{address(maria)}reveal/", {}, follow=True)

    assert "Choose the reason why you need it." in words(page)
    assert not Look.objects.filter(act="reveal").exists()


def test_a_view_is_logged_once_in_five_minutes(client: Client, maria: Record) -> None:
    client.get(address(maria))
    client.get(address(maria))

    assert Look.objects.filter(act="view", customer=maria.customer.public_id).count() == 1


def test_a_fragment_of_a_card_is_a_view_too(client: Client, maria: Record) -> None:
    client.get(address(maria), headers={"HX-Request": "true"})

    assert Look.objects.filter(act="view", customer=maria.customer.public_id).count() == 1


def test_executives_see_cards_and_no_form(maria: Record) -> None:
    client = Client()
    client.force_login(person(Role.EXECUTIVE))

    page = words(client.get(address(maria)))

    assert "Reveal" not in page
    assert "Report a wrong link" not in page


def test_an_old_id_leads_to_the_card(client: Client, maria: Record) -> None:
    younger = record_of("shop")
    old = younger.customer.public_id
    younger.customer = maria.customer
    younger.save()

    response = client.get(f"/customers/{old}/")

    assert response.headers["Location"] == address(maria)


def test_nobody_has_a_page_in_words(client: Client, maria: Record) -> None:
    never = client.get(f"/customers/{uuid4()}/")
    gone = address(maria)
    maria.delete()

    for response in (never, client.get(gone), client.post(f"{gone}reveal/", {"reason": "x"})):
        assert response.status_code == 404
        assert "Nobody is known by this address" in words(response)


def test_suggestions_and_rulings_are_told(client: Client, maria: Record) -> None:
    stranger = record_of("desk", full_name="Mary Holt")
    mine = record_of("shop", maria)
    head = person(Role.HEAD, name="Alun Pryce")
    ProposalFactory.create(a=maria, b=stranger, probability=0.95, evidence=[])
    Ruling.objects.create(a=maria, b=mine, answer="joined", at=NOW, by=head, reason="Asked her")

    page = words(client.get(address(maria)))

    assert "A record of Desk Looks like the same person. For review, 95.0% sure" in page
    assert "Tills and Shop are the same person. Asked her. Alun Pryce, 23 November 2026" in page
    assert "Mary" not in page


def test_a_wrong_link_is_reported_with_a_reason(client: Client, maria: Record) -> None:
    other = record_of("shop", maria)
    sent = {"record": other.pk, "reason": "She says that she has no web account"}

    page = client.post(f"{address(maria)}wrong-link/", sent, follow=True)

    assert "Reported. The record is kept apart as soon as the links are made anew." in words(page)
    assert Ruling.objects.get().answer == "apart"


def test_a_report_without_a_reason_or_of_a_stranger_is_not_taken(
    client: Client, maria: Record
) -> None:
    other, stranger = record_of("shop", maria), record_of("desk")
    for sent in ({"record": other.pk, "reason": ""}, {"record": stranger.pk, "reason": "x"}):
        assert client.post(f"{address(maria)}wrong-link/", sent).status_code == 422
    assert not Ruling.objects.exists()


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_card_takes_the_same_queries_whatever_the_history(
    how_many: int,
    client: Client,
    maria: Record,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rich(maria)
    for number in range(how_many):
        event(maria, "order", 300 + number, product=f"P{number}", category=f"C{number}")
        other = record_of(f"s{number}", maria)
        event(other, "contact", 30 + number, initiative="bulbs")
    client.get(address(maria))

    with django_assert_num_queries(22):
        assert client.get(address(maria)).status_code == 200
