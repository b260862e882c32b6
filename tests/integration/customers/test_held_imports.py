"""Handed in, looked at, started; or cancelled, while it waits or while it runs."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from customers.actions import kept_files
from customers.actions import work as ledger
from customers.actions.imports import NotHeldError, cancel, change_mapping, start
from customers.intake.mapping import Mapping, MappingError
from customers.models import Event, Import, Source, Work
from customers.queries.imports import import_page
from strategy.language.channels import CONTACTED
from strategy.models import AuditEntry, Person, Role
from tests import files
from tests.factories.customers import ImportFactory, SourceFactory, WorkFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_folder", "no_broker")]

THEIRS = Mapping("events", {"at": ("day",), "external_id": ("who",)}, {"event": "order"})
TEXT = "who,day\nC1,2026-11-20\n"


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create()


@pytest.fixture
def analyst() -> Person:
    return person(Role.ANALYST)


def held(source: Source, folder: Path, text: str = TEXT) -> Import:
    return files.handed_in(source, folder / "orders.csv", text=text, held=True)


def test_a_held_import_waits_for_its_start(shop: Source, tmp_path: Path, analyst: Person) -> None:
    file_import = held(shop, tmp_path)
    assert ledger.sweep(at=NOW) == 0
    assert not ledger.run(file_import.work_id, clock=lambda: NOW)

    with pytest.raises(MappingError, match=r"^No column of the file is mapped"):
        start(file_import=file_import, by=analyst, at=NOW)
    change_mapping(file_import=file_import, mapping=THEIRS)
    start(file_import=file_import, by=analyst, at=NOW)

    assert ledger.run(file_import.work_id, clock=lambda: NOW)
    assert Event.objects.count() == 1
    assert AuditEntry.objects.filter(act="import.start").count() == 1


def test_it_starts_once(shop: Source, tmp_path: Path, analyst: Person) -> None:
    file_import = held(shop, tmp_path)
    change_mapping(file_import=file_import, mapping=THEIRS)
    start(file_import=file_import, by=analyst, at=NOW)

    with pytest.raises(NotHeldError):
        start(file_import=file_import, by=analyst, at=NOW)
    with pytest.raises(NotHeldError):
        change_mapping(file_import=file_import, mapping=THEIRS)


def test_the_mapping_of_the_same_header_is_remembered(
    shop: Source, tmp_path: Path, analyst: Person
) -> None:
    first = held(shop, tmp_path)
    change_mapping(file_import=first, mapping=THEIRS)
    start(file_import=first, by=analyst, at=NOW)
    ledger.run(first.work_id, clock=lambda: NOW)

    again = held(shop, tmp_path, "who,day\nC2,2026-11-21\n")
    other_header = held(shop, tmp_path, "who,day,more\nC2,2026-11-21,\n")
    other_source = held(SourceFactory.create(), tmp_path)

    assert Mapping.from_json(again.mapping) == THEIRS
    assert Mapping.from_json(other_header.mapping) != THEIRS
    assert Mapping.from_json(other_source.mapping) != THEIRS


def test_what_nobody_has_mapped_is_guessed_by_common_spellings(
    shop: Source, tmp_path: Path
) -> None:
    file_import = held(
        shop, tmp_path, "Order No;Customer;Order Date;Total\nO1;C1;2026-11-20;2,50\n"
    )

    mapping = Mapping.from_json(file_import.mapping)
    assert mapping.kind == "events"
    assert mapping.columns == {
        "order_id": ("Order No",),
        "external_id": ("Customer",),
        "at": ("Order Date",),
        "amount": ("Total",),
    }
    assert mapping.formats.decimal == ","


@pytest.mark.parametrize("started", [True, False])
def test_a_waiting_import_is_cancelled(
    shop: Source, tmp_path: Path, analyst: Person, *, started: bool
) -> None:
    file_import = held(shop, tmp_path)
    if started:
        change_mapping(file_import=file_import, mapping=THEIRS)
        start(file_import=file_import, by=analyst, at=NOW)

    assert cancel(file_import=file_import, by=analyst, at=NOW)

    work = Work.objects.get(pk=file_import.work_id)
    assert (work.state, work.ended_at) == (Work.State.CANCELLED, NOW)
    assert not ledger.run(work.pk, clock=lambda: NOW)
    assert not cancel(file_import=file_import, by=analyst, at=NOW)
    assert Event.objects.count() == 0


def sign_in(client: Client) -> Person:
    made = person(Role.ANALYST)
    client.force_login(made, "allauth.account.auth_backends.AuthenticationBackend")
    return made


def page_of(file_import: Import) -> str:
    return f"/customers/imports/{file_import.pk}/"


def test_the_page_shows_what_rows_will_become(client: Client, shop: Source, tmp_path: Path) -> None:
    sign_in(client)
    text = "event;at;amount;note\norder;2026-11-20 10:00;12,50;<b>\norder;soon;1;x\n"

    page = client.get(page_of(held(shop, tmp_path, text))).text

    assert "To be started" in page
    assert "<td>12.5</td>" in page
    assert "at is “soon”; expected a moment such as 2026-11-25 14:30:00." in page
    assert "&lt;b&gt;" in page
    assert "hx-get" not in page
    assert '<select name="column-2" aria-label="Our field for amount">' in page


def test_an_answer_on_each_channel_can_be_chosen_by_our_word_for_it(
    client: Client, shop: Source, tmp_path: Path
) -> None:
    sign_in(client)

    page = client.get(page_of(held(shop, tmp_path, "external_id,texts\nA,yes\n"))).text

    for channel in CONTACTED:
        assert f"<option>consent.{channel}.marketing</option>" in page


def test_columns_are_chosen_and_the_import_started(
    client: Client, shop: Source, tmp_path: Path
) -> None:
    sign_in(client)
    file_import = held(shop, tmp_path, "who,day,time\nC1,20/11/2026,10:30\n")
    said = {
        "kind": "events",
        "event": "order",
        "column-0": "external_id",
        "column-1": "at",
        "column-2": "at",
        "at": "%d/%m/%Y %H:%M",
        "zone": "Europe/London",
        "decimal": ".",
    }

    looked = client.post(f"{page_of(file_import)}start/", said | {"do": "look"}, follow=True)
    client.post(f"{page_of(file_import)}start/", said | {"do": "start"})
    ledger.run(file_import.work_id, clock=lambda: NOW)

    assert "2026-11-20 10:30:00" in looked.text
    assert Event.objects.get().at.isoformat() == "2026-11-20T10:30:00+00:00"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "events"}, "Events need event, and no column of the file is mapped to it"),
        ({"zone": "London"}, "[formats] zone is &#x27;London&#x27;, which is no time zone"),
        ({"kind": "records"}, "No column of the file is mapped to a field of records"),
        ({"kind": "events", "currency": "\0"}, "The mapping holds a NUL character"),
    ],
)
def test_a_choice_that_does_not_fit_is_said(
    client: Client, shop: Source, tmp_path: Path, said: dict[str, str], sentence: str
) -> None:
    sign_in(client)
    file_import = held(shop, tmp_path)

    answer = client.post(f"{page_of(file_import)}start/", {"do": "start", **said})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert Work.objects.get().state == Work.State.HELD


def test_the_page_cancels(client: Client, shop: Source, tmp_path: Path) -> None:
    analyst = sign_in(client)
    file_import = held(shop, tmp_path)

    page = client.post(f"{page_of(file_import)}cancel/", follow=True).text
    again = client.post(f"{page_of(file_import)}start/", {"do": "start"}, follow=True).text

    assert "This import was cancelled; nothing of it was taken." in page
    assert "This import was cancelled" in again
    assert AuditEntry.objects.get(act="import.cancel").by == analyst


def test_a_running_import_tells_its_speed_and_what_is_left() -> None:
    work = WorkFactory.create(running=True, started_at=NOW, done_count=40_000, total_count=100_000)
    file_import = ImportFactory.create(work=work)

    page = import_page(file_import, NOW + timedelta(seconds=4))

    assert page.progress == "40,000 rows read, 4 s, 10,000 rows a second, about 6 s of reading left"


def test_what_nobody_starts_is_cancelled_and_forgotten(
    client: Client,
    shop: Source,
    tmp_path: Path,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sign_in(client)
    file_import = held(shop, tmp_path)
    settings.IMPORT_HELD_DAYS = 3
    assert (
        "it is cancelled and forgotten on Thu 26 Nov 2026" in client.get(page_of(file_import)).text
    )

    assert kept_files.cancel_forgotten(at=NOW + timedelta(days=3, seconds=-1)) == 0
    assert Path(file_import.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert kept_files.cancel_forgotten(at=NOW + timedelta(days=3)) == 1
    assert kept_files.cancel_forgotten(at=NOW + timedelta(days=3)) == 0

    assert not Path(file_import.path).exists()
    assert Work.objects.get().state == Work.State.CANCELLED
    assert AuditEntry.objects.get(act="import.forget").by is None
    page = client.get(page_of(file_import)).text
    assert "Nobody started it for three days." in page
    assert "This import was cancelled; nothing of it was taken." in page


def test_what_was_started_is_not_forgotten(shop: Source, tmp_path: Path) -> None:
    file_import = held(shop, tmp_path)
    change_mapping(file_import=file_import, mapping=THEIRS)
    start(file_import=file_import, by=person(Role.ANALYST), at=NOW)

    assert kept_files.cancel_forgotten(at=NOW + timedelta(days=300)) == 0
    assert Work.objects.get().state == Work.State.WAITING
