"""A refresh: readings are what a plain count gives, and only stale ones are taken again."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext

from campaigns.models import Initiative
from customers.actions.linking import link_everybody
from customers.models import Event, Identifier, Record, Source, StaleWeek, Work
from reports.actions.refresh import freshen, refresh
from reports.models import Feed, Reading, Result
from strategy.models import Department, Measure
from tests.factories.campaigns import DepartmentFactory, GoalFactory, InitiativeFactory, plan
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.plain_count import PLAIN, expected, found
from tests.factories.reports import judged

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)  # a Monday
LATER = AT + timedelta(hours=2)
WEEK = timedelta(days=7)
FIRST_WEEK = date(2026, 8, 3)
LONDON = ZoneInfo("Europe/London")


def refreshed(*, at: datetime = AT, everything: bool = False) -> dict[str, Any]:
    return refresh(progress=SimpleNamespace(step=""), at=at, everything=everything)


def stale(*weeks: date) -> None:
    StaleWeek.objects.bulk_create(StaleWeek(week_on=week) for week in weeks)


class Shop(NamedTuple):
    """Two departments' sources; Ada is known to both, Bo and Cy to one."""

    web: Source
    desk: Source
    ada: Record
    ada_at_desk: Record
    bo: Record
    cy: Record


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


def happens(kind: str, record: Record | Source, at: str, **fields: Any) -> Event:
    """Make an event at a moment on the company's clock; of a source, it is nobody's."""
    amount = fields.pop("amount", None)
    who = {"record": record} if isinstance(record, Record) else {"record": None, "source": record}
    return EventFactory.create(
        kind=kind,
        at=datetime.fromisoformat(at).replace(tzinfo=LONDON),
        amount=None if amount is None else Decimal(amount),
        currency=fields.pop("currency", "GBP" if amount else ""),
        **who,
        **fields,
    )


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


def everything_read() -> list[tuple[Any, ...]]:
    return sorted(
        Reading.objects.values_list(
            "span", "ends_on", "measure", "department", "numerator", "denominator", "value"
        ),
        key=str,
    )


def test_the_plain_count_knows_every_measure_of_the_first_set() -> None:
    first: list[Any] = import_module("strategy.migrations.0002_standard_measures").STANDARD
    assert {row[0] for row in first} == set(PLAIN)


@pytest.mark.parametrize("span", ["week", "quarter"])
def test_readings_are_what_a_plain_count_gives(history: Shop, span: str) -> None:
    refreshed()

    ends = {one.ends_on for one in Reading.objects.filter(span=span)}
    assert (
        ends
        == {
            "week": {FIRST_WEEK + WEEK, *(date(2026, 11, 2) + n * WEEK for n in range(3))},
            "quarter": {date(2026, 11, 2) + n * WEEK for n in range(5)},
        }[span]
    )
    for end in ends:
        assert found(span, end) == expected(span, end)
    assert history.ada.customer_id == history.ada_at_desk.customer_id


@pytest.mark.usefixtures("history")
def test_the_second_week_by_hand() -> None:
    refreshed()

    week = {
        key: value for (key, scope), value in found("week", date(2026, 11, 16)).items() if not scope
    }
    # Known: Ada (visits 3, order 20.50), Bo (visit, 3 orders, of them 3.00 in pounds), Cy.
    assert week["conversion_rate"] == (2, 2, 1.0)
    assert week["revenue_per_customer"] == (Decimal("23.50"), 3, pytest.approx(23.5 / 3))
    assert week["orders_per_customer"] == (4, 3, pytest.approx(4 / 3))
    assert week["average_order_value"] == (Decimal("122.50"), 3, pytest.approx(122.5 / 3))
    assert week["opt_outs"] == (1, 2, 500.0)
    assert week["contacts_per_week"] == (2, 2, 1.0)
    assert week["complaint_rate"] == (1, 5, 200.0)


@pytest.mark.usefixtures("history")
def test_an_event_counts_for_the_department_of_its_initiative() -> None:
    refreshed()

    contacts = {
        one.department.key: int(one.numerator)
        for one in Reading.objects.filter(
            measure__key="contacts_per_week", span="week", ends_on=date(2026, 11, 9)
        ).select_related("department")
        if one.department
    }
    assert contacts == {"ecommerce": 1, "service": 0, "marketing": 1}


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


def test_a_window_that_ends_after_this_week_is_left_out(shop: Shop) -> None:
    happens("visit", shop.ada, "2026-11-22T23:00")
    happens("visit", shop.ada, "2026-11-23T00:10")
    stale(date(2026, 11, 16), date(2026, 11, 23))

    refreshed()

    assert {one.ends_on for one in Reading.objects.all()} == {
        date(2026, 11, 23),
        date(2026, 11, 30),
    }


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


def test_thirteen_weeks_begin_with_the_first_event(shop: Shop) -> None:
    happens("visit", shop.ada, "2026-08-19T10:00")
    happens("visit", shop.ada, "2026-11-18T10:00")
    stale(date(2026, 8, 17), date(2026, 11, 16))

    refreshed()

    quarters = Reading.objects.filter(span="quarter")
    assert {one.starts_on for one in quarters} == {date(2026, 8, 17) + n * WEEK for n in (0, 1, 2)}


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


def test_every_version_that_something_stands_on_is_read(shop: Shop) -> None:
    old = Measure.objects.get(key="visit_rate")
    GoalFactory.create(measure=old)
    Measure.objects.create(
        **{**model_to_dict(old, exclude=["id"]), "version": 2, "scale": 100, "unit": "count"}
    )
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))

    refreshed()

    read = Reading.objects.filter(measure__key="visit_rate", department=None, span="week")
    assert set(read.values_list("measure__version", "value")) == {(1, 1.0), (2, 100.0)}


def test_an_amount_in_another_unit_than_the_company_s_money_comes_with_tests_only(
    shop: Shop,
) -> None:
    revenue = Measure.objects.get(key="revenue_per_customer")
    Measure.objects.create(
        **{**model_to_dict(revenue, exclude=["id"]), "key": "spend_usd", "unit": "count"}
    )
    happens("order", shop.ada, "2026-11-03T10:00", amount="20")
    stale(date(2026, 11, 2))

    refreshed()

    assert not Reading.objects.filter(measure__key="spend_usd").exists()


def test_what_a_source_sends_is_noted(history: Shop) -> None:
    refreshed()

    assert set(Feed.objects.filter(source=history.desk).values_list("kind", flat=True)) == {
        "view",
        "visit",
        "order",
        "contact",
        "complaint",
    }


def test_the_newest_day_of_a_feed_stays_where_older_events_come(shop: Shop) -> None:
    happens("order", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))
    refreshed()
    happens("order", shop.ada, "2026-10-06T10:00")
    stale(date(2026, 10, 5))
    refreshed()

    assert Feed.objects.get(kind="order").newest_on == date(2026, 11, 3)


def test_the_newest_day_of_a_feed_goes_back_where_its_events_went(shop: Shop) -> None:
    days = ("2026-10-06", "2026-10-28", "2026-11-03", "2026-11-04")
    *_, tuesday, wednesday = (happens("order", shop.ada, f"{day}T10:00") for day in days)
    happens("visit", shop.ada, "2026-11-04T10:00")
    stale(date(2026, 10, 5), date(2026, 10, 26), date(2026, 11, 2))
    refreshed()

    def newest() -> dict[str, date]:
        return dict(Feed.objects.values_list("kind", "newest_on"))

    def without(event: Event, *weeks: date) -> dict[str, date]:
        event.delete()
        stale(*weeks)
        refreshed()
        return newest()

    visit_on = {"visit": date(2026, 11, 4)}
    assert newest() == visit_on | {"order": date(2026, 11, 4)}
    week = date(2026, 11, 2)
    assert without(wednesday, week) == visit_on | {"order": date(2026, 11, 3)}
    assert without(tuesday, week, date(2026, 10, 5)) == visit_on | {"order": date(2026, 10, 28)}
    Event.objects.filter(kind="order").delete()
    stale(date(2026, 10, 5), date(2026, 10, 26))
    refreshed()
    assert newest() == visit_on


def test_the_year_before_a_start_judges_anew_what_is_compared() -> None:
    compared, alone, ahead = (
        InitiativeFactory.create(
            status=status,
            starts_on=starts_on,
            holdout_share=share,
            no_holdout_reason="" if share else "Everybody gets it.",
            is_stale=False,
        )
        for status, starts_on, share in (
            ("live", date(2026, 11, 9), Decimal("0.1")),
            ("live", date(2026, 11, 9), Decimal(0)),
            ("agreed", date(2026, 11, 30), Decimal("0.1")),
        )
    )
    for one in (compared, alone, ahead):
        plan(one)
    Initiative.objects.update(is_stale=False)

    def judged_after(week: date) -> set[str]:
        Result.objects.all().delete()
        stale(week)
        refreshed()
        return set(Result.objects.values_list("initiative__key", flat=True))

    assert judged_after(date(2026, 11, 2)) == {compared.key}
    assert judged_after(date(2025, 11, 10)) == {compared.key}
    assert judged_after(date(2025, 10, 27)) == set()
    assert judged_after(date(2026, 11, 9)) == {compared.key, alone.key}


def test_what_is_over_is_judged_anew_while_days_are_missing() -> None:
    today = AT.date()
    whole, lacking = (
        judged("win", status="ended", starts_on=today - 5 * WEEK, ends_on=today - WEEK)
        for _ in range(2)
    )
    for one in (whole, lacking):
        plan(one)
    Result.objects.update(as_of=AT - WEEK)
    Result.objects.filter(initiative=lacking).update(ends_on=today - 2 * WEEK)
    Initiative.objects.update(is_stale=False)

    freshen(at=AT)

    assert set(Initiative.objects.filter(is_stale=True)) == {lacking}


def test_only_the_newest_version_of_a_measure_is_read(shop: Shop) -> None:
    newest = Measure.objects.get(key="visit_rate")
    newest.pk, newest.version, newest.scale = None, 2, 100
    newest.save()
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(date(2026, 11, 2))

    refreshed()

    assert set(
        Reading.objects.filter(measure__key="visit_rate", department=None).values_list(
            "measure__version", "value"
        )
    ) == {(2, 100.0)}


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


@pytest.mark.usefixtures("history")
def test_the_command_and_its_keys() -> None:
    out, again, whole, words = StringIO(), StringIO(), StringIO(), StringIO()

    call_command("refresh", "--json", stdout=out)
    call_command("refresh", "--json", stdout=again)
    call_command("refresh", "--all", "--json", stdout=whole)
    call_command("refresh", stdout=words)

    told = [json.loads(one.getvalue()) for one in (out, again, whole)]
    assert [list(one) for one in told] == [["weeks", "measures", "initiatives", "seconds"]] * 3
    assert [one["weeks"] for one in told] == [4, 0, 4]
    assert words.getvalue().startswith("Refreshed 0 weeks of 0 measures and 0 initiatives in ")
    assert set(Work.objects.values_list("kind", "state")) == {("refresh", "done")}


def test_a_new_day_has_live_initiatives_judged_again() -> None:
    fields = {"starts_on": date(2026, 11, 9), "is_stale": False}
    for status in ("draft", "agreed", "live", "paused", "ended", "reviewed"):
        made = InitiativeFactory.create(key=status, status=status, **fields)
        if status != "draft":
            plan(made)
    yesterday = AT - timedelta(days=1)
    for one in Initiative.objects.all():
        Result.objects.create(
            initiative=one,
            verdict="unproven",
            grade="B",
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            as_of=yesterday,
        )

    assert freshen(at=yesterday + timedelta(hours=1)) is None
    assert freshen(at=AT) == Work.objects.get(kind="refresh", once="all").pk

    due = Initiative.objects.filter(is_stale=True)
    assert set(due.values_list("key", flat=True)) == {"agreed", "live", "paused"}


def test_departments_without_events_have_no_reading(shop: Shop) -> None:
    DepartmentFactory.create(key="quiet")
    happens("visit", shop.ada, "2026-08-04T10:00")
    happens("visit", shop.ada, "2026-11-03T10:00")
    stale(FIRST_WEEK, date(2026, 11, 2))

    refreshed()

    scopes = defaultdict(set)
    for one in Reading.objects.all():
        scopes[one.span].add(one.department_id)
    ecommerce = Department.objects.get(key="ecommerce").pk
    assert scopes == {"week": {None, ecommerce}, "quarter": {None, ecommerce}}
