"""Live messages by day: every request's own row, added up without losing any."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from customers.actions.arrivals import fold_arrivals, note_arrival
from customers.actions.live_events import accept_messages
from customers.models import Arrival, Refusal
from customers.queries.freshness import source_ages
from customers.tasks import fold
from tests.factories.customers import ArrivalFactory, ImportFactory, SourceFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def message(name: str, **more: object) -> dict[str, object]:
    return {
        "type": "track",
        "event": "Store Visit",
        "userId": "C1",
        "messageId": name,
        "timestamp": NOON.isoformat(),
        **more,
    }


def sums() -> list[tuple[date, int, int, datetime]]:
    rows = Arrival.objects.order_by("arrived_on")
    return [(row.arrived_on, row.message_count, row.event_count, row.last_at) for row in rows]


def test_a_request_notes_its_messages_and_how_many_were_new() -> None:
    source = SourceFactory.create()
    for _ in range(2):
        accept_messages(
            source=source, messages=[message("a"), message("b"), message("c")], received_at=NOON
        )

    assert sums() == [(NOON.date(), 3, 3, NOON), (NOON.date(), 3, 0, NOON)]


def test_the_day_is_the_companys() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 00:30 in London

    accept_messages(
        source=SourceFactory.create(),
        messages=[message("a", timestamp=late.isoformat())],
        received_at=late,
    )

    assert [on for on, *_ in sums()] == [date(2026, 7, 1)]


def test_what_is_refused_is_no_arrival() -> None:
    source = SourceFactory.create()

    accept_messages(source=source, messages=[{"type": "track"}], received_at=NOON)

    assert not Arrival.objects.exists()
    assert Refusal.objects.get().source == source
    assert [age.heard_at for age in source_ages(NOON)] == [None]


def test_folding_keeps_sums_and_latest_moments() -> None:
    tills, shop = SourceFactory.create_batch(2)
    for minutes in (5, 3, 9):
        ArrivalFactory.create(source=tills, last_at=NOON - timedelta(minutes=minutes))
    ArrivalFactory.create(source=tills, last_at=NOON - timedelta(days=1))
    ArrivalFactory.create(source=shop, last_at=NOON)

    assert fold_arrivals() == 3
    assert fold_arrivals() == 0

    yesterday, today = NOON - timedelta(days=1), NOON - timedelta(minutes=3)
    assert [row[1:] for row in sums() if row[1] != 100] == [(300, 270, today)]
    assert Arrival.objects.get(source=tills, arrived_on=yesterday.date()).message_count == 100
    assert Arrival.objects.count() == 3


def test_the_beat_folds() -> None:
    ArrivalFactory.create_batch(2, source=SourceFactory.create())

    fold()

    assert Arrival.objects.get().message_count == 200


def test_noting_costs_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    source = SourceFactory.create()

    with django_assert_num_queries(1):
        note_arrival(source=source, messages=3, events=2, at=NOON)


@pytest.mark.parametrize(
    ("loaded", "heard", "word"),
    [
        (None, None, "Nothing yet"),
        (timedelta(days=3), None, "Stale"),
        (timedelta(days=3), timedelta(hours=2), "Fresh"),
        (timedelta(hours=2), timedelta(days=3), "Fresh"),
        (None, timedelta(days=3), "Stale"),
    ],
)
def test_a_source_is_as_fresh_as_its_files_and_live_events_together(
    loaded: timedelta | None, heard: timedelta | None, word: str
) -> None:
    source = SourceFactory.create(promise_hours=6)
    if loaded:
        ImportFactory.create(source=source, loaded_at=NOON - loaded)
    if heard:
        ArrivalFactory.create(source=source, last_at=NOON - heard)

    (age,) = source_ages(NOON)

    assert (age.word, age.promise) == (word, "Every 6 hours")
    latest = min((each for each in (loaded, heard) if each), default=None)
    assert age.seen_at == (NOON - latest if latest else None)
