from datetime import date

import pytest
from django.db import connection

from customers.actions.linking import link_everybody
from customers.models import Identifier
from strategy.models import Measure
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.copying import AT, WEEK
from tests.factories.customers import RecordFactory, SourceFactory
from tests.factories.plain_count import PLAIN
from tests.factories.two_sources import FIRST_WEEK, Shop, happens, stale


@pytest.fixture(autouse=True)
def measures_that_are_counted_plainly() -> None:
    """Leave the measures that the plain count knows; all are compared in test_engines."""
    Measure.objects.exclude(key__in=PLAIN).delete()


@pytest.fixture
def shop() -> Shop:
    web = SourceFactory.create(key="web", department=DepartmentFactory.create(key="ecommerce"))
    desk = SourceFactory.create(key="desk", department=DepartmentFactory.create(key="service"))
    people = [
        RecordFactory.create(source=source, external_id=name)
        for source, name in ((web, "ada"), (desk, "ada"), (web, "bo"), (desk, "cy"))
    ]
    for record in people[:2]:
        Identifier.objects.create(record=record, kind="email", digest=b"a" * 16)
    with connection.cursor() as cursor:
        link_everybody(cursor, at=AT, cause="test")
    for record in people:
        record.refresh_from_db()
    assert people[0].customer_id == people[1].customer_id
    return Shop(web, desk, *people)


@pytest.fixture
def history(shop: Shop) -> Shop:
    """Three weeks, with everything that is easily counted wrong, thirteen after the first one."""
    InitiativeFactory.create(
        key="lights",
        department=DepartmentFactory.create(key="marketing"),
        starts_on=date(2030, 1, 1),
    )
    for week in ("2026-11-02", "2026-11-09"):
        day = date.fromisoformat(week)
        for who in (shop.ada, shop.ada, shop.bo):
            happens("visit", who, f"{day}T10:00")
        happens("order", shop.ada, f"{day}T11:00", amount="20.50")
        happens("contact", shop.bo, f"{day}T12:00")
        happens("contact", shop.bo, f"{day}T12:00", transactional=True)
        happens("contact", shop.ada_at_desk, f"{day}T12:00", initiative="lights")
        happens("opt_out", shop.bo, f"{day}T13:00")
        happens("opt_out", shop.bo, f"{day}T13:30")
        happens("complaint", shop.cy, f"{day}T14:00")
    happens("visit", shop.ada_at_desk, "2026-11-09T00:00")  # the first moment of the second week
    happens("visit", shop.cy, "2026-11-08T23:59:59.999999")  # the last one of the first
    happens("visit", shop.web, "2026-11-10T10:00")  # nobody known
    happens("order", shop.web, "2026-11-10T10:00", amount="99")
    happens("opt_out", shop.web, "2026-11-10T10:00")
    happens("order", shop.bo, "2026-11-11T10:00", amount="7", currency="EUR")
    happens("order", shop.bo, "2026-11-11T11:00", amount="3", currency="")
    happens("order", shop.bo, "2026-11-11T12:00")  # its amount is not known
    happens("order", shop.ada_at_desk, "2026-10-26T10:00", amount="1000")  # the week before
    happens("view", shop.cy, "2026-08-03T10:00")
    stale(FIRST_WEEK, *(date(2026, 11, 2) + n * WEEK for n in (-1, 0, 1)))
    return shop
