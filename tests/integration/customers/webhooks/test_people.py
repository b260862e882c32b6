"""Whose event it is that a platform tells, and what becomes of their consent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Event, Identifier, Record, Source, Work
from tests.factories.customers import SourceFactory, allows
from tests.platforms import ADA
from tests.sender import Sender
from tests.webhooks import ada, post, told

pytestmark = pytest.mark.django_db


def test_the_source_knows_its_people_better_than_others(platform: Source) -> None:
    ada(SourceFactory.create(key="shop"))
    own = ada(platform)

    post("postmark", told("postmark"))

    assert Event.objects.get().record == own


def test_who_is_known_elsewhere_only_is_found_there(platform: Source) -> None:
    known = ada(SourceFactory.create(key="shop"))

    post("postmark", told("postmark"))

    event = Event.objects.get()
    assert (event.record, event.source) == (known, platform)
    assert allows(known) is False
    assert Record.objects.count() == 1


def test_who_is_known_to_several_others_or_nobody_gets_a_record_under_a_pseudonym(
    platform: Source,
) -> None:
    for key in ("shop", "till"):
        ada(SourceFactory.create(key=key))
    Work.objects.all().delete()

    for event in ("Open", "Click"):
        post("postmark", told("postmark", RecordType=event, Recipient=ADA))
    post("postmark", told("postmark", Recipient="stranger@example.org"))

    made = Record.objects.filter(source=platform)
    assert made.count() == 2
    assert Event.objects.filter(record__in=made).count() == 3
    assert not any("@" in text for text in made.values_list("external_id", flat=True))
    assert Identifier.objects.filter(record__in=made, kind="email").count() == 2
    assert Work.objects.get().kind == "link"
    assert "stranger" not in str(list(Record.objects.values()) + list(Event.objects.values()))


def test_everybody_of_the_source_with_the_address_is_out(platform: Source) -> None:
    first = ada(platform)
    Sender(platform).batch({"type": "identify", "userId": "bob", "traits": {"email": ADA}})

    post("postmark", told("postmark"))

    assert Event.objects.get().record == first
    answers = [allows(record) for record in Record.objects.all()]
    assert answers == [False, False]


def test_a_late_word_neither_undoes_an_opt_out_nor_hides_it(platform: Source) -> None:
    record = ada(platform)
    now = timezone.now()
    yes = {"consent": {"categoryPreferences": {"email.marketing": True}}}
    later = {"type": "identify", "userId": "ada", "traits": {"name": "Ada"}}
    Sender(platform).batch(later | {"timestamp": (now - timedelta(minutes=1)).isoformat()})

    post("postmark", told("postmark", now - timedelta(hours=1)))
    Sender(platform).batch(
        later | {"timestamp": (now - timedelta(hours=2)).isoformat(), "context": yes}
    )

    assert allows(record) is False

    Sender(platform).batch(later | {"timestamp": now.isoformat(), "context": yes})
    post("postmark", told("postmark", now - timedelta(hours=1)))

    assert allows(record) is False, "what a system repeats is no new answer"
