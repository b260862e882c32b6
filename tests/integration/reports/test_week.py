"""What others do to our customers: on the page, and by mail on Mondays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from campaigns.actions import contact_counts
from campaigns.actions.overlaps import count_overlaps
from campaigns.models import Assignment, Initiative, Mail
from customers.actions import work as ledger
from customers.models import Event, Record, Work
from reports.actions.week import give_weekly
from reports.queries.week import PlannedRow, SentRow, week_of
from strategy.models import Department, Role
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.strategy import person, published_sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)


def give_contacts() -> int:
    return ledger.give(kind=contact_counts.KIND, arguments={}, at=MONDAY)


@pytest.fixture
def stores() -> Department:
    return DepartmentFactory.create(key="stores")


@pytest.fixture
def lights() -> Initiative:
    return InitiativeFactory.create(
        key="lights",
        name="Lights",
        department=DepartmentFactory.create(),
        status="live",
        starts_on=date(2026, 11, 9),
        ends_on=date(2026, 12, 7),
    )


def of_both(stores: Department, lights: Initiative) -> Record:
    """Build a customer whom the stores and Marketing know; return Marketing's record."""
    tills = SourceFactory.create(department=stores)
    mail = SourceFactory.create(department=lights.department)
    known = RecordFactory.create(source=tills)
    return RecordFactory.create(source=mail, customer=known.customer)


def contact(record: Record, at: datetime = NOON, **fields: Any) -> Event:
    said = {"kind": "contact", "source": record.source, "record": record, "initiative": "lights"}
    return EventFactory.create(at=at, **(said | fields))


def test_contacts_of_others_with_our_customers(stores: Department, lights: Initiative) -> None:
    theirs = of_both(stores, lights)
    contact(theirs)
    contact(theirs, NOON + timedelta(hours=1))
    contact(theirs, initiative="")
    contact(RecordFactory.create(source=theirs.source))  # no customer of the stores

    page = week_of(stores, TODAY)

    assert page.answer == "Others contacted 1 of Stores’s 1 customer, three times in all."
    assert page.sent == [
        SentRow("marketing", "Marketing", lights.pk, "Lights", "2", "1"),
        SentRow("marketing", "Marketing", None, "", "1", "1"),
    ]


@pytest.mark.parametrize(
    ("at", "fields"),
    [
        (NOON, {"transactional": True}),
        (NOON, {"kind": "order"}),
        (datetime(2026, 11, 15, 23, 59, tzinfo=UTC), {}),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), {}),
    ],
)
def test_what_does_not_count(
    stores: Department, lights: Initiative, at: datetime, fields: dict[str, Any]
) -> None:
    contact(of_both(stores, lights), at, **fields)

    assert week_of(stores, TODAY).answer == "Nobody else contacted Stores’s customers."


def test_our_own_contacts_are_not_others(stores: Department, lights: Initiative) -> None:
    contact(of_both(stores, lights))

    assert week_of(lights.department, TODAY).sent == []


def test_a_department_without_sources_cannot_say() -> None:
    data = DepartmentFactory.create(key="data")

    assert week_of(data, TODAY).answer == (
        "No source of Data has brought a customer yet, so nobody can say."
    )


def test_what_others_plan(stores: Department, lights: Initiative) -> None:
    record = of_both(stores, lights)
    Assignment.objects.create(initiative=lights, record=record, arm="treated", at=NOON)
    other = lights.department
    soon = InitiativeFactory.create(
        name="Soon", department=other, starts_on=date(2026, 11, 29), ends_on=date(2026, 12, 6)
    )
    InitiativeFactory.create(department=other, starts_on=date(2026, 11, 30))
    InitiativeFactory.create(department=other, status="ended", starts_on=date(2026, 11, 10))
    InitiativeFactory.create(department=stores, starts_on=date(2026, 11, 24))
    stranger = RecordFactory.create(source=record.source)
    Assignment.objects.create(initiative=lights, record=stranger, arm="treated", at=NOON)
    count_overlaps(at=NOON)

    assert week_of(stores, TODAY).planned == [
        PlannedRow(
            *(lights.pk, "marketing", "Marketing", "Lights"),
            *("9 November to 6 December 2026", "Live", "1"),
        ),
        PlannedRow(
            *(soon.pk, "marketing", "Marketing", "Soon"),
            *("29 November to 5 December 2026", "Draft", ""),
        ),
    ]


def test_clashes_of_ours_with_theirs(stores: Department, lights: Initiative) -> None:
    published_sheet(contact_cap=3, contact_gap_hours=24)
    days = {"starts_on": date(2026, 11, 16), "ends_on": date(2026, 12, 7), "status": "live"}
    ours = InitiativeFactory.create(key="till", name="Till note", department=stores, **days)
    InitiativeFactory.create(key="late", department=stores, starts_on=date(2027, 1, 11))
    beside = InitiativeFactory.create(key="post", department=lights.department, **days)
    theirs = of_both(stores, lights)
    for each in Initiative.objects.all():
        Assignment.objects.create(initiative=each, record=theirs, arm="treated", at=NOON)
    count_overlaps(at=NOON)
    contact(theirs)
    contact(theirs, NOON + timedelta(hours=5), initiative="till")
    contact(theirs, NOON - timedelta(days=30), initiative="post")
    ledger.see_through(give_contacts(), clock=lambda: MONDAY)

    page = week_of(stores, TODAY)

    assert page.clashing == (
        "Yes. One clash happened in the last four weeks, two clashes are planned for the next "
        "seven days."
    )
    assert [(row.first, row.second, row.people) for row in page.met] == [
        (lights.pk, ours.pk, "1 customer")
    ]
    assert {clash.first.pk for clash in page.clashes} | {
        clash.second.pk for clash in page.clashes
    } == {
        lights.pk,
        ours.pk,
        beside.pk,
    }  # neither those of Marketing among themselves nor what begins in January


def test_without_a_clash_it_says_so(stores: Department) -> None:
    published_sheet()
    assert week_of(stores, TODAY).clashing == (
        "Not counted yet what met in the last four weeks; no clashes are planned for the next "
        "seven days."
    )
    ledger.see_through(give_contacts(), clock=lambda: MONDAY)

    assert week_of(stores, TODAY).clashing == (
        "No. Nothing of ours met another department’s, and nothing is planned to."
    )


def test_heads_get_it_once_a_week(stores: Department, lights: Initiative) -> None:
    contact(of_both(stores, lights))
    alun = person(Role.HEAD, stores)
    person(Role.MEMBER, stores)
    person(Role.HEAD, stores, is_active=False)

    for _ in range(2):
        work_id = give_weekly(at=MONDAY)
        assert ledger.run(work_id, clock=lambda: MONDAY)

    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (alun, "What others do to Stores’s customers")
    assert "Marketing, Lights: contacts 1, our customers 1" in mail.text
    assert "Clashes with ours\nNot counted yet" in mail.text
    assert "/departments/stores/week/" in mail.text
    assert Work.objects.filter(kind="mail").count() == 1


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same(
    how_many: int,
    client: Client,
    stores: Department,
    lights: Initiative,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(how_many):
        contact(of_both(stores, lights))
        InitiativeFactory.create(department=lights.department)
    client.force_login(person(Role.ASSOCIATE))

    with django_assert_num_queries(15) as asked:
        page = client.get(reverse("week", args=["stores"]))

    assert "Stores" in page.content.decode()
    # who is in what others plan was counted in the background
    assert not any("campaigns_assignment" in one["sql"] for one in asked.captured_queries)


def test_a_department_that_is_not_there(client: Client) -> None:
    client.force_login(person(Role.ASSOCIATE))

    assert client.get(reverse("week", args=["nowhere"])).status_code == 404
