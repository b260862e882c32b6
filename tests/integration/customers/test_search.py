"""Finding a customer by what they say."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from customers.intake.identifiers import digests
from customers.models import Customer, Identifier, Record
from customers.queries.search import search, search_answer
from strategy.models import Role
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


def known(name: str = "", city: str = "", **identifiers: str) -> Record:
    record = RecordFactory.create()
    Customer.objects.filter(pk=record.pk).update(full_name=name, city=city)
    key = settings.IDENTITY_KEY.encode()[:64]
    for kind, value in identifiers.items():
        Identifier.objects.create(record=record, kind=kind, digest=digests(kind, [value], key)[0])
    return record


def found(text: str) -> list[tuple[str, str, str]]:
    return [(hit.name, hit.city, hit.matched) for hit in search(text, NOW)]


MARIA = [("M••••••• H•••••••", "York", "Name")]


@pytest.mark.parametrize(
    "text", ["Maria Holt", "holt maria", "mari", "  maria   HOLT ", "Mria Holt", "Maria Hollt"]
)
def test_a_name_is_found_in_any_order_and_misspelled(text: str) -> None:
    known("Maria Holt", "York")
    known("Kwame Osei", "Hull")

    assert found(text) == MARIA


def test_who_has_all_parts_of_the_name_comes_without_those_who_sound_alike() -> None:
    known("Maria Holt", "York")
    known("Maria Hold")

    assert found("maria holt") == MARIA


def test_two_letters_begin_a_word_of_the_name() -> None:
    for name in ("Li Wei", "Mei Li", "Ann Smith-Li", "Elizabeth Alii"):
        known(name)

    assert len(found("li")) == 3
    assert len(found("li wei")) == 1


def test_an_empty_customer_is_nobody_to_find() -> None:
    known("")

    assert found("ma") == []


@pytest.mark.parametrize("text", ["%%", "__", "\\\\", "''", "a%b", "\0", "xx\0yy"])
def test_signs_that_mean_something_to_the_database_are_taken_as_they_stand(text: str) -> None:
    known("Maria Holt")

    assert found(text) == []


def test_addresses_and_numbers_are_found_whole_and_in_any_spelling() -> None:
    known("Maria Holt", "York", email="maria@example.org", phone="07700 900123")
    known("Kwame Osei", loyalty_card="6335 123 456")

    assert found(" MARIA@example.org") == [("M••••••• H•••••••", "York", "E-mail address")]
    assert found("+44 7700 900123") == [("M••••••• H•••••••", "York", "Phone number")]
    assert found("6335123456") == [("K••••••• O•••••••", "", "Loyalty card")]
    assert found("maria@example") == []


def test_an_order_is_found_by_its_number() -> None:
    EventFactory.create(record=known("Maria Holt", "York"), order_id="LW7")
    EventFactory.create(record=known("Kwame Osei"), order_id="LW7", kind="return")

    assert found("lw7") == [("M••••••• H•••••••", "York", "Order LW7")]


def test_somebody_without_a_name_is_found_by_number() -> None:
    known(loyalty_card="6335 123 456")

    assert found("6335123456") == [("No name known", "", "Loyalty card")]


def test_last_seen_is_the_last_thing_that_they_did() -> None:
    record = known("Maria Holt")
    EventFactory.create(record=record, at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    EventFactory.create(record=record, kind="contact", at=datetime(2026, 11, 22, 9, tzinfo=UTC))

    assert [hit.last_seen for hit in search("maria", NOW)] == ["Fri 20 Nov"]
    assert [hit.last_seen for hit in search(str(record.customer.public_id), NOW)] == ["Fri 20 Nov"]


def test_the_answer_says_how_many_fit() -> None:
    assert search_answer("", []) == "Nobody is here yet: customers come with the first import."
    known("Kwame Osei")
    assert search_answer("", []) == "Type what they tell you: a name, an address, a number."
    assert search_answer("m", []) == "Type a little more."
    assert search_answer("maria", []) == "Nobody by that is known here."
    for number in range(21):
        known(f"Maria Holt {'abcdefghijklmnopqrstuvwxyz'[number]}")
    hits = search("maria", NOW)
    assert search_answer("maria", hits[:1]) == "One customer fits."
    assert search_answer("maria", hits[:2]) == "Two customers fit."
    assert search_answer("maria", hits) == (
        "Too many to choose from: the first 20 are here. Type more of it."
    )


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(person(Role.ASSOCIATE))
    return client


def test_the_page_masks_names_and_leads_to_the_card(client: Client) -> None:
    record = known("Maria Holt", "York")

    page = client.post("/customers/", {"q": "maria"}).content.decode()

    assert "One customer fits." in page
    assert f"/customers/{record.customer.public_id}/" in page
    assert "Maria" not in page
    assert "Holt" not in page


def test_htmx_gets_the_rows_alone_and_nothing_is_kept(client: Client) -> None:
    known("Maria Holt")

    response = client.post("/customers/", {"q": "maria"}, headers={"HX-Request": "true"})

    assert "<main" not in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_an_id_leads_straight_to_the_card(client: Client) -> None:
    public_id = known("Maria Holt").customer.public_id

    response = client.post("/customers/", {"q": str(public_id)})

    assert response.headers["Location"] == f"/customers/{public_id}/"


def test_nobody_and_nothing_have_their_words(client: Client) -> None:
    known("Kwame Osei")
    nobody = client.post("/customers/", {"q": "zz"})
    assert "Nobody by that is known here." in nobody.content.decode()
    assert "Type what they tell you" in client.get("/customers/").content.decode()


def test_nothing_is_searched_by_address(client: Client) -> None:
    known("Maria Holt")

    page = client.get("/customers/", {"q": "maria"}).content.decode()

    assert "Type what they tell you" in page
    assert 'method="post"' in page
    assert "hx-push-url" not in page
