"""Keys are changed while everything goes on."""

import pytest
from django.core.management import call_command
from pytest_django import Settings

from customers.actions import rotation
from customers.actions import work as ledger
from customers.actions.rotation import Rotated, rotate_keys
from customers.intake.identifiers import digest
from customers.intake.sealing import Keys
from customers.models import Customer, Identifier, Record, Source, Work
from customers.queries.consent import is_allowed
from customers.queries.copies import everything
from tests.canary import forget
from tests.factories.customers import SourceFactory
from tests.integration.conftest import NOW, Bring
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


def changed(settings: Settings) -> None:
    """Change the identity key."""
    settings.IDENTITY_KEYS_OLD = [settings.IDENTITY_KEY]
    settings.IDENTITY_KEY = "another identity key"


@pytest.fixture
def loyalty() -> Source:
    """Have a source that keeps one record per person and names each by an e-mail address."""
    return SourceFactory.create(is_register=True)


NAMED = "external_id,given_name\nada@example.org,Ada\n"
VISITED = "event,external_id,at\nvisit,Ada@Example.org,2026-11-20T10:00\n"


SANG = {"type": "track", "event": "Sang", "userId": "ada@example.org"}


@pytest.mark.parametrize(
    "also", [None, {"type": "identify", "userId": SANG["userId"], "traits": {"email": "a@b.org"}}]
)
def test_another_address_of_theirs_takes_no_name_away(
    loyalty: Source, bring: Bring, settings: Settings, also: dict[str, object] | None
) -> None:
    bring(loyalty, "external_id,email\nada@example.org,ada@byron.example\n")
    if also:
        Sender(loyalty).batch(also)
    changed(settings)

    rotate_keys()
    Sender(loyalty).batch(SANG)

    assert Record.objects.count() == 1


@pytest.mark.parametrize("how", ["records", "events", "news", "live"])
def test_a_name_from_before_there_were_seals_is_sealed_when_told_again(
    loyalty: Source, bring: Bring, how: str
) -> None:
    bring(loyalty, NAMED)
    for lost in (False, True):  # a seal, then the whole identifier
        if lost:
            Identifier.objects.all().delete()
        else:
            Identifier.objects.update(sealed=None)
        match how:
            case "records":
                bring(loyalty, NAMED.replace("Ada", "Ada B" if lost else "Ada A"))
            case "events":
                bring(loyalty, VISITED.replace("20T", "21T" if lost else "22T"))
            case "news":
                bring(loyalty, f"event_id,{VISITED}".replace("visit,", f"{lost},visit,"))
            case _:
                Sender(loyalty).batch(SANG)

        (known,) = Identifier.objects.all()
        assert known.sealed


def test_what_another_source_told_seals_what_was_known_by_its_hash_only(
    loyalty: Source, bring: Bring
) -> None:
    bring(loyalty, NAMED)
    Identifier.objects.update(sealed=None)
    bring(SourceFactory.create(), "external_id,email\nC-1,Ada@Example.org\nC-2,\n")

    assert rotate_keys() == Rotated(sealed=1, hashed=0, unknown=0, forgotten=0)
    assert rotate_keys() == Rotated(sealed=0, hashed=0, unknown=0, forgotten=0)

    assert len({bytes(one.sealed or b"") for one in Identifier.objects.all()}) == 1


@pytest.mark.parametrize("text", [NAMED, VISITED])
def test_who_is_named_by_an_address_only_keeps_record_and_customer(
    loyalty: Source, bring: Bring, settings: Settings, text: str
) -> None:
    bring(loyalty, text)
    before = Record.objects.get()
    changed(settings)

    assert rotate_keys() == Rotated(sealed=0, hashed=1, unknown=0, forgotten=0)
    settings.IDENTITY_KEYS_OLD = []
    bring(loyalty, VISITED.replace("20T", "21T"))
    Sender(loyalty).batch({"type": "track", "event": "Sang", "userId": "ada@example.org"})
    bring(SourceFactory.create(), "external_id,email\nC-1,ada@example.org\n")

    ada = Record.objects.get(source=loyalty)
    assert ada.pk == before.pk
    assert ada.external_id != before.external_id
    assert ada.events.count() == (3 if text == VISITED else 2)
    assert Record.objects.get(external_id="C-1").customer_id == ada.customer_id


def test_who_is_named_by_an_address_in_a_live_event_does_too(
    loyalty: Source, settings: Settings
) -> None:
    Sender(loyalty).batch(SANG)
    changed(settings)

    assert rotate_keys().hashed == 1
    Sender(loyalty).batch(SANG)

    assert Record.objects.get().events.count() == 2


def test_who_came_again_before_the_keys_were_changed_everywhere_is_one_person(
    loyalty: Source, bring: Bring, settings: Settings
) -> None:
    bring(loyalty, NAMED)
    changed(settings)
    bring(loyalty, VISITED)
    assert Record.objects.values("customer").distinct().count() == 2

    call_command("rotate_keys")
    ledger.see_through(Work.objects.get(kind="link").pk, clock=lambda: NOW)

    assert Record.objects.count() == 2
    assert Record.objects.values("certain_id").distinct().count() == 1


def test_sources_link_across_the_change_as_before_it(
    bring: Bring, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shop, till, mail = (SourceFactory.create() for _ in range(3))
    bring(shop, PEOPLE)
    bring(till, "external_id,phone\nT,+44 20 7946 0003\n")
    changed(settings)
    call_command("rotate_keys")
    ledger.see_through(Work.objects.get(kind="link").pk, clock=lambda: NOW)

    bring(mail, "external_id,email,phone\nM3,P3@example.org,\nM5,,020 7946 0005\n")

    assert "hashed 15 identifiers again" in capsys.readouterr().out
    people = Record.objects.filter(external_id__in=["P3", "T", "M3"])
    assert people.values("certain_id").distinct().count() == 1
    one, other = Record.objects.filter(external_id__in=["P5", "M5"])
    assert one.certain_id == other.certain_id
    assert Customer.objects.filter(records__isnull=False).distinct().count() == len(range(7))


def test_a_no_of_another_source_holds_across_the_change(bring: Bring, settings: Settings) -> None:
    """The shop has the yes; the register of answers and the opt-out name people by address."""
    shop, panel = SourceFactory.create(), SourceFactory.create()
    bring(shop, "external_id,email,consent.email.news\nA,ada@example.org,yes\n")
    bring(shop, "external_id,email,consent.email.news\nB,bo@example.org,yes\n")
    answers = "external_id,channel,purpose,answer,told_at\n"
    bring(panel, answers + "ada@example.org,email,news,no,2026-11-01\n")
    changed(settings)
    call_command("rotate_keys")
    ledger.see_through(Work.objects.get(kind="link").pk, clock=lambda: NOW)
    ada, bo = (Record.objects.get(external_id=name).certain_id for name in "AB")
    assert [is_allowed(one, "email", "news") for one in (ada, bo)] == [False, True]

    bring(panel, answers + "bo@example.org,email,news,no,2026-11-20\n")
    bring(panel, answers + "ada@example.org,email,news,yes,2026-11-21\n")

    assert [is_allowed(one, "email", "news") for one in (ada, bo)] == [True, False]
    assert Record.objects.filter(source=panel).count() == 2


def test_who_was_named_by_an_address_and_forgotten_stays_away_under_the_new_key(
    loyalty: Source, bring: Bring, settings: Settings
) -> None:
    bring(loyalty, NAMED)
    bring(SourceFactory.create(), "external_id,email,full_name\nB,ada@example.org,Bo Lee\n")
    forget(Record.objects.get(source=loyalty).customer.public_id)
    changed(settings)
    call_command("rotate_keys")

    assert bring(loyalty, NAMED.replace(",Ada", ",Adah")).dropped_count == 1
    Sender(loyalty).batch({"type": "track", "event": "Sang", "userId": "Ada@example.org"})

    assert not Record.objects.filter(source=loyalty).exists()
    assert Record.objects.get().external_id == "B"
