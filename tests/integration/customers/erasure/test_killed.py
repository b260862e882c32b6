"""Forgetting a person through a real worker that is killed on the way, and asked again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pyarrow import parquet

from customers.actions import work as ledger
from customers.actions.erasure import ask
from customers.models import Erasure, Event, Identifier, Record, Source, Suppression, Work
from strategy.models import Role
from tests.canary import CANARY, PEOPLE, canarys, dumped, in_files
from tests.factories.customers import SourceFactory
from tests.factories.strategy import person
from tests.files import handed_in
from tests.integration.conftest import Bring
from tests.sender import Sender
from tests.worker import Worker, environment

POINTS = (
    "customers_suppression",
    "customers_identifier",
    "customers_customer",
    "customers_erasure",
)
"""Tables in the order in which an erasure writes to them: files are done before, and the
certificate is the end."""

ORDERED = (
    "event,event_id,external_id,at,order_id,amount,currency,product\n"
    "order,canarybird-e1,CANARYBIRD-1,2026-11-03T10:00:00Z,canarybird-o1,10,GBP,Canarybird seed\n"
    "opt_out,canarybird-e2,CANARYBIRD-1,2026-11-04T10:00:00Z,,,,\n"
    "order,e3,B,2026-11-04T10:00:00Z,o2,10,GBP,Corn\n"
)


@pytest.fixture
def shop(workplace: Path, bring: Bring) -> Source:
    """Have the person in tables, in live events, in a file that waits and in one of errors."""
    shop, app = SourceFactory.create(key="shop"), SourceFactory.create(key="app")
    bring(shop, PEOPLE)
    bring(shop, ORDERED)
    bring(shop, "external_id,email,born_on\nCANARYBIRD-1,canarybird@example.org,canarybird\n")
    Sender(app).batch(
        {"type": "identify", "userId": "bird", "traits": {"email": "canarybird@example.org"}},
        {"type": "track", "userId": "bird", "event": "Canarybird sang"},
    )
    file = workplace / "more.csv"
    handed_in(shop, file, text=PEOPLE.replace("Yellow", "Gold"), held=True)
    for sent in workplace.glob("*.csv"):
        sent.unlink()  # the sender's own
    return shop


@contextmanager
def nobody_writes_to(table: str, workplace: Path) -> Iterator[Callable[[], bool]]:
    """Keep everybody from writing to a table; yield what says whether somebody would."""
    question = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass)"

    def is_waited_for() -> bool:
        ledger.sweep(at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(question, [table])
            return bool(cursor.fetchone()[0])

    with psycopg.connect(environment(workplace)["DATABASE_URL"]) as other:
        other.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield is_waited_for


def all_is_done() -> bool:
    ledger.sweep(at=timezone.now())
    return not Work.objects.filter(state__in=["waiting", "running"]).exists()


def copied() -> str:
    """Return all that the files of the columnar copy hold, those of older versions too."""
    files = Path(settings.FACTS_PATH).rglob("*.parquet")
    return str([parquet.ParquetFile(file).read().to_pylist() for file in files]).lower()


@pytest.mark.usefixtures("shop")
def test_killed_at_any_point_the_person_is_whole_or_gone(workplace: Path) -> None:
    with Worker(workplace) as worker:
        worker.wait_until(all_is_done)
        assert CANARY in copied()
        public_id = canarys().public_id
        asked = ask(
            public_id=public_id,
            confirmation=str(public_id),
            by=person(Role.PRIVACY),
            at=timezone.now(),
        )
        for point in POINTS:
            with nobody_writes_to(point, workplace) as is_waited_for:
                worker.wait_until(is_waited_for)
                worker.kill()
            assert (Record.objects.count(), Event.objects.count()) == (3, 4)
            assert Identifier.objects.filter(record__external_id="CANARYBIRD-1").count() == 3
            assert not Suppression.objects.exists()
            assert Erasure.objects.get(done_at=None).removed == {}
            worker.start()
        worker.wait_until(all_is_done)

        certificate = Erasure.objects.values().get()
        for _ in range(2):
            ledger.ring(asked.work_id)
        ledger.give(kind="refresh", arguments={}, at=timezone.now(), once="all")
        worker.wait_until(all_is_done)

    work = Work.objects.get(pk=asked.work_id)
    assert (work.state, work.attempts, work.error) == ("done", len(POINTS) + 1, "")
    assert certificate["done_at"]
    assert (certificate["removed"]["records"], certificate["removed"]["events"]) == (2, 3)
    assert Erasure.objects.values().get() == certificate
    assert Record.objects.get().external_id == "B"
    assert CANARY not in dumped()
    assert CANARY not in copied()
    assert not in_files(workplace)  # handed-in files, error files, the broker's, every log
