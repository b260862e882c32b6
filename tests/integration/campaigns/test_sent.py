"""What was really sent, held against the sheet: by rule, department and day."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaigns.actions.breaches import check_day, check_sent, follow_forgotten, give_nightly
from campaigns.models import Breach, CheckedDay, Waiver
from campaigns.queries.breaches import breach_page
from campaigns.queries.rules import breaches_of
from customers.actions import work as ledger
from customers.models import Consent, Customer, Event, Record, Source, Work
from strategy.actions.sheets import publish_sheet
from strategy.models import ChannelLimit, ContactPolicy, Role, Rule
from tests.factories import strategy
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEXT_DAY = datetime(2026, 11, 21, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def mail() -> Source:
    return SourceFactory.create(key="mail", department=DepartmentFactory.create())


@pytest.fixture
def ada(mail: Source) -> Record:
    return RecordFactory.create(source=mail)


def rule(
    check: str, *limits: ContactPolicy | ChannelLimit, cap: int = 2, **parameters: float
) -> Rule:
    """Publish a sheet that has one rule, and these limits."""
    made = strategy.SheetFactory.create(version=4, contact_cap=cap, exempt=["recalls"])
    for limit in limits:
        limit.sheet = made
        limit.save()
    made_rule = strategy.RuleFactory.create(
        sheet=made, text="Mind it.", check_key=check, parameters=parameters
    )
    publish_sheet(sheet=made, by=person(Role.EXECUTIVE), at=NOON - timedelta(days=90))
    return made_rule


def night() -> ContactPolicy:
    return ContactPolicy(quiet_from=time(21), quiet_until=time(8))


def contact(record: Record, at: datetime = NOON, **fields: Any) -> Event:
    said = {"kind": "contact", "channel": "email", "source": record.source, "record": record}
    return EventFactory.create(at=at, **(said | fields))


def found() -> list[tuple[int, int]]:
    check_day(day=DAY, at=NEXT_DAY)
    return list(Breach.objects.values_list("contact_count", "customer_count"))


def test_more_than_the_cap_in_seven_times_24_hours(ada: Record) -> None:
    rule("contact_cap")
    contact(ada, NOON - timedelta(days=7) + timedelta(microseconds=1))
    contact(ada, NOON - timedelta(days=2))
    third = contact(ada)

    assert found() == [(1, 1)]
    assert Breach.objects.get().examples == [ada.pk]
    third.at += timedelta(microseconds=1)
    third.save()
    assert found() == []


def test_the_rest_is_between_any_two_contacts_whoever_sent_them(ada: Record) -> None:
    """The sheet asks for 24 hours."""
    rule("contact_gap", cap=9)
    first = contact(ada, NOON - 24 * HOUR + timedelta(microseconds=1), channel="text")
    contact(ada, NOON - HOUR, transactional=True)
    contact(ada, NOON - HOUR, category="Recalls")
    second = contact(ada)

    assert found() == [(1, 1)]
    assert Breach.objects.get().examples == [ada.pk]
    first.at = NOON - 24 * HOUR
    first.save()
    assert found() == []
    contact(ada, second.at)
    assert found() == [(1, 1)]


def test_the_cap_is_of_weights_as_contact_checks_have_it(ada: Record) -> None:
    rule("contact_cap", ChannelLimit(channel="text", weight=2), cap=3)
    contact(ada, NOON - HOUR, channel="SMS")
    second = contact(ada, channel="text")

    assert found() == [(1, 1)]
    second.channel = "email"
    second.save()
    assert found() == []


def test_a_channel_has_a_cap_of_its_own_in_seven_times_24_hours(ada: Record) -> None:
    rule("contact_cap", ChannelLimit(channel="call", cap=1), cap=9)
    first = contact(ada, NOON - 7 * 24 * HOUR + timedelta(microseconds=1), channel="phone")
    contact(ada, NOON - HOUR)
    contact(ada, channel="call")

    assert found() == [(1, 1)]
    first.at = NOON - 7 * 24 * HOUR
    first.save()
    assert found() == []


def test_a_week_of_the_calendar_has_a_cap_of_its_own(ada: Record) -> None:
    rule("contact_cap", ContactPolicy(calendar_cap=2), cap=9)
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    first = contact(ada, monday)
    contact(ada, NOON - HOUR)
    contact(ada)

    assert found() == [(1, 1)]
    first.at = monday - timedelta(microseconds=1)
    first.save()
    assert found() == []


def test_who_live_together_have_a_cap_of_their_own(ada: Record) -> None:
    rule("contact_cap", ContactPolicy(household_cap=2), cap=9)
    ben, cai, dot = RecordFactory.create_batch(3, source=ada.source)
    Customer.objects.filter(pk__in=[ada.customer_id, ben.customer_id]).update(household="1 Elm YO1")
    first = contact(ben, NOON - 7 * 24 * HOUR + timedelta(microseconds=1))
    contact(ben, NOON - 26 * HOUR)
    contact(ada)
    for alone in (cai, dot):
        contact(alone, NOON - HOUR)
        contact(alone)

    assert found() == [(1, 1)]
    first.at = NOON - 7 * 24 * HOUR
    first.save()
    assert found() == []


def test_exempt_and_transactional_contacts_do_not_count(ada: Record) -> None:
    rule("contact_cap")
    contact(ada, NOON - HOUR)
    contact(ada, transactional=True)
    contact(ada, category="Recalls")
    contact(ada, NOON + HOUR)

    assert found() == []


@pytest.mark.parametrize(("hour", "count"), [(7, 1), (8, 0), (20, 0), (21, 1), (23, 1)])
def test_quiet_hours_are_by_the_companys_clock(ada: Record, hour: int, count: int) -> None:
    rule("quiet_hours", night())
    contact(ada, NOON.replace(hour=hour))

    assert len(found()) == count


def test_quiet_hours_may_lie_within_a_day(ada: Record) -> None:
    rule("quiet_hours", ContactPolicy(quiet_from=time(12, 30), quiet_until=time(14)))
    contact(ada, NOON + HOUR)
    contact(ada, NOON + 2 * HOUR)

    assert found() == [(1, 1)]


def test_quiet_hours_are_those_of_the_contact_policy(ada: Record) -> None:
    rule("quiet_hours", night(), **{"from": 11, "until": 14})
    contact(ada)
    assert found() == []

    contact(ada, NOON.replace(hour=22))
    assert found() == [(1, 1)]


@pytest.mark.parametrize("check", ["quiet_hours", "service_before_selling"])
def test_what_an_older_sheet_set_at_the_rule_is_read_no_more(ada: Record, check: str) -> None:
    rule(check, **{"from": 11, "until": 14, "days": 60})
    case_at = NOON - timedelta(days=14)
    EventFactory.create(kind="complaint", source=ada.source, record=ada, at=case_at)
    contact(ada)

    assert found() == []
    assert breaches_of(InitiativeFactory.create(), DAY) == ()


def test_drafts_move_quiet_hours_to_the_contact_policy() -> None:
    moved = import_module("strategy.migrations.0011_quiet_hours_stand_once")
    draft = strategy.SheetFactory.create(version=5)
    quiet, cases = (
        strategy.RuleFactory.create(sheet=draft, check_key=check, parameters=parameters)
        for check, parameters in (
            ("quiet_hours", {"from": 22}),
            ("service_before_selling", {"days": 9}),
        )
    )

    moved.say_it_once(apps, None)

    policy = ContactPolicy.objects.get(sheet=draft)
    assert (policy.quiet_from, policy.quiet_until) == (time(22), time(8))
    for one in (quiet, cases):
        one.refresh_from_db()
        assert one.parameters == {}


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ([], 1),
        ([("email", True, -HOUR)], 0),
        ([("email", True, HOUR)], 1),
        ([("email", True, 2 * HOUR)], 0),
        ([("email", False, -HOUR), ("email", True, 2 * HOUR)], 1),
        ([("text", True, -HOUR)], 1),
        ([("email", True, -2 * HOUR), ("email", False, -HOUR)], 1),
        ([("email", True, -2 * HOUR), ("every", False, -HOUR)], 1),
        ([("every", False, -2 * HOUR), ("email", True, -HOUR)], 0),
    ],
)
def test_consent_is_asked_as_of_the_contact(
    ada: Record, told: list[tuple[str, bool, timedelta]], count: int
) -> None:
    rule("consent_required")
    for channel, is_allowed, when in told:
        Consent.objects.create(
            record=ada,
            channel=channel,
            purpose="marketing",
            is_allowed=is_allowed,
            told_at=NOON + when,
            way="record" if when == 2 * HOUR else "live",
        )
    contact(ada)

    assert len(found()) == count


@pytest.mark.parametrize(
    ("channel", "count"),
    [("phone", 0), ("Telephone", 0), ("push", 1), ("app", 1), ("till", 0), ("website", 0)],
)
def test_consent_is_asked_by_the_sheets_word_for_the_channel(
    ada: Record, channel: str, count: int
) -> None:
    rule("consent_required")
    ada.consents.create(
        channel="call", purpose="marketing", is_allowed=True, told_at=NOON - HOUR, way="live"
    )
    contact(ada, channel=channel)

    assert len(found()) == count


def test_a_basket_is_chased_once_until_the_next_order(ada: Record) -> None:
    rule("chase_basket_once")
    InitiativeFactory.create(key="rescue", name="Basket rescue", status="live")
    contact(ada, NOON - 5 * HOUR, initiative="rescue")
    contact(ada, initiative="rescue")
    assert found() == [(1, 1)]

    EventFactory.create(kind="order", source=ada.source, record=ada, at=NOON - HOUR)
    assert found() == []


def test_nobody_with_an_open_case_is_sold_to(ada: Record) -> None:
    rule("service_before_selling")
    desk = SourceFactory.create(key="desk")
    caller = RecordFactory.create(source=desk, customer=ada.customer)
    EventFactory.create(kind="complaint", source=desk, record=caller, at=NOON - 5 * HOUR)
    contact(ada)
    assert found() == [(1, 1)]

    contact(caller, NOON - 2 * HOUR, transactional=True)
    assert found() == []


def test_the_department_is_that_of_the_initiative(ada: Record) -> None:
    rule("quiet_hours", night())
    stores = DepartmentFactory.create(key="stores")
    InitiativeFactory.create(key="lights", department=stores, status="live")
    contact(ada, NOON.replace(hour=22), initiative="lights")
    contact(ada, NOON.replace(hour=23))

    found()

    rows = Breach.objects.values_list("department__key", "initiatives")
    assert sorted(rows) == [("marketing", []), ("stores", ["lights"])]


def test_what_is_waived_is_no_breach_while_it_is(ada: Record) -> None:
    broken = rule("quiet_hours", night())
    lights = InitiativeFactory.create(key="lights", status="live")
    waiver = Waiver.objects.create(
        initiative=lights,
        rule=broken,
        reason="Night shift only.",
        ends_on=DAY + timedelta(days=1),
        owner=lights.owner,
        granted_by=lights.owner,
        granted_at=NOON - timedelta(days=9),
    )
    contact(ada, NOON.replace(hour=22), initiative="lights")
    assert found() == []

    waiver.ends_on = DAY
    waiver.save()
    assert found() == [(1, 1)]


def test_every_night_the_last_seven_days_are_checked_once_each(ada: Record) -> None:
    rule("quiet_hours", night())
    contact(ada, NOON.replace(hour=22))

    for _ in range(2):
        work_id = give_nightly(at=NEXT_DAY)
        ledger.see_through(work_id, clock=lambda: NEXT_DAY)

    work = Work.objects.latest("pk")
    assert work.outcome == {"days": 7, "contacts": 1, "breaches": 1}
    assert CheckedDay.objects.count() == 7
    assert Breach.objects.get().found_at == NEXT_DAY
    assert ledger.HANDLERS["breaches"] is check_sent


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_takes_the_same_queries(
    how_many: int, mail: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rule("quiet_hours", night())
    for number in range(how_many):
        key = f"lights-{number}"
        InitiativeFactory.create(
            key=key, department=DepartmentFactory.create(key=key), status="live"
        )
        record = RecordFactory.create(source=mail)
        contact(record, NOON.replace(hour=22), initiative=key)
    check_day(day=DAY, at=NEXT_DAY)

    with django_assert_num_queries(5):
        page = breach_page(NEXT_DAY.date(), with_examples=True)

    assert len(page.departments) == how_many
    (row,) = page.departments[0].rows
    assert (row.rule, row.contacts, row.days) == ("Mind it.", "1", "One day: Fri 20 Nov")
    assert page.departments[0].by_day == [("Fri 20 Nov 2026", "Mind it.", "1", "1")]
    assert len(row.examples) == 1


def test_the_page_before_the_first_night(client: Client) -> None:
    client.force_login(person(Role.EXECUTIVE))

    page = client.get("/strategy/breaches/").content.decode()

    assert "Nothing has been checked yet." in page


def test_who_may_not_see_customers_sees_no_examples(ada: Record) -> None:
    rule("quiet_hours", night())
    contact(ada, NOON.replace(hour=22))
    check_day(day=DAY, at=NEXT_DAY)

    page = breach_page(NEXT_DAY.date(), with_examples=False)

    assert page.answer == "One rule, by one department."
    assert page.departments[0].rows[0].examples == []


def test_who_is_forgotten_is_no_example_any_more(ada: Record) -> None:
    rule("quiet_hours", night())
    other = RecordFactory.create(source=ada.source)
    for record in (ada, other):
        contact(record, NOON.replace(hour=22))
    check_day(day=DAY, at=NEXT_DAY)

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE forgotten (record_id bigint) ON COMMIT DROP")
        cursor.execute("INSERT INTO forgotten VALUES (%s)", [ada.pk])
        follow_forgotten(cursor)

    assert Breach.objects.get().examples == [other.pk]
