"""Programs read of every number whether it is stale, as pages mark it."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.reports import NOW, TODAY, WEEK, judged, reading, source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tills_that_are_late() -> None:
    source("Tills", loaded=NOW - timedelta(days=10), sends=["order"])
    source("Shop", loaded=NOW, sends=["visit"])


def test_of_readings_those_are_stale_whose_window_may_lack_events(reader: Client) -> None:
    for ends_on in (TODAY - 2 * WEEK, TODAY):
        reading("revenue_per_customer", 20, ends_on=ends_on)
        reading("visit_rate", 0.3, ends_on=ends_on)

    told = reader.get("/api/v1/readings").json()["results"]

    assert {(one["measure"], one["ends_on"]): one["stale"] for one in told} == {
        ("revenue_per_customer", "2026-11-09"): "",
        ("revenue_per_customer", "2026-11-23"): "One source late",
        ("visit_rate", "2026-11-09"): "",
        ("visit_rate", "2026-11-23"): "",
    }


def test_a_result_is_stale_while_its_window_may_lack_events(reader: Client) -> None:
    running = judged(starts_on=TODAY - 4 * WEEK, ends_on=TODAY + WEEK)
    ended = judged(starts_on=TODAY - 9 * WEEK, ends_on=TODAY - 5 * WEEK)

    told = {
        made.pk: reader.get(f"/api/v1/results/{made.pk}").json()["stale"]
        for made in (running, ended)
    }

    assert told == {running.pk: "One source late", ended.pk: ""}
