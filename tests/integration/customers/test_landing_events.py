"""Events as they land: once each, by whoever did them, in the weeks of the company's clock."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from customers.actions import events, news
from customers.actions.news import News
from customers.intake import delimited
from customers.intake.fields import EVENTS
from customers.models import Customer, Event, Record, Source, StaleWeek, Work
from tests.factories.customers import SourceFactory
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="shop")


def weeks() -> list[str]:
    found = StaleWeek.objects.order_by("week_on").values_list("week_on", flat=True).distinct()
    return [week.isoformat() for week in found]


def at(moment: str) -> str:
    return f"event,event_id,external_id,at\nvisit,{moment},A,{moment}\n"


def test_every_field_arrives(shop: Source, bring: Bring) -> None:
    bring(
        shop,
        "event,event_id,external_id,at,channel,initiative,arm,order_id,amount,currency,quantity,"
        "product,category,store,score,transactional\n"
        "order,E1,A,2026-11-05T10:00:00.123456Z,web,mens-mail,treated,O1,12.3456,eur,3,"
        "Lamp,Lights,York,0.5,yes\n",
    )

    event: dict[str, Any] = dict(Event.objects.values().get())
    assert event.pop("id")
    assert event.pop("at").isoformat() == "2026-11-05T10:00:00.123456+00:00"
    assert event == {
        "source_id": shop.pk,
        "event_id": "E1",
        "record_id": Record.objects.get(external_id="A").pk,
        "kind": "order",
        "channel": "web",
        "initiative": "mens-mail",
        "arm": "treated",
        "order_id": "O1",
        "amount": Decimal("12.3456"),
        "currency": "EUR",
        "quantity": 3,
        "product": "Lamp",
        "category": "Lights",
        "store": "York",
        "score": 0.5,
        "transactional": True,
    }


def test_an_event_counts_once_for_its_source(shop: Source, bring: Bring) -> None:
    till = SourceFactory.create(key="till")
    rows = (
        "event,event_id,external_id,at,amount\n"
        "order,E1,A,2026-11-05,5\norder,E1,A,2026-11-05,6\norder,E2,A,2026-11-05,7\n"
    )

    first, again = bring(shop, rows), bring(shop, rows + "order,E2,A,2026-11-05,7\n")
    other = bring(till, rows)

    assert [(one.changed_count, one.unchanged_count) for one in (first, again, other)] == [
        (2, 1),
        (0, 4),
        (2, 1),
    ]
    assert sorted(Event.objects.filter(source=shop).values_list("event_id", "amount")) == [
        ("E1", Decimal(6)),
        ("E2", Decimal(7)),
    ]
    assert weeks() == ["2026-11-02"]


def test_a_corrected_event_is_changed_and_both_its_weeks_are_stale(
    shop: Source, bring: Bring
) -> None:
    header = "event,event_id,external_id,at,amount\n"
    same = "order,E2,A,2026-11-05,7\n"
    bring(shop, header + "order,E1,A,2026-11-05,5\n" + same)
    StaleWeek.objects.all().delete()

    mended = bring(shop, header + "order,E1,B,2026-11-12,6\n" + same)

    assert (mended.changed_count, mended.unchanged_count) == (1, 1)
    event = Event.objects.get(event_id="E1")
    assert event.record is not None
    assert (event.record.external_id, event.amount) == ("B", Decimal(6))
    assert weeks() == ["2026-11-02", "2026-11-09"]


@pytest.mark.parametrize("seen_by_chance", [True, False])
def test_an_event_that_arrives_while_its_file_lands_is_corrected(
    shop: Source, bring: Bring, monkeypatch: pytest.MonkeyPatch, *, seen_by_chance: bool
) -> None:
    """The looks beforehand saw nothing of it; the constraint does."""
    header = "event,event_id,external_id,at,amount\n"
    bring(shop, header + "order,E1,A,2026-11-05,5\norder,E2,A,2026-11-05,7\n")
    monkeypatch.setattr(events, "REPEATS_KNOWN", "SELECT false")
    if not seen_by_chance:
        monkeypatch.setattr(news, "IS_KNOWN", "SELECT false")

    late = bring(
        shop,
        header + "order,E3,B,2026-11-05,8\norder,E1,A,2026-11-05,6\norder,E2,A,2026-11-05,7\n",
    )

    assert (late.changed_count, late.unchanged_count) == (2, 1)
    found = Event.objects.order_by("event_id").values_list("event_id", "amount")
    assert list(found) == [("E1", Decimal(6)), ("E2", Decimal(7)), ("E3", Decimal(8))]
    assert Record.objects.count() == Customer.objects.count() == 2


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BATCH_ROWS", 2)
    monkeypatch.setattr(news, "SENT_AT_ONCE", 1)


@pytest.mark.usefixtures("small_batches")
def test_people_and_weeks_are_those_of_the_whole_file(shop: Source, bring: Bring) -> None:
    who = {"1": "A", "2": "B", "3": "C", "4": "A", "5": "", "6": "B", "7": "C"}
    days = ["05", "11", "04", "12", "25", "01", "02"]
    lines = [
        f"visit,{name},{person},2026-10-{day}T23:30:00Z"
        for (name, person), day in zip(who.items(), days, strict=True)
    ]

    landed = bring(shop, "\n".join(["event,event_id,external_id,at", *lines, ""]))

    assert landed.changed_count == 7
    found = Event.objects.values_list("event_id", "record__external_id")
    assert {name: person or "" for name, person in found} == who
    assert Record.objects.count() == Customer.objects.count() == 3
    assert weeks() == ["2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19"]


@pytest.mark.usefixtures("small_batches")
def test_an_event_told_twice_far_apart_counts_as_told_last(shop: Source, bring: Bring) -> None:
    """What had come in before the second telling was seen is taken back, refused rows too."""
    rows = ["visti,E0,A,2026-11-05,1"]
    rows += [f"order,E{number},{number},2026-11-05,{number}" for number in range(1, 6)]
    rows += ["order,E1,B,2026-11-05,9", "visti,E9,A,2026-11-05,1"]

    landed = bring(shop, "\n".join(["event,event_id,external_id,at,amount", *rows, ""]))

    assert (landed.read_count, landed.rejected_count) == (8, 2)
    assert (landed.changed_count, landed.unchanged_count) == (5, 1)
    assert Event.objects.get(event_id="E1").amount == Decimal(9)
    refused = Path(landed.errors_path).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in refused] == ["event_id", "E0", "E9"]
    assert Record.objects.count() == Customer.objects.count() == 6


def test_no_record_goes_while_events_come_in(shop: Source) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        News(cursor, EVENTS, source_id=shop.pk)

        cursor.execute(
            "SELECT mode FROM pg_locks WHERE relation = 'customers_event'::regclass"
            " AND pid = pg_backend_pid() AND mode = 'RowExclusiveLock'"
        )
        assert cursor.fetchone()


def test_a_record_does_not_go_before_its_events(shop: Source, bring: Bring) -> None:
    bring(shop, at("2026-11-05T10:00:00Z"))

    with (
        pytest.raises(IntegrityError, match="does not go before its events"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM customers_record")
    Record.objects.all().delete()

    assert not Event.objects.exists()


VISIT = "visit,A,2026-11-05T10:00Z\n"
OTHER = "visit,B,2026-11-05T10:00Z\n"


@pytest.mark.parametrize(
    ("later", "changed", "count"),
    [
        pytest.param([VISIT, VISIT, OTHER], 0, 3, id="the same"),
        pytest.param([OTHER, VISIT, VISIT], 0, 3, id="in another order"),
        pytest.param(["visit,C,2026-11-04T09:00Z\n", VISIT, OTHER, VISIT], 1, 4, id="a row before"),
        pytest.param([VISIT, OTHER, VISIT, VISIT], 1, 4, id="once more"),
        pytest.param([OTHER], 0, 3, id="only the last"),
    ],
)
def test_rows_without_ids_are_known_by_what_they_say(
    shop: Source, bring: Bring, later: list[str], changed: int, count: int
) -> None:
    """A file that says the same twice means two events; where they stand in it does not count."""
    first = bring(shop, "event,external_id,at\n" + VISIT + VISIT + OTHER)

    again = bring(shop, "event,external_id,at\n" + "".join(later))

    assert first.changed_count == 3
    assert (again.changed_count, Event.objects.count()) == (changed, count)


def test_a_mended_row_does_not_count_its_neighbours_again(shop: Source, bring: Bring) -> None:
    refused = bring(shop, "event,external_id,at\nvisti,A,2026-11-05T10:00Z\n" + OTHER)

    mended = bring(shop, "event,external_id,at\n" + VISIT + OTHER)

    assert (refused.changed_count, mended.changed_count, mended.unchanged_count) == (1, 1, 1)


def test_unknown_people_become_records_and_known_ones_stay(shop: Source, bring: Bring) -> None:
    bring(shop, "external_id,city\nA,York\n")
    known = Record.objects.get()

    bring(shop, "event,event_id,external_id,at\nvisit,1,A,2026-11-05\nvisit,2,B,2026-11-05\n")

    fresh = Record.objects.get(external_id="B")
    assert fresh.attributes == {}
    assert fresh.customer == Customer.objects.get(id=fresh.id)
    assert list(known.events.values_list("event_id", flat=True)) == ["1"]
    assert known.attributes == {"city": "York"}


@pytest.mark.parametrize("nobody", ["", "anonymous", "n/a"])
def test_an_anonymous_event_belongs_to_the_shop(shop: Source, bring: Bring, nobody: str) -> None:
    bring(shop, f"event,external_id,at\nvisit,{nobody},2026-11-05\n")

    assert Event.objects.get().record is None
    assert not Record.objects.exists()
    assert weeks() == ["2026-11-02"]


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        ("2026-11-02T00:00:00Z", "2026-11-02"),  # winter: London is at UTC
        ("2026-11-01T23:59:59Z", "2026-10-26"),
        ("2026-06-07T23:00:00Z", "2026-06-08"),  # summer: an hour ahead
        ("2026-06-07T22:59:59Z", "2026-06-01"),
        ("2026-03-29T23:30:00Z", "2026-03-30"),  # the clocks went on that morning
        ("2026-10-25T00:30:00Z", "2026-10-19"),  # the hour that comes twice, first
        ("2026-10-25T23:30:00Z", "2026-10-19"),  # back in winter time that night
        ("2026-10-26T00:00:00Z", "2026-10-26"),
    ],
)
def test_weeks_begin_on_the_company_s_monday(
    shop: Source, bring: Bring, settings: Settings, moment: str, week: str
) -> None:
    assert settings.TIME_ZONE == "Europe/London"

    bring(shop, at(moment))

    assert weeks() == [week]


def test_a_company_elsewhere_has_other_weeks(
    shop: Source, bring: Bring, settings: Settings
) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"

    bring(shop, at("2026-11-08T12:00:00Z"))

    assert weeks() == ["2026-11-09"]


def test_new_events_ask_for_one_refresh(shop: Source, bring: Bring) -> None:
    bring(shop, at("2026-11-05T10:00:00Z"))
    bring(shop, at("2026-11-06T10:00:00Z"))
    bring(shop, at("2026-11-06T10:00:00Z"))

    waiting = Work.objects.filter(state=Work.State.WAITING)
    assert list(waiting.values_list("kind", "once")) == [("refresh", "all")]


def test_late_events_in_any_order_land_in_their_own_weeks_and_only_those_are_stale(
    shop: Source, bring: Bring
) -> None:
    bring(shop, at("2026-11-17T10:00:00Z"))
    StaleWeek.objects.all().delete()

    late = ("2026-11-05", "2026-08-03", "2026-11-17", "2024-02-29", "2026-08-09")
    lines = [f"order,e{number},{day}T10:00:00Z" for number, day in enumerate(late)]
    bring(shop, "\n".join(["event,event_id,at", *lines, ""]))

    assert sorted(set(weeks())) == ["2024-02-26", "2026-08-03", "2026-11-02", "2026-11-16"]
    assert Event.objects.filter(at__date="2026-08-09").count() == 1


@pytest.mark.parametrize(
    ("zone", "written", "at_utc", "week"),
    [
        ("Europe/London", "2026-10-26 00:30", "2026-10-26T00:30", "2026-10-26"),
        ("America/New_York", "2026-11-01 20:30", "2026-11-02T01:30", "2026-11-02"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01T05:30", "2026-10-26"),  # twice
        ("America/New_York", "2026-03-08 02:30", "2026-03-08T07:30", "2026-03-02"),  # never
        ("Asia/Kolkata", "2026-11-02 05:29", "2026-11-01T23:59", "2026-10-26"),
        ("Europe/London", "2026-11-02 00:30+02:00", "2026-11-01T22:30", "2026-10-26"),
    ],
)
def test_a_moment_is_on_its_mapping_s_clock_and_in_the_company_s_week(  # noqa: PLR0917  a case each
    shop: Source, bring: Bring, zone: str, written: str, at_utc: str, week: str
) -> None:
    mapping = (
        f'kind = "events"\n[columns]\nat = "at"\nevent = "event"\n[formats]\nzone = "{zone}"\n'
    )

    bring(shop, f"event,at\norder,{written}\n", mapping)

    (event,) = Event.objects.all()
    assert event.at == datetime.fromisoformat(at_utc).replace(tzinfo=UTC)
    assert weeks() == [week]
