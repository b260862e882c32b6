"""Only stale weeks are taken again, and their readings come and go with their events."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.actions.linking import link_everybody
from customers.models import Event, Identifier, StaleWeek
from reports.models import Reading
from tests.factories.copying import AT, WEEK, refreshed
from tests.factories.plain_count import expected, found
from tests.factories.two_sources import Shop, everything_read, happens, stale

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=2)


@pytest.mark.usefixtures("history")
def test_twice_gives_the_same_rows_and_finds_nothing_to_do() -> None:
    first = refreshed()
    before = everything_read()

    second, whole = refreshed(at=LATER), refreshed(at=LATER, everything=True)

    assert first == {"weeks": 4, "measures": 8, "initiatives": 0}
    assert second == {"weeks": 0, "measures": 0, "initiatives": 0}
    assert whole == first
    assert everything_read() == before
    assert not StaleWeek.objects.exists()


def test_only_stale_weeks_are_taken_again(history: Shop) -> None:
    refreshed()
    happens("visit", history.cy, "2026-11-03T10:00")
    stale(date(2026, 11, 2))

    refreshed(at=LATER)

    again = Reading.objects.filter(as_of=LATER)
    assert {one.ends_on for one in again.filter(span="week")} == {date(2026, 11, 9)}
    assert {one.ends_on for one in again.filter(span="quarter")} == {
        date(2026, 11, 9) + n * WEEK for n in range(4)
    }
    for span in ("week", "quarter"):
        for end in {one.ends_on for one in Reading.objects.filter(span=span)}:
            assert found(span, end) == expected(span, end)


def test_a_link_moves_readings(history: Shop) -> None:
    refreshed()
    for record in (history.bo, history.cy):
        Identifier.objects.create(record=record, kind="email", digest=b"b" * 16)
    with connection.cursor() as cursor:
        link_everybody(cursor, at=AT, cause="test")

    refreshed()

    for end in (date(2026, 11, 9), date(2026, 11, 16)):
        assert found("week", end) == expected("week", end)
    assert found("week", date(2026, 11, 9))["visit_rate", None][1] == 2


def test_a_stale_week_without_events_is_no_reading() -> None:
    stale(date(2026, 11, 2))

    assert refreshed() == {"weeks": 1, "measures": 8, "initiatives": 0}
    assert not StaleWeek.objects.exists()
    assert not Reading.objects.exists()


def test_a_week_whose_last_event_is_gone_has_no_reading(shop: Shop) -> None:
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))
    refreshed()
    Event.objects.all().delete()
    stale(date(2026, 11, 2))

    refreshed()

    assert not Reading.objects.exists()


def test_older_events_let_older_windows_begin(shop: Shop) -> None:
    happens("visit", shop.ada, "2026-08-19T10:00")
    happens("visit", shop.ada, "2026-11-18T10:00")
    stale(date(2026, 8, 17), date(2026, 11, 16))
    refreshed()
    happens("visit", shop.ada, "2026-07-29T10:00")
    stale(date(2026, 7, 27))

    refreshed(at=LATER)

    quarters = Reading.objects.filter(span="quarter")
    assert {one.starts_on for one in quarters} == {date(2026, 7, 27) + n * WEEK for n in range(6)}


def test_queries_do_not_grow_with_weeks(shop: Shop) -> None:
    refreshed()  # the first one makes the whole copy
    costs = []
    for weeks in (14, 30):
        for n in range(weeks):
            day = date(2026, 11, 2) - n * WEEK
            happens("visit", shop.ada, f"{day}T10:00")
            StaleWeek.objects.create(week_on=day)
        with CaptureQueriesContext(connection) as queries:
            refreshed()
        costs.append(sum("COPY" not in str(one["sql"]) for one in queries))

    assert costs[0] == costs[1]
