"""Whom live events speak of: identifiers, traits, and visitors who sign in."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from customers.actions import linking
from customers.actions.linking import link_everybody
from customers.models import Customer, Event, Identifier, Record, Work
from tests.factories.customers import SourceFactory
from tests.sender import TRACK, Sender

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def shop() -> Sender:
    return Sender(SourceFactory.create(key="web-shop"))


def test_identifiers_are_kept_as_hashes_and_traits_as_attributes(shop: Sender) -> None:
    identify = {"type": "identify", "userId": "u1"}
    shop.batch(
        identify
        | {"timestamp": "2026-11-18T10:00:00Z", "traits": {"name": "Ada", "email": "a@b.org"}},
        identify
        | {"timestamp": "2026-11-18T09:00:00Z", "traits": {"name": "Old", "phone": "02079460018"}},
    )
    shop.batch(
        identify
        | {"timestamp": "2026-11-18T08:00:00Z", "traits": {"name": "Older", "lastName": "B"}}
    )

    record = Record.objects.get()
    assert record.attributes["full_name"] == "Ada"
    assert record.attributes["family_name"] == "B"
    assert record.attributes["updated_at"] == "2026-11-18T10:00:00+00:00"
    kinds = dict(Identifier.objects.values_list("kind", "digest"))
    assert kinds.keys() == {"email", "phone"}
    assert all(len(digest) == 16 for digest in kinds.values())


def test_a_name_that_is_told_live_is_shown_at_once(shop: Sender) -> None:
    identify = {"type": "identify", "userId": "u1"}
    shop.batch(identify | {"traits": {"name": "Ada Byron"}})
    shop.batch(identify | {"traits": {"name": "Ada Lovelace"}})

    assert Customer.objects.get().full_name == "Ada Lovelace"


def test_a_visitor_who_signs_in_is_the_same_customer(shop: Sender) -> None:
    shop.batch({"type": "page", "anonymousId": "a1"})
    shop.batch({"type": "identify", "userId": "u1", "anonymousId": "a1"})
    shop.batch({"type": "alias", "userId": "u1", "previousId": "lead-7"})
    shop.batch({"type": "page", "anonymousId": "a2"})

    link()

    customers = dict(Record.objects.values_list("external_id", "customer"))
    assert customers["a1"] == customers["u1"] == customers["lead-7"]
    assert customers["a2"] != customers["u1"]


def test_a_tablet_that_many_sign_in_on_joins_nobody(shop: Sender) -> None:
    for user in ("u1", "u2", "u3"):
        shop.batch({"type": "identify", "userId": user, "anonymousId": "tablet"})

    link()

    assert Record.objects.values("customer").distinct().count() == 4


def test_records_join_across_sources_by_what_they_share(shop: Sender) -> None:
    app = Sender(SourceFactory.create())
    shop.batch({"type": "identify", "userId": "u1", "traits": {"email": "Ada@Example.org"}})
    app.batch({"type": "identify", "userId": "9", "traits": {"email": "ada@example.org"}})

    link()

    assert Record.objects.values("customer").distinct().count() == 1


def link() -> None:
    with connection.cursor() as cursor:
        link_everybody(cursor, at=AT, cause="test")


def test_linking_is_given_once_and_only_where_somebody_was_identified(shop: Sender) -> None:
    shop.batch(TRACK | {"type": "track"})
    assert not Work.objects.exists()

    for number in range(3):
        shop.batch({"type": "identify", "userId": "u1", "anonymousId": f"a{number}"})
    shop.batch({"type": "identify", "userId": "u1", "anonymousId": "a1"})

    work = Work.objects.get()
    assert (work.kind, work.once, work.state) == ("link", "all", "waiting")


def test_the_work_of_linking(shop: Sender) -> None:
    shop.batch({"type": "page", "anonymousId": "a1"})
    shop.batch({"type": "identify", "userId": "u1", "anonymousId": "a1"})

    class Quiet:
        step = ""

    outcome = linking.link(progress=Quiet(), at=AT)  # type: ignore[arg-type]  # keywords of several types in one dictionary

    assert outcome == {"looked_at": 2, "by_identifier": 1, "moved": 1}
    assert Work.objects.filter(kind="refresh").count() == 1


def test_nobodys_event_counts_for_the_shop(shop: Sender) -> None:
    shop.batch(TRACK | {"type": "track", "userId": "anonymous"})

    assert Event.objects.get().record is None
    assert not Record.objects.exists()
