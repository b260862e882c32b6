"""People whom a source names by their e-mail addresses: one record, and no address kept."""

from pathlib import Path

import pytest
from django.db import connection

from customers.actions.linking import link_unlinked
from customers.actions.live_events import accept_messages
from customers.intake.mapping import Mapping
from customers.models import Event, Identifier, Import, Record, Source
from tests import files
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import SourceFactory
from tests.integration.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder")]
RECORDS = "external_id,given_name\nada@example.org,Ada\n"
EVENTS = "event,external_id,at\norder,ADA@Example.org,2026-11-20T10:00\n"
ASSIGNED = "initiative,external_id,arm,at\nlights,Ada@example.org,treated,2026-11-20\n"


@pytest.fixture
def source() -> Source:
    return SourceFactory.create()


def brought(source: Source, tmp_path: Path, text: str, mapping: Mapping | None = None) -> Import:
    return files.brought(source, tmp_path / "file.csv", mapping, text=text)


def said_live(source: Source, user_id: str, **more: object) -> None:
    message = {"type": "track", "event": "Store Visit", "userId": user_id, "messageId": "m1"}
    accept_messages(source=source, messages=[message | more], received_at=NOW)


def test_records_events_assignments_and_live_events_meet(source: Source, tmp_path: Path) -> None:
    InitiativeFactory.create(key="lights")

    for text in (EVENTS, ASSIGNED, RECORDS):
        assert brought(source, tmp_path, text).changed_count == 1
    said_live(source, " ada@EXAMPLE.org")

    ada = Record.objects.get()
    assert ada.external_id.startswith("email:")
    assert ada.attributes == {"given_name": "Ada"}
    assert sorted(ada.events.values_list("kind", flat=True)) == ["order", "store_visit"]
    assert ada.assignments.count() == 1
    assert ada.external_id == f"email:{bytes(ada.identifiers.get().digest).hex()}"


@pytest.mark.parametrize("text", [RECORDS, EVENTS, ASSIGNED])
def test_the_address_links_with_another_source(source: Source, tmp_path: Path, text: str) -> None:
    InitiativeFactory.create(key="lights")
    brought(source, tmp_path, "external_id,email\nC-1,ada@example.org\n")

    brought(SourceFactory.create(), tmp_path, text)

    one, other = Record.objects.order_by("id")
    assert one.customer_id == other.customer_id


def test_a_live_event_links_with_another_source(source: Source, tmp_path: Path) -> None:
    brought(source, tmp_path, "external_id,email\nC-1,ada@example.org\n")

    said_live(SourceFactory.create(), "ada@example.org")
    with connection.cursor() as cursor:
        moved = link_unlinked(cursor, at=NOW, cause="test").moved

    assert moved == 1


def test_a_column_with_another_address_stands_beside_the_name(
    source: Source, tmp_path: Path
) -> None:
    brought(source, tmp_path, RECORDS)
    named = Identifier.objects.get().digest
    for address in ("ada@byron.example", "ada@lovelace.example"):
        text = f"external_id,email\nada@example.org,{address}\n"

        assert brought(source, tmp_path, text).changed_count == 1
        assert set(Identifier.objects.values_list("digest", flat=True)) > {named}
        assert Identifier.objects.count() == 2


def test_an_address_that_is_nobody_s_is_a_name_and_identifies_nobody(
    source: Source, tmp_path: Path
) -> None:
    brought(source, tmp_path, EVENTS.replace("ADA@Example.org", "test@test.com"))

    assert Record.objects.get().external_id.startswith("nobody:")
    assert not Identifier.objects.exists()


def test_other_names_are_kept_as_sent(source: Source, tmp_path: Path) -> None:
    brought(source, tmp_path, "external_id\nC-1\n@ada\nada@home\n")

    assert set(Record.objects.values_list("external_id", flat=True)) == {"C-1", "@ada", "ada@home"}


def test_no_table_holds_the_address(source: Source, tmp_path: Path) -> None:
    brought(source, tmp_path, EVENTS)
    said_live(source, "ada@example.org", anonymousId="ada@example.org")

    rows = [*Record.objects.values(), *Event.objects.values()]
    assert "example.org" not in str(rows).lower()
