"""Linking: records of one person become one customer, whatever the order; and come apart again."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.actions.linking import link_everybody
from customers.intake.identifiers import digest
from customers.models import Customer, Identifier, Record, Source, StaleWeek
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db
Person = tuple[str, str]


@pytest.fixture
def sources() -> list[Source]:
    return [SourceFactory.create(key=key) for key in ("shop", "till", "mail")]


def partition() -> set[frozenset[Person]]:
    """Return who is one person with whom, by source and name."""
    found: dict[int, set[Person]] = {}
    for source, name, customer in Record.objects.values_list(
        "source__key", "external_id", "customer_id"
    ):
        found.setdefault(customer, set()).add((source, name))
    return {frozenset(one) for one in found.values()}


def linked() -> int:
    with connection.cursor() as cursor:
        return link_everybody(cursor, at=datetime(2026, 11, 22, tzinfo=UTC), cause="test").moved


def identified(source: Source, kind: str, value: str) -> Record:
    record = RecordFactory.create(source=source)
    give(record, kind, value)
    return record


def give(record: Record, kind: str, value: str) -> None:
    Identifier.objects.create(record=record, kind=kind, digest=digest(kind, value, b"test"))


def test_one_address_in_two_sources_is_one_person(sources: list[Source], bring: Bring) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,ada@example.org\nB,bo@example.org\n")
    eldest = Record.objects.get(external_id="A")

    bring(till, "external_id,email\nX, ADA+till@Example.org \nY,cy@example.org\n")

    assert partition() == {
        frozenset({("shop", "A"), ("till", "X")}),
        frozenset({("shop", "B")}),
        frozenset({("till", "Y")}),
    }
    assert Record.objects.get(external_id="X").customer_id == eldest.id


def test_links_reach_on_from_record_to_record(sources: list[Source], bring: Bring) -> None:
    shop, till, mail = sources
    bring(shop, "external_id,email\nA,ada@example.org\n")
    bring(till, "external_id,loyalty_card\nX,1234-5678\n")
    assert len(partition()) == 2

    bring(mail, "external_id,email,loyalty_card\nM,ada@example.org,1234 5678\n")

    assert partition() == {frozenset({("shop", "A"), ("till", "X"), ("mail", "M")})}


def test_a_value_that_one_source_gives_to_two_people_joins_nobody(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,us@example.org\nB,us@example.org\n")
    bring(till, "external_id,email\nX,us@example.org\n")

    assert len(partition()) == 3


@pytest.mark.parametrize("kind", ["phone", "payment_token", "wifi_device"])
def test_what_a_household_shares_joins_nobody(sources: list[Source], kind: str) -> None:
    identified(sources[0], kind, "same")
    identified(sources[1], kind, "same")

    assert linked() == 0
    assert len(partition()) == 2


def test_the_same_text_as_card_and_as_account_joins_nobody(
    sources: list[Source], bring: Bring
) -> None:
    bring(sources[0], "external_id,loyalty_card\nA,12345\n")
    bring(sources[1], "external_id,account_id\nX,12345\n")

    assert len(partition()) == 2


def test_a_split_gives_every_id_back(sources: list[Source], bring: Bring) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,ada@example.org\n")
    bring(till, "external_id,email\nX,other@example.org\n")
    before = dict(Record.objects.values_list("external_id", "customer__public_id"))
    bring(till, "external_id,email\nX,ada@example.org\n")
    assert Customer.objects.filter(records__isnull=False).distinct().count() == 1

    bring(till, "external_id,email\nX,other@example.org\n")

    assert dict(Record.objects.values_list("external_id", "customer__public_id")) == before


def test_when_a_value_turns_out_to_be_shared_its_links_come_apart(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,us@example.org\n")
    bring(till, "external_id,email\nX,us@example.org\n")
    assert len(partition()) == 1

    bring(shop, "external_id,email\nB,us@example.org\n")

    assert len(partition()) == 3


def test_the_weeks_of_who_moved_become_stale_and_no_others(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,ada@example.org\nB,bo@example.org\n")
    bring(till, "external_id,email\nX,\n")
    for name, day in (("A", 3), ("B", 10), ("X", 17)):
        record = Record.objects.get(external_id=name)
        EventFactory.create(record=record, at=datetime(2026, 11, day, tzinfo=UTC))
    assert not StaleWeek.objects.exists()

    bring(till, "external_id,email\nX,ada@example.org\n")

    assert list(StaleWeek.objects.values_list("week_on", flat=True)) == [date(2026, 11, 16)]


def test_linking_again_moves_nobody(sources: list[Source]) -> None:
    identified(sources[0], "email", "same")
    identified(sources[1], "email", "same")

    assert [linked(), linked()] == [1, 0]


VALUES = st.sampled_from(["a", "b", "c", "d"])
PEOPLE = st.lists(
    st.tuples(st.integers(0, 2), st.none() | VALUES, st.none() | VALUES), min_size=2, max_size=8
)


@given(people=PEOPLE, data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_arrival_does_not_change_who_is_one_person(
    people: list[tuple[int, str | None, str | None]], data: st.DataObject
) -> None:
    """Nor does linking after each arrival in place of once at the end."""
    order = data.draw(st.permutations(range(len(people))))
    found = []
    for places, each_time in ((range(len(people)), False), (order, True)):
        Identifier.objects.all().delete()
        Record.objects.all().delete()
        sources = [
            Source.objects.filter(key=f"s{n}").first() or SourceFactory.create(key=f"s{n}")
            for n in range(3)
        ]
        for place in places:
            source, email, card = people[place]
            record = RecordFactory.create(source=sources[source], external_id=f"P{place}")
            for kind, value in (("email", email), ("loyalty_card", card)):
                if value is not None:
                    give(record, kind, value)
            if each_time:
                linked()
        linked()
        found.append(partition())

    assert found[0] == found[1]
