"""What goes with what, counted in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from customers.actions import companions
from customers.actions import work as ledger
from customers.models import Companion, Neighbour, Record, Work
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


def people(count: int) -> list[Record]:
    source = SourceFactory.create()
    return RecordFactory.create_batch(count, source=source)


def buy(record: Record, *products: str, days_ago: int = 10, kind: str = "order_line") -> None:
    for product in products:
        category = "lighting" if product in {"Bulbs", "Lamp"} else product
        at = NOW - timedelta(days=days_ago)
        EventFactory.create(record=record, kind=kind, product=product, category=category, at=at)


def count_now() -> None:
    work_id = ledger.give(kind="companions", arguments={}, at=NOW, once="all", ring_now=False)
    assert ledger.see_through(work_id, clock=lambda: NOW).error == ""


def pairs() -> list[tuple[str, str, int, int]]:
    found = Companion.objects.order_by("product", "goes_with")
    return list(found.values_list("product", "goes_with", "people_count", "product_people_count"))


def test_things_bought_together_on_a_day_are_counted_in_people(
    django_capture_on_commit_callbacks: object,
) -> None:
    assert django_capture_on_commit_callbacks
    everybody = people(60)
    for record in everybody[:20]:
        buy(record, "Bulbs", "Fuses")
        buy(record, "Bulbs", "Fuses", days_ago=40)
    for record in everybody[20:25]:
        buy(record, "Bulbs")
    for record in everybody[25:]:
        buy(record, "Pan", kind="order")

    count_now()
    count_now()

    assert pairs() == [("Bulbs", "Fuses", 20, 25), ("Fuses", "Bulbs", 20, 20)]
    companion = Companion.objects.get(product="Bulbs")
    assert companion.lift == pytest.approx(40 * 80 / (45 * 40))
    assert companion.share == pytest.approx(0.8)


def test_few_people_chance_and_old_baskets_make_no_pair() -> None:
    everybody = people(60)
    for record in everybody[:19]:
        buy(record, "Bulbs", "Fuses")
    for record in everybody[19:40]:
        buy(record, "Lamp", "Rug", days_ago=400)
    for record in everybody[40:]:
        buy(record, "Bulbs")
        buy(record, "Fuses", days_ago=11)

    count_now()

    assert pairs() == []


def test_a_tradesmans_basket_goes_with_nothing() -> None:
    for record in people(20):
        buy(record, *(f"Thing {number}" for number in range(41)))

    count_now()

    assert pairs() == []


def test_categories_go_together_on_any_day() -> None:
    everybody = people(50)
    for record in everybody[:25]:
        buy(record, "Bulbs")
        buy(record, "Pan", days_ago=90)
    for record in everybody[25:]:
        buy(record, "Rug")

    count_now()

    neighbour = Neighbour.objects.get(category="lighting")
    assert (neighbour.goes_with, neighbour.people_count, neighbour.lift) == ("Pan", 25, 2.0)
    assert neighbour.share == 1.0


@pytest.mark.usefixtures("no_broker")
def test_it_is_counted_once_a_day() -> None:
    now = timezone.now()

    assert companions.remember(at=now) is not None
    assert companions.remember(at=now + timedelta(hours=1)) is None
    assert companions.remember(at=now + timedelta(hours=23, minutes=1)) is not None
    assert Work.objects.filter(kind="companions").count() == 1  # the first still waits
