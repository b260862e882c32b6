"""Somebody is forgotten: in tables, files and whatever comes in later."""

import io
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pyarrow import csv, parquet
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns.models import Assignment
from customers.actions.consent import note_answer
from customers.actions.imports import errors_of
from customers.models import Event, Record, Refusal, Source, StaleWeek, Suppression, Work
from strategy.models import KeptAnswer, Role
from tests.canary import CANARY, ORDERS, PEOPLE, canarys, dumped, forget, in_files
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.files import handed_in
from tests.integration.conftest import NOW, Bring
from tests.sender import Sender

pytestmark = pytest.mark.django_db
MAPPED = '[columns]\nexternal_id = "mail"\nborn_on = "born_on"\n'


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
    held = handed_in(shop, tmp_path / "more.csv", text=PEOPLE.replace("Yellow", "Gold"), held=True)
    lines = handed_in(
        app, tmp_path / "lines.jsonl", text='{"external_id": "canarybird-app"}\n' * 2, held=True
    )
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
    held = handed_in(
        shop,
        tmp_path / "more.csv",
        text="external_id,city\nCANARYBIRD@Example.org,York\n",
        held=True,
    )

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
    text = handed_in(shop, tmp_path / "events.csv", text=rows, held=True)
    table = tmp_path / "events.parquet"
    parquet.write_table(csv.read_csv(io.BytesIO(rows.encode())), table)
    whole = handed_in(shop, table, held=True)

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
