"""Somebody is forgotten: in tables, files and whatever comes in later."""

import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from pyarrow import csv, parquet
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns.actions.overlaps import OVERLAPS_LOCK
from campaigns.actions.traits import TRAITS_LOCK
from campaigns.models import Assignment
from customers.actions import erasure
from customers.actions import work as ledger
from customers.actions.consent import note_answer
from customers.actions.erasure import NobodyError, NotConfirmedError, ask
from customers.actions.imports import errors_of, hand_in
from customers.models import (
    Consent,
    Customer,
    Erasure,
    Event,
    Identifier,
    Import,
    Look,
    Record,
    Refusal,
    Source,
    StaleWeek,
    Suppression,
    Work,
)
from strategy.models import KeptAnswer, Role
from strategy.permissions import NotAllowed
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW, Bring
from tests.sender import Sender

pytestmark = pytest.mark.django_db

CANARY = "canarybird"
PEOPLE = (
    "external_id,given_name,family_name,email,phone,loyalty_card,address,postcode,city,born_on,"
    "consent.email.news,prefers.seed\n"
    "CANARYBIRD-1,Canarybird,Yellow,canarybird@example.org,020 7946 0123,CANARYBIRD77,"
    "1 Canarybird Cage,YO1 7HH,Canarybirdton,1990-02-03,yes,canarybird seed\n"
    "B,Bo,Blue,bo@example.org,020 7946 0999,CARD2,2 Nest,YO1 8HH,York,1991-02-03,yes,corn\n"
)
MAPPED = '[columns]\nexternal_id = "mail"\nborn_on = "born_on"\n'
ORDERS = (
    "event,event_id,external_id,at,order_id,amount,currency\n"
    "order,canarybird-e1,CANARYBIRD-1,2026-11-03T10:00:00Z,canarybird-o1,10,GBP\n"
    "opt_out,canarybird-e2,CANARYBIRD-1,2026-11-04T10:00:00Z,,,\n"
    "order,e3,B,2026-11-04T10:00:00Z,o2,10,GBP\n"
)


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="web-shop")


def canarys() -> Customer:
    return Record.objects.get(external_id="CANARYBIRD-1").customer


def forget(public_id: UUID) -> Erasure:
    asked = ask(
        public_id=public_id,
        confirmation=str(public_id),
        by=person(Role.PRIVACY),
        at=NOW,
        ring_now=False,
    )
    work = ledger.see_through(asked.work_id, clock=lambda: NOW)
    assert work.error == ""
    asked.refresh_from_db()
    return asked


def dumped() -> str:
    """Return every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        texts = []
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                texts += [bytes(block).decode() for block in copy]
    return "".join(texts).lower()


def in_files(folder: Path) -> bool:
    return any(
        CANARY in path.read_text(errors="replace").lower()
        for path in folder.rglob("*")
        if path.is_file()
    )


def waiting(source: Source, path: Path, text: str) -> Import:
    path.write_text(text, encoding="utf-8")
    return hand_in(
        source=source,
        path=path,
        file_name=path.name,
        mapping=None,
        at=NOW,
        by=None,
        ring_now=False,
        held=True,
    )


def test_nothing_of_a_person_stays_or_comes_back(  # noqa: PLR0917  fixtures
    shop: Source,
    bring: Bring,
    import_folder: Path,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "customers")
    bring(shop, PEOPLE)
    bring(shop, ORDERS)
    app = SourceFactory.create(key="app")
    bring(app, "external_id,email,city\ncanarybird-app,canarybird@example.org,Canarybirdton\n")
    bad = "external_id,email,born_on\nCANARYBIRD-1,canarybird@example.org,canarybird\nC,c@d.org,x\n"
    errors = Path(bring(shop, bad).errors_path)
    held = waiting(shop, tmp_path / "more.csv", PEOPLE.replace("Yellow", "Gold"))
    lines = waiting(app, tmp_path / "lines.jsonl", '{"external_id": "canarybird-app"}\n' * 2)
    customer = canarys()
    live = Sender(app)
    live.batch({"type": "identify", "userId": "canarybird-app", "messageId": "canarybird-app-9"})
    Refusal.objects.create(
        source=app,
        refused_on=NOW.date(),
        reason="R",
        message_count=1,
        example="canarybird-app-9",
        last_at=NOW,
    )
    note_answer(
        customer=customer,
        channel="post",
        purpose="news",
        is_allowed=False,
        evidence="canarybird rang",
        by=person(Role.ASSOCIATE),
        at=NOW,
    )
    Assignment.objects.create(
        initiative=InitiativeFactory.create(is_stale=False),
        record=Record.objects.get(external_id="CANARYBIRD-1"),
        arm="treated",
        at=NOW,
        unit=CANARY,
    )
    StaleWeek.objects.all().delete()
    assert customer.records.count() == 2
    assert in_files(import_folder)

    done = forget(customer.public_id)

    assert CANARY not in dumped()
    assert not in_files(import_folder)
    assert errors.read_text("utf-8-sig").count("\n") == 2
    assert Path(held.path).read_text().count("\n") == 2
    assert Path(lines.path).read_text() == ""
    assert done.removed["records"] == 2
    assert done.removed["events"] == 2
    assert done.removed["assignments"] == 1
    assert done.removed["rows of kept files"] >= 4
    assert Record.objects.get().external_id == "B"
    assert Event.objects.get().event_id == "e3"
    assert StaleWeek.objects.count() == 1
    assert not Assignment.objects.exists()

    again = bring(shop, PEOPLE.replace("Yellow", "Red"))
    assert (again.accepted_count, again.dropped_count) == (1, 1)
    orders = bring(shop, ORDERS.replace("10,GBP", "11,GBP"))
    assert (orders.accepted_count, orders.dropped_count) == (1, 2)
    other = bring(shop, "external_id,email\nNEW,Canarybird+x@example.org\n")
    assert (other.accepted_count, other.dropped_count) == (0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        worse = bring(shop, bad.replace("c@d.org", "e@f.org"))
    assert (worse.accepted_count, worse.rejected_count, worse.dropped_count) == (0, 1, 1)
    assert CANARY not in Path(worse.errors_path).read_text().lower()
    live.batch(
        {"type": "track", "event": "Canarybird", "userId": "canarybird-app"},
        {"type": "identify", "userId": "n", "traits": {"email": "canarybird@example.org"}},
        {"type": "track", "event": "Sang", "userId": "robin"},
    )
    assert Refusal.objects.get(reason__contains="forgotten").message_count == 2
    assert set(Record.objects.values_list("external_id", flat=True)) == {"B", "robin"}
    assert CANARY not in dumped()
    assert CANARY not in caplog.text.lower()


@pytest.mark.parametrize("name", ["CANARYBIRD-1", "B"])
def test_a_workbook_made_of_refused_rows_is_made_again_without_theirs(
    shop: Source, bring: Bring, name: str
) -> None:
    bring(shop, PEOPLE)
    file_import = bring(shop, "external_id,born_on\nCANARYBIRD-1,canarybird\nC,x\n")
    file_import.written["layout"] = "xlsx"
    file_import.save()
    made = errors_of(file_import)
    assert made is not None
    before = made.read_bytes()

    forget(Record.objects.get(external_id=name).customer.public_id)

    assert made.exists() is (name == "B")
    assert errors_of(file_import) == made
    assert (made.read_bytes() == before) is (name == "B")


def test_what_programs_were_answered_of_a_person_goes_too(shop: Source, bring: Bring) -> None:
    bring(shop, PEOPLE)
    program = Client()
    program.force_login(person(Role.ADMIN))
    said = {"channel": "post", "purpose": "news", "is_allowed": False}
    for name in ("B", "CANARYBIRD-1"):
        public_id = Record.objects.get(external_id=name).customer.public_id
        told = said | {"customer": str(public_id), "evidence": f"{name} rang"}
        headers = {"Idempotency-Key": name[:1]}
        sent = program.post("/api/v1/consents", told, "application/json", headers=headers)
        assert sent.status_code == 201

    assert forget(canarys().public_id).removed["answers kept for programs"] == 1

    assert CANARY not in dumped()
    assert KeptAnswer.objects.get().key == "B"


def test_an_address_that_somebody_else_has_too_is_not_suppressed(
    shop: Source, bring: Bring
) -> None:
    people = "A,family@example.org,Ada Byron\nB,family@example.org,Bo Lee\n"
    bring(shop, f"external_id,email,full_name\n{people}")

    forget(Record.objects.get(external_id="A").customer.public_id)

    assert bring(shop, "external_id,email,city\nB,family@example.org,Hull\n").dropped_count == 0
    assert Suppression.objects.get().kind == "external_id"


def test_the_planner_keeps_no_sample_of_them(shop: Source, bring: Bring) -> None:
    sampled = "SELECT count(*) FROM pg_stats WHERE pg_stats::text ILIKE %s"
    bring(shop, PEOPLE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(sampled, [f"%{CANARY}%"])
        assert cursor.fetchone() > (0,)

    forget(canarys().public_id)

    with connection.cursor() as cursor:
        cursor.execute(sampled, [f"%{CANARY}%"])
        assert cursor.fetchone() == (0,)


def test_only_what_is_linked_goes(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,email\nA,a@example.org\n")
    bring(SourceFactory.create(), "external_id,email\nX,x@example.org\n")

    forget(Record.objects.get(external_id="A").customer.public_id)

    left = Record.objects.get()
    assert (left.external_id, left.customer_id) == ("X", left.pk)


def test_somebody_named_by_an_address_goes_from_files_and_stays_away(
    shop: Source, bring: Bring, tmp_path: Path
) -> None:
    bring(shop, "external_id,city\ncanarybird@example.org,Hull\n")
    app = SourceFactory.create(key="app")
    other = "mail,born_on\nCanarybird@example.org,x\n,x\n"
    errors = Path(bring(app, other, 'kind = "records"\n' + MAPPED).errors_path)
    held = waiting(shop, tmp_path / "more.csv", "external_id,city\nCANARYBIRD@Example.org,York\n")

    forget(Record.objects.get().customer.public_id)

    assert CANARY not in Path(held.path).read_text().lower()
    assert CANARY not in errors.read_text("utf-8-sig").lower()
    assert bring(app, other.replace(",x", ",y"), 'kind = "records"\n' + MAPPED).dropped_count == 1
    assert bring(app, "external_id\ncanarybird@example.org\n").dropped_count == 1
    message = {"type": "track", "event": "Sang", "userId": "canarybird@example.org"}
    Sender(SourceFactory.create()).batch(message)
    assert not Record.objects.exists()


def test_a_cell_that_only_looks_like_an_external_id_takes_nobody_along(
    shop: Source, bring: Bring, tmp_path: Path
) -> None:
    bring(shop, "external_id,city\n5,Hull\n6,York\n")
    rows = "event,external_id,at,quantity\nvisit,6,2026-11-03T10:00:00Z,5\n"
    text = waiting(shop, tmp_path / "events.csv", rows)
    table = tmp_path / "events.parquet"
    parquet.write_table(csv.read_csv(io.BytesIO(rows.encode())), table)
    whole = hand_in(
        source=shop,
        path=table,
        file_name=table.name,
        mapping=None,
        at=NOW,
        by=None,
        ring_now=False,
        held=True,
    )

    forget(Record.objects.get(external_id="5").customer.public_id)

    assert Path(text.path).read_text() == rows
    whole.work.refresh_from_db()
    assert whole.work.state == Work.State.HELD


def test_ids_of_refused_messages_that_hold_an_address_go_at_every_source(
    shop: Source, bring: Bring
) -> None:
    bring(shop, PEOPLE)
    for example in ("to-Canarybird@Example.org", "sms/+442079460123", "m-1"):
        Refusal.objects.create(
            source=SourceFactory.create(),
            refused_on=NOW.date(),
            reason="R",
            message_count=1,
            example=example,
            last_at=NOW,
        )

    done = forget(canarys().public_id)

    assert done.removed["examples of refused messages"] == 2
    assert sorted(Refusal.objects.values_list("example", flat=True)) == ["", "", "m-1"]


def test_records_that_came_after_it_was_confirmed_are_confirmed_again(
    shop: Source, bring: Bring
) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    said = {"public_id": public_id, "confirmation": str(public_id), "at": NOW, "ring_now": False}
    asked = ask(**said, by=None)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    bring(SourceFactory.create(), "external_id,email\nX,canarybird@example.org\n")

    refused = ledger.see_through(asked.work_id, clock=lambda: NOW)

    assert (refused.state, refused.error) == (Work.State.FAILED, erasure.CHANGED)
    assert Record.objects.count() == 3
    assert not Suppression.objects.exists()
    forget(public_id)
    assert Record.objects.get().external_id == "B"


@pytest.mark.parametrize(
    ("lock", "step"),
    [
        pytest.param(TRAITS_LOCK, "Waiting for audiences to be brought up to date", id="columns"),
        pytest.param(OVERLAPS_LOCK, "Waiting for overlaps to be counted", id="sets"),
    ],
)
def test_it_waits_for_who_would_write_them_back(
    shop: Source, bring: Bring, lock: int, step: str
) -> None:
    """Columns and sets are read, changed and written back: blanked between, they would return."""
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    asked = ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW, ring_now=False)
    writer = connection.copy()
    with writer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])

    assert not ledger.run(asked.work_id, clock=lambda: NOW)

    with writer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    writer.close()
    work = Work.objects.get(pk=asked.work_id)
    assert (work.state, work.attempts, work.step) == ("running", 0, step)
    assert Record.objects.count() == 2
    assert ledger.run(asked.work_id, clock=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert Record.objects.count() == 1


def test_it_waits_while_a_file_comes_in(shop: Source, bring: Bring) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    asked = ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW, ring_now=False)
    importer, lock = connection.copy(), [1, SourceFactory.create().pk]
    with importer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock)

    assert not ledger.run(asked.work_id, clock=lambda: NOW)

    work = Work.objects.get(pk=asked.work_id)
    assert (work.state, work.attempts, work.step) == ("running", 0, "Waiting for an import to end")
    assert Record.objects.count() == 2
    with importer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
    importer.close()
    assert ledger.run(asked.work_id, clock=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert Record.objects.count() == 1


def test_broken_off_it_has_done_nothing_and_done_twice_it_is_done_once(
    shop: Source, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    asked = ask(public_id=public_id, confirmation=str(public_id), by=None, at=NOW, ring_now=False)

    def killed(_cursor: object, **_said: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "link_unlinked", killed)
        with pytest.raises(ConnectionError):
            ledger.run(asked.work_id, clock=lambda: NOW)
    assert Record.objects.count() == 2
    assert not Suppression.objects.exists()

    later = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert ledger.run(asked.work_id, clock=lambda: later)
    assert Record.objects.count() == 1
    asked.refresh_from_db()
    assert asked.done_at == later
    again = ask(public_id=public_id, confirmation="", by=None, at=later, ring_now=False)
    assert (again.pk, again.done_at) == (asked.pk, later)


def test_who_may_and_what_must_be_typed(shop: Source, bring: Bring) -> None:
    bring(shop, PEOPLE)
    public_id = canarys().public_id
    said = {"public_id": public_id, "confirmation": str(public_id), "at": NOW, "ring_now": False}

    with pytest.raises(NotAllowed):
        ask(**said, by=person(Role.EXECUTIVE))  # type: ignore[arg-type]  # keywords of several types in one dictionary
    with pytest.raises(NotConfirmedError, match=f"Type {public_id}"):
        ask(**said | {"confirmation": "yes"}, by=None)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    with pytest.raises(NobodyError):
        ask(**said | {"public_id": uuid4()}, by=None)  # type: ignore[arg-type]  # keywords of several types in one dictionary
    assert not Work.objects.filter(kind="erase").exists()


def test_the_command_takes_an_old_id(
    shop: Source, bring: Bring, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(shop, "external_id,email\nA,a@example.org\n")
    other = SourceFactory.create()
    bring(other, "external_id,email\nX,a@example.org\n")
    merged = Customer.objects.get(pk=Record.objects.get(external_id="X").pk)
    assert not merged.records.exists()

    call_command("erase", str(merged.public_id))

    assert "is forgotten" in capsys.readouterr().out
    assert not Record.objects.exists()
    assert not Identifier.objects.exists()
    assert not Consent.objects.exists()
    assert not Customer.objects.exists()
    with pytest.raises(CommandError, match="no public id"):
        call_command("erase", "A")
    with pytest.raises(CommandError, match="No customer has this id"):
        call_command("erase", str(uuid4()))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customers_look SET reason = 'x'",
        "DELETE FROM customers_look",
        "TRUNCATE customers_look",
    ],
)
def test_the_log_of_looks_refuses_to_change(statement: str) -> None:
    Look.objects.create(at=NOW, by=person(Role.MEMBER), customer=uuid4(), act="view")

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"Cannot update or delete|never emptied"):
            cursor.execute(statement)


def test_a_reveal_needs_a_reason_in_the_database_too() -> None:
    with pytest.raises(IntegrityError, match="look_has_a_reason"):
        Look.objects.create(at=NOW, by=person(Role.MEMBER), customer=uuid4(), act="reveal")
