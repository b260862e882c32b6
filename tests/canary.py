"""Somebody who asks to be forgotten, and who is easily found wherever they still are."""

from pathlib import Path
from uuid import UUID

from django.db import connection

from customers.actions import work as ledger
from customers.actions.erasure import ask
from customers.models import Customer, Erasure, Record
from strategy.models import Role
from tests.factories.strategy import person
from tests.integration.conftest import NOW

CANARY = "canarybird"
PEOPLE = (
    "external_id,given_name,family_name,email,phone,loyalty_card,address,postcode,city,born_on,"
    "consent.email.news,prefers.seed\n"
    "CANARYBIRD-1,Canarybird,Yellow,canarybird@example.org,020 7946 0123,CANARYBIRD77,"
    "1 Canarybird Cage,YO1 7HH,Canarybirdton,1990-02-03,yes,canarybird seed\n"
    "B,Bo,Blue,bo@example.org,020 7946 0999,CARD2,2 Nest,YO1 8HH,York,1991-02-03,yes,corn\n"
)
ORDERS = (
    "event,event_id,external_id,at,order_id,amount,currency\n"
    "order,canarybird-e1,CANARYBIRD-1,2026-11-03T10:00:00Z,canarybird-o1,10,GBP\n"
    "opt_out,canarybird-e2,CANARYBIRD-1,2026-11-04T10:00:00Z,,,\n"
    "order,e3,B,2026-11-04T10:00:00Z,o2,10,GBP\n"
)


def canarys() -> Customer:
    """Return the customer who is to be forgotten."""
    return Record.objects.get(external_id="CANARYBIRD-1").customer


def forget(public_id: UUID) -> Erasure:
    """Have somebody forgotten here and now."""
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
    """Say whether any file of a folder still names them."""
    return any(
        CANARY in path.read_text(errors="replace").lower()
        for path in folder.rglob("*")
        if path.is_file()
    )
