"""What was sent is counted in the background, once for everybody who looks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.actions.contact_counts import AGAIN_AFTER, KIND, ask
from campaigns.queries.spread import Households, Rest, WeekSpread, spread_of
from customers.actions import work as ledger
from customers.models import Customer, Work
from strategy.actions.sheets import publish_sheet
from strategy.models import ContactPolicy, Role
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.strategy import SheetFactory, person, published_sheet

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def counted(at: datetime = NOW) -> None:
    """Do the count that waits."""
    ledger.see_through(Work.objects.get(kind=KIND, state="waiting").pk, clock=lambda: at)


def test_without_a_sheet_there_is_nothing_to_count() -> None:
    assert ask(at=NOW) == (None, False)
    assert not Work.objects.filter(kind=KIND).exists()


def test_who_looks_first_has_it_counted_and_who_looks_late_again() -> None:
    published_sheet()
    assert ask(at=NOW) == (None, True)
    assert ask(at=NOW) == (None, True)
    counted()

    soon, late = ask(at=NOW + AGAIN_AFTER), ask(at=NOW + AGAIN_AFTER + timedelta(seconds=1))
    tomorrow = ask(at=NOW + timedelta(days=1))

    assert soon.found
    assert (soon.found.at, soon.is_counting, late.is_counting) == (NOW, False, False)
    assert tomorrow == (soon.found, True)
    assert Work.objects.filter(kind=KIND).count() == 2


def test_another_sheet_is_counted_anew_and_a_failed_count_not_at_once() -> None:
    published_sheet()
    ask(at=NOW)
    counted()
    published_sheet()

    assert ask(at=NOW) == (None, True)
    Work.objects.filter(state="waiting").update(state="failed", ended_at=NOW)
    assert ask(at=NOW) == (None, False)
    assert ask(at=NOW + timedelta(hours=1)) == (None, True)


def test_a_household_is_counted_by_its_own_limit() -> None:
    sheet = SheetFactory.create(contact_cap=2, contact_gap_hours=24)
    ContactPolicy.objects.create(sheet=sheet, household_cap=3)
    publish_sheet(sheet=sheet, by=person(Role.EXECUTIVE), at=NOW)
    people = RecordFactory.create_batch(3)
    Customer.objects.filter(pk__in=[one.customer_id for one in people[:2]]).update(household="h")
    for record, hours in zip([*people, *people[:2]], (20, 30, 40, 50, 60), strict=True):
        at = NOW - timedelta(hours=hours)
        EventFactory.create(record=record, kind="contact", channel="email", at=at, amount=None)
    ask(at=NOW)
    counted()

    found = ask(at=NOW).found

    assert found
    kept = spread_of(found.spread)
    assert kept.weeks[-1] == WeekSpread(NOW.date(), {1: 1, 2: 2}, 3, 0, 0)
    assert kept.rest == Rest(2, 0, 30.0)
    assert kept.households == Households(3, 2, 1, 1)


def test_pages_say_that_they_count_and_look_again(client: Client) -> None:
    published_sheet()
    client.force_login(person(Role.ASSOCIATE))

    clashes = client.get("/reports/clashes/").content.decode()
    pressure = client.get("/reports/pressure/").content.decode()

    assert "Counting. Every contact of four weeks" in clashes
    assert "Being counted: the contacts of the last four weeks." in pressure
    for page in (clashes, pressure):
        assert 'hx-trigger="every 2s"' in page

    counted(timezone.now())
    fragment = client.get("/reports/clashes/", headers={"HX-Request": "true"}).content.decode()
    assert "No clash in the contacts that were delivered." in fragment
    assert "<html" not in fragment
    assert "hx-trigger" not in fragment
