"""Imports, links and refreshes at the same time: nothing is lost, and nobody waits for ever."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from campaigns.actions.initiatives import held
from campaigns.models import Initiative
from customers.actions.linking import Linked, link_alone, link_unlinked
from customers.actions.tellings import accept_tellings
from customers.actions.unsubscribing import Link, leave
from customers.intake.platforms import Telling
from customers.models import Customer, Event, Identifier, Record, Source, StaleWeek
from reports.actions.results import judge_initiative
from reports.models import Reading, Result
from tests.factories.campaigns import InitiativeFactory, plan
from tests.factories.copying import refreshed
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.integration.conftest import NOW, Bring
from tests.threads import in_thread

pytestmark = pytest.mark.usefixtures("transactional_db", "no_broker")
MONDAY = date(2026, 11, 2)


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="shop")


@pytest.fixture
def others() -> Iterator[Callable[..., Future[Any]]]:
    """Run actions beside the test, on connections of their own."""
    with ThreadPoolExecutor(3) as pool:

        def beside(action: Callable[..., Any], *args: Any, **named: Any) -> Future[Any]:
            return pool.submit(in_thread, action, *args, **named)

        yield beside


def visited(shop: Source) -> None:
    """Let somebody have visited in a week that is stale."""
    record = RecordFactory.create(source=shop)
    EventFactory.create(record=record, kind="visit", at=datetime(2026, 11, 3, tzinfo=UTC))
    StaleWeek.objects.create(week_on=MONDAY)


def visits() -> int | None:
    reading = Reading.objects.filter(
        span="week", department=None, measure__key="visit_rate", ends_on=date(2026, 11, 9)
    ).first()
    return None if reading is None else int(reading.numerator)


def test_a_refresh_leaves_stale_what_an_import_is_just_bringing(
    shop: Source, bring: Bring, others: Callable[..., Future[Any]]
) -> None:
    """Neither waits for the other, though the week was stale already."""
    visited(shop)

    with transaction.atomic():
        bring(shop, "event,external_id,at\nvisit,B,2026-11-04T10:00Z\n")
        others(refreshed).result(20)
    counted = visits()
    refreshed()

    assert (counted, visits()) == (1, 2)
    assert not StaleWeek.objects.exists()


def test_an_import_during_a_refresh_leaves_its_week_stale(
    shop: Source, bring: Bring, others: Callable[..., Future[Any]]
) -> None:
    visited(shop)

    with transaction.atomic():
        refreshed()
        others(bring, shop, "event,external_id,at\nvisit,B,2026-11-04T10:00Z\n").result(20)

    assert visits() == 1
    assert list(StaleWeek.objects.values_list("week_on", flat=True)) == [MONDAY]
    refreshed()
    assert visits() == 2


def test_a_click_during_a_refresh_does_not_wait_and_stays_to_be_judged(
    others: Callable[..., Future[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    initiative = InitiativeFactory.create(status="live", is_stale=True)
    plan(initiative, locked_at=datetime(2026, 11, 2, tzinfo=UTC))

    def click() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            clicked = held(initiative)
            clicked.is_stale = True
            clicked.save()

    def judged(one: Initiative, **named: Any) -> Result:
        result = judge_initiative(one, **named)
        others(click).result(10)
        return result

    with monkeypatch.context() as patch:
        patch.setattr("reports.actions.refresh.judge_initiative", judged)
        assert refreshed()["initiatives"] == 1

    assert Initiative.objects.get().is_stale
    refreshed()
    assert not Initiative.objects.get().is_stale


def test_two_sources_that_touch_the_same_weeks_do_not_wait_for_each_other_for_ever(
    shop: Source, bring: Bring, others: Callable[..., Future[Any]]
) -> None:
    """A deadlock would break one off, and its work would have to be done again."""
    till = SourceFactory.create(key="till")
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 11) for day in (3, 10, 17, 24)]
    up, down = (
        "event,external_id,at\n" + "".join(f"visit,A,{day}T10:00Z\n" for day in order)
        for order in (days, days[::-1])
    )
    runs = [others(bring, shop, up), others(bring, till, down)]

    assert [run.result(30).work.attempts for run in runs] == [1, 1]
    assert Event.objects.count() == 80
    weeks = StaleWeek.objects.values("week_on").distinct()
    assert weeks.count() == len({date.fromisoformat(d).isocalendar()[:2] for d in days})


def test_records_of_two_sources_that_link_do_not_wait_for_each_other_for_ever(
    shop: Source,
    bring: Bring,
    others: Callable[..., Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One has changed its records and wants to link; the other links, and moves those records."""
    till = SourceFactory.create(key="till")
    for source, name in ((shop, "A"), (till, "X")):
        Identifier.objects.create(
            record=RecordFactory.create(source=source, external_id=name),
            kind="loyalty_card",
            digest=b"same".ljust(16),
        )
    both = threading.Barrier(2)

    def link_together(cursor: Any, **said: Any) -> Linked:
        with suppress(threading.BrokenBarrierError):  # the other may wait before it comes here
            both.wait(1)
        return link_unlinked(cursor, **said)

    monkeypatch.setattr("customers.actions.records.link_unlinked", link_together)
    runs = [
        others(bring, shop, "external_id,email,city\nA,ada@example.org,York\n"),
        others(bring, till, "external_id,email,city\nX,ada@example.org,Hull\n"),
    ]

    assert [run.result(30).work.attempts for run in runs] == [1, 1]
    assert Record.objects.values("customer").distinct().count() == 1


def test_answers_that_are_refused_and_news_do_not_wait_for_each_other_for_ever(
    shop: Source,
    bring: Bring,
    others: Callable[..., Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """News holds the table of events and wants to link, while the register of another links."""
    till = SourceFactory.create(key="till")
    both = threading.Barrier(2)

    def link_together(cursor: Any, **said: Any) -> Linked:
        both.wait(10)
        return link_unlinked(cursor, **said)

    def alone_together(cursor: Any) -> None:
        link_alone(cursor)
        both.wait(10)

    monkeypatch.setattr("customers.actions.news.link_unlinked", link_together)
    monkeypatch.setattr("customers.actions.staging.link_alone", alone_together)
    answers = (
        "source,external_id,channel,purpose,answer,told_at,evidence\n"
        "till,bob@example.org,email,news,yes,2026-11-05T10:00:00Z,\n"
        "shop,eve@example.org,email,news,yes,2026-11-05T10:00:00Z,\n"
    )
    runs = [
        others(
            bring,
            shop,
            "event_id,event,external_id,at\n1,visit,ada@example.org,2026-11-05T10:00Z\n",
        ),
        others(bring, till, answers),
    ]

    assert [run.result(30).work.attempts for run in runs] == [1, 1]
    assert Record.objects.count() == Customer.objects.count() == 2


def test_one_click_in_several_places_is_one_opt_out(
    shop: Source, others: Callable[..., Future[Any]]
) -> None:
    link = Link(RecordFactory.create(source=shop).pk, "email")

    for waiting in [others(leave, link=link, at=NOW) for _ in range(6)]:
        waiting.result(30)

    assert Event.objects.get().kind == "opt_out"


def test_strangers_told_of_at_once_are_one_record_each(
    shop: Source, others: Callable[..., Future[Any]]
) -> None:
    tellings = [
        Telling("opt_out", "email", f"{name}@example.org", None, "test", (name,))
        for name in ("ada", "bob", "eve")
    ]

    for waiting in [
        others(accept_tellings, source=shop, tellings=tellings[::order], received_at=NOW)
        for order in (1, -1, 1, -1)
    ]:
        waiting.result(30)

    assert Record.objects.count() == 3
    assert Event.objects.count() == 3
