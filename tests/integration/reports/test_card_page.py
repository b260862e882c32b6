"""A customer's card."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.actions.golden import refresh_golden_of
from customers.identity.rules import Reason, State
from customers.intake.identifiers import digests
from customers.intake.sealing import Keys
from customers.models import (
    Companion,
    Consent,
    Identifier,
    Look,
    Neighbour,
    Record,
    Ruling,
)
from strategy.models import Person, Role
from tests.factories.campaigns import InitiativeFactory, sheet
from tests.factories.customers import EventFactory, ProposalFactory, RecordFactory, SourceFactory
from tests.factories.reports import NOW
from tests.factories.strategy import DepartmentFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


def record_of(source_key: str = "tills", other: Record | None = None, **said: Any) -> Record:
    department = DepartmentFactory.create(key=f"d-{source_key}", name=source_key.capitalize())
    source = SourceFactory.create(key=source_key, department=department)
    attributes = {"updated_at": "2026-04-02T10:00:00+00:00"} | said
    linked = {"customer": other.customer, "certain_id": other.certain_id} if other else {}
    record = RecordFactory.create(source=source, attributes=attributes, **linked)
    with connection.cursor() as cursor:
        refresh_golden_of(cursor, [record.pk])
    return record


def identify(record: Record, kind: str, value: str, **more: Any) -> None:
    key = settings.IDENTITY_KEY.encode()[:64]
    sealed = Keys(settings.IDENTIFIER_KEYS).seal(kind, [value])[0]
    found = digests(kind, [value], key)[0]
    Identifier.objects.create(record=record, kind=kind, digest=found, sealed=sealed, **more)


def event(record: Record, kind: str, days_ago: float = 1, **said: Any) -> None:
    at = NOW - timedelta(days=days_ago)
    EventFactory.create(record=record, kind=kind, at=at, **({"amount": None} | said))


@pytest.fixture
def maria() -> Record:
    record = record_of(full_name="Maria Holt", city="York", born_on="1961-05-04")
    identify(record, "email", "maria@example.org")
    identify(record, "loyalty_card", "6335 1234 4417")
    return record


@pytest.fixture
def associate() -> Person:
    return person(Role.ASSOCIATE, name="Bryn Hale")


@pytest.fixture
def client(associate: Person) -> Client:
    client = Client()
    client.force_login(associate)
    return client


def address(record: Record) -> str:
    return f"/customers/{record.customer.public_id}/"


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


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


def test_somebody_without_events_or_sheet(client: Client, maria: Record) -> None:
    page = words(client.get(address(maria)))

    assert "We know no more." in page
    assert "Never, by anything that we were sent" in page
    assert "There is no sheet yet that says so." in page
    assert "Nothing yet. Visits, purchases, messages and questions show here" in page
    assert "The only record: no other shares anything with it." in page


def rich(maria: Record) -> None:
    """Give somebody a history in which everything has something to say."""
    sheet(version=4)
    shop = record_of(
        "shop",
        maria,
        full_name="M Holt",
        **{"prefers.receipts": "on paper", "prefers.light": "warm"},
    )
    identify(shop, "email", "maria@example.org")
    identify(shop, "phone", "07700 900123", state=State.GENERIC, reason=Reason.TOO_MANY_PEOPLE)
    for days in (58, 118, 178, 238):
        event(maria, "order", days, product="Bulbs", category="lighting", store="York")
    event(maria, "complaint", 3, product="Table", order_id="L7")
    event(shop, "view", 2, product="Lamp", channel="website")
    InitiativeFactory.create(key="bulbs", name="Bulb reminder")
    for days in (1, 2, 4):
        event(shop, "contact", days, channel="email", initiative="bulbs")
    event(shop, "contact", 3.5, channel="call", transactional=True)
    Companion.objects.create(
        product="Bulbs", goes_with="Fuses", people_count=38, product_people_count=100, lift=3,
        counted_at=NOW,
    )  # fmt: skip
    Neighbour.objects.create(
        category="lighting", goes_with="garden", people_count=40, category_people_count=100,
        lift=1.5, counted_at=NOW,
    )  # fmt: skip
    Consent.objects.create(
        record=maria, channel="email", purpose="marketing", is_allowed=True, told_at=NOW
    )
    Consent.objects.create(
        record=maria, channel="text", purpose="marketing", is_allowed=False, told_at=NOW,
        evidence="Till 4",
    )  # fmt: skip


def test_everything_that_a_shopkeeper_would_remember(client: Client, maria: Record) -> None:
    rich(maria)
    event(maria, "order", 67, product="Rug", category="rugs")

    response = client.get(address(maria))

    page = words(response)
    assert "The complaint about Table first. Then Bulbs: due about" in page
    assert "Bought every" in page
    assert "Fuses 38% of the 100 people who bought it in the last year" in page
    assert "Receipts: on paper Told Shop, 2 April 2026" in page
    assert "York on four days" in page
    assert "Garden Bought by 40% of the 100 people who buy lighting as they do" in page
    assert "Apologise for the complaint about Table" in page
    assert "Mention what they looked at online" in page
    assert "Offer to text them anything: texts are refused." in page
    assert "3 of 3 contacts in seven days" in response.content.decode()
    assert "One reply to their own questions besides" in page
    assert re.search(r"Not until \w+day \d\d:\d\d, then by email\.", page)
    assert "At the limit" in page
    assert "Bulb reminder, by email" in page
    assert "Text Tills, 23 November 2026 No" in page
    assert "Post Never asked, which is a no No" in page
    assert "Same e-mail address m•••@••• as Shop." in page
    assert "Its phone number is shared by too many people to join any." in page


def test_yes_when_they_agreed_and_nothing_stands_against_it(client: Client, maria: Record) -> None:
    sheet(version=4)
    Consent.objects.create(
        record=maria, channel="email", purpose="marketing", is_allowed=True, told_at=NOW
    )

    page = words(client.get(address(maria)))

    assert "Yes, by email." in page
    assert "Inside the limit" in page


def test_a_probable_record_widens_no_consent_and_says_that_it_is_likely(
    client: Client, maria: Record
) -> None:
    sheet(version=4)
    likely = record_of("shop", maria)
    likely.certain_id = likely.pk
    likely.save()
    Consent.objects.create(
        record=likely, channel="email", purpose="marketing", is_allowed=True, told_at=NOW
    )
    words_for_it = ["same birth day", "surname one letter off"]
    ProposalFactory.create(a=maria, b=likely, tier="probable", evidence=words_for_it)

    page = words(client.get(address(maria)))

    assert "They have agreed to no marketing." in page
    assert "Shop Likely Same birth day and surname one letter off." in page


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


def test_the_timeline_is_filtered_and_paged(client: Client, maria: Record) -> None:
    for days in range(1, 31):
        event(maria, "order", days, product=f"Thing {days}")
    event(record_of("shop", maria), "visit", 0.5, channel="website")

    whole = words(client.get(address(maria)))
    assert "Visited the website" in whole
    assert "Thing 24" in whole
    assert "Thing 25" not in whole

    bought = words(client.get(address(maria), {"group": "bought", "department": "d-tills"}))
    assert "Visited" not in bought.partition("What has happened")[2]
    assert "Thing 25" in bought
    nothing = words(client.get(address(maria), {"group": "asked"}))
    assert "Nothing of this kind." in nothing


def test_earlier_goes_on_where_the_page_ended(client: Client, maria: Record) -> None:
    for number in range(60):
        event(maria, "order", 1 + number // 2, product=f"Thing {number:02}")
    seen: list[str] = []
    query = ""

    for _ in range(3):
        fragment = client.get(f"{address(maria)}{query}", headers={"HX-Request": "true"})
        assert "<main" not in fragment.content.decode()
        seen += re.findall(r"Thing \d\d", words(fragment))
        found = re.search(r'href="[^"?]*(\?[^"#]*before[^"#]*)', fragment.content.decode())
        query = found[1].replace("&amp;", "&") if found else ""

    assert query == ""
    assert len(seen) == 60
    assert len(set(seen)) == 60


@pytest.mark.parametrize("before", ["x", "2026-11-01_x", "2026-11-01T00:00:00_1", "_", "é_1"])
def test_an_address_that_makes_no_sense_shows_the_newest(
    client: Client, maria: Record, before: str
) -> None:
    event(maria, "visit")

    page = client.get(address(maria), {"before": before, "group": "?", "department": ""})

    assert "Visited" in words(page)


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
