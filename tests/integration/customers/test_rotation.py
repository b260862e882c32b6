"""Keys are changed while everything goes on."""

import pytest
from django.core.management import call_command
from pytest_django import Settings

from customers.actions import rotation
from customers.actions.rotation import Rotated, rotate_keys
from customers.intake.identifiers import digest
from customers.intake.sealing import Keys
from customers.models import Identifier, Record
from customers.queries.copies import everything
from tests.factories.customers import SourceFactory
from tests.integration.conftest import Bring
from tests.integration.customers.test_erasure import forget
from tests.sender import Sender

pytestmark = pytest.mark.django_db

NEW = "the newest key, of more than thirty-two characters"
PEOPLE = "external_id,email,phone\n" + "".join(
    f"P{n},p{n}@example.org,020 7946 00{n:02}\n" for n in range(7)
)


def test_identifiers_are_sealed_as_they_come_in(bring: Bring) -> None:
    shop = SourceFactory.create()
    bring(shop, "external_id,email\nA,Ada@Example.org\nB,n/a\n")
    Sender(shop).batch({"type": "identify", "userId": "L", "traits": {"email": "L@x.org"}})

    (one, other) = Identifier.objects.order_by("pk")
    keys = Keys(pytest.importorskip("django.conf").settings.IDENTIFIER_KEYS)
    assert keys.open("email", bytes(one.sealed or b"")) == "Ada@Example.org"
    assert keys.open("email", bytes(other.sealed or b"")) == "L@x.org"


def test_a_hash_from_before_there_were_seals_is_sealed_when_told_again(bring: Bring) -> None:
    shop = SourceFactory.create()
    bring(shop, PEOPLE)
    Identifier.objects.update(sealed=None)
    assert rotate_keys().unknown == 14

    bring(shop, PEOPLE.replace("email,", "email,city,").replace(".org,", ".org,York,"))

    assert not Identifier.objects.filter(sealed=None).exists()


def test_both_keys_change_batch_by_batch_and_once(
    bring: Bring, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    shop = SourceFactory.create()
    bring(shop, PEOPLE)
    Sender(shop).batch({"type": "identify", "userId": "P1", "anonymousId": "a1"})
    count = Identifier.objects.count()
    old = settings.IDENTITY_KEY
    settings.IDENTIFIER_KEYS = [NEW, *settings.IDENTIFIER_KEYS]
    settings.IDENTITY_KEYS_OLD, settings.IDENTITY_KEY = [old], "another identity key"

    assert rotate_keys() == Rotated(sealed=count, hashed=count, unknown=0, forgotten=0)
    assert rotate_keys() == Rotated(sealed=0, hashed=0, unknown=0, forgotten=0)

    settings.IDENTIFIER_KEYS = [NEW]
    found = Identifier.objects.get(record__external_id="P0", kind="email")
    assert bytes(found.digest) == digest("email", "p0@example.org", b"another identity key")
    assert bring(shop, PEOPLE).changed_count == 0
    assert Identifier.objects.count() == count


def test_who_was_forgotten_under_the_old_key_stays_forgotten(
    bring: Bring, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = SourceFactory.create()
    bring(shop, PEOPLE)
    forget(Record.objects.get(external_id="P0").customer.public_id)
    settings.IDENTITY_KEYS_OLD = [settings.IDENTITY_KEY]
    settings.IDENTITY_KEY = "another identity key"

    call_command("rotate_keys")

    assert "Keep IDENTITY_KEY_OLD set" in capsys.readouterr().out
    done = bring(shop, PEOPLE + "NEW,P0@example.org,\n")
    assert (done.accepted_count, done.dropped_count) == (6, 2)
    assert everything(0)
