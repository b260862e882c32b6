"""A small shop whose facts are copied: events that are easily copied or counted wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import connection

from campaigns.models import Assignment, Initiative
from customers.actions import work as ledger
from customers.models import Event, Identifier, Record, Source, Work
from reports.actions.refresh import refresh
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory

AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)  # a Monday
FIRST_WEEK = date(2026, 11, 2)
WEEK = timedelta(days=7)


class Shop(NamedTuple):
    """Six people known to the web shop, the first also to the desk; a test; nobody's orders."""

    web: Source
    people: list[Record]
    test: Initiative


def make_shop() -> Shop:
    """Make two weeks of events, all of them stale; some amounts have no rate."""
    web = SourceFactory.create(key="web", department=DepartmentFactory.create(key="ecommerce"))
    desk = SourceFactory.create(key="desk", department=DepartmentFactory.create(key="service"))
    people = [RecordFactory.create(source=web, external_id=str(n)) for n in range(6)]
    people.append(RecordFactory.create(source=desk, external_id="0"))
    for record in (people[0], people[6]):
        Identifier.objects.create(record=record, kind="email", digest=b"a" * 16)
    test = InitiativeFactory.create(
        key="lights",
        department=DepartmentFactory.create(key="marketing"),
        starts_on=FIRST_WEEK,
        ends_on=FIRST_WEEK + 2 * WEEK,
    )
    Assignment.objects.bulk_create(
        Assignment(
            initiative=test,
            record=record,
            arm="holdout" if place % 2 else "treated",
            at=AT - timedelta(days=30),
            outcomes={"visit_rate": place % 2},
        )
        for place, record in enumerate(people[:6])
    )
    for week in (0, 1):
        monday = datetime(2026, 11, 2 + 7 * week, 9, tzinfo=UTC)
        for place, who in enumerate([*people, None]):
            at = monday + timedelta(hours=place)
            happens("visit", who, at, source=web)
            happens("order", who, at, source=web, amount=f"{place}.15", order_id=f'"{place}",\n')
            happens("contact", who, at, source=web, initiative="lights", channel="email")
            happens("contact", who, at, source=web, transactional=True)
        happens("order", people[1], monday, amount="3", currency="SEK")
        happens("opt_out", people[2], monday)
        happens("complaint", people[6], monday)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_staleweek (week_on)"
            " SELECT DISTINCT date_trunc('week', at)::date FROM customers_event"
        )
    return Shop(web, people, test)


def happens(kind: str, who: Record | None, at: datetime, **fields: Any) -> Event:
    """Make an event of a record, or of nobody at a source."""
    source = fields.pop("source", None)
    amount = fields.pop("amount", None)
    fields["currency"] = fields.pop("currency", "GBP") if amount else ""
    whose = {"record": who} if who else {"record": None, "source": source}
    return EventFactory.create(
        kind=kind, at=at, amount=Decimal(amount) if amount else None, **whose, **fields
    )


def refreshed(*, at: datetime = AT, everything: bool = False) -> dict[str, Any]:
    """Refresh here and now."""
    return refresh(progress=SimpleNamespace(step=""), at=at, everything=everything)


def done(kind: str, *, at: datetime = AT) -> list[dict[str, Any]]:
    """Do what waits of a kind of work, and return what came of it."""
    waiting = Work.objects.filter(kind=kind, state=Work.State.WAITING)
    ids = list(waiting.values_list("pk", flat=True))
    for work_id in ids:
        ledger.run(work_id, clock=lambda: at)
    return [Work.objects.get(pk=work_id).outcome for work_id in ids]
