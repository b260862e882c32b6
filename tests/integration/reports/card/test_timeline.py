"""A customer's events, newest first: filtered, paged."""

import re

import pytest
from django.test import Client

from customers.models import Record
from tests.factories.cards import address, event, record_of
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


def test_the_timeline_is_filtered_and_paged(client: Client, maria: Record) -> None:
    for days in range(1, 31):
        event(maria, "order", days, product=f"Thing {days}")
    event(record_of("shop", maria), "visit", 0.5, channel="website")

    whole = words(client.get(address(maria)))
    assert "Visited the website" in whole
    assert "Thing 24" in whole
    assert "Thing 25" not in whole

    bought = words(client.get(address(maria), {"group": "bought", "department": "d-tills"}))
    assert "Visited" not in bought.partition("What has happened")[2]
    assert "Thing 25" in bought
    nothing = words(client.get(address(maria), {"group": "asked"}))
    assert "Nothing of this kind." in nothing


def test_earlier_goes_on_where_the_page_ended(client: Client, maria: Record) -> None:
    for number in range(60):
        event(maria, "order", 1 + number // 2, product=f"Thing {number:02}")
    seen: list[str] = []
    query = ""

    for _ in range(3):
        fragment = client.get(f"{address(maria)}{query}", headers={"HX-Request": "true"})
        assert "<main" not in fragment.content.decode()
        seen += re.findall(r"Thing \d\d", words(fragment))
        found = re.search(r'href="[^"?]*(\?[^"#]*before[^"#]*)', fragment.content.decode())
        query = found[1].replace("&amp;", "&") if found else ""

    assert query == ""
    assert len(seen) == 60
    assert len(set(seen)) == 60


@pytest.mark.parametrize("before", ["x", "2026-11-01_x", "2026-11-01T00:00:00_1", "_", "é_1"])
def test_an_address_that_makes_no_sense_shows_the_newest(
    client: Client, maria: Record, before: str
) -> None:
    event(maria, "visit")

    page = client.get(address(maria), {"before": before, "group": "?", "department": ""})

    assert "Visited" in words(page)
