"""Contact checks: each rule by which somebody is left alone, and reservations."""

import json
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from campaigns.models import Assignment, Initiative, Reservation
from customers.actions.suppression import of_names
from customers.intake.identifiers import digest
from customers.models import Customer, Erasure, Event, Identifier, Record, Suppression
from strategy.actions.sheets import publish_sheet
from strategy.models import ContactPolicy, Role
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory, WorkFactory, answer
from tests.factories.strategy import SheetFactory, person, published_sheet
from tests.programs import check, program

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def sender() -> APIClient:
    published_sheet(contact_cap=3, contact_gap_hours=24, exempt=["service"])
    return program(Role.MEMBER)


def allowing(**said: Any) -> Record:
    """Make a customer who said yes to marketing mails."""
    record = RecordFactory.create(**said)
    answer(record, is_allowed=True, at=timezone.now() - 90 * 24 * HOUR)
    return record


def contacted(record: Record, *hours_ago: float, **said: Any) -> None:
    for hours in hours_ago:
        at = timezone.now() - hours * HOUR
        EventFactory.create(
            record=record, kind="contact", at=at, amount=None, **({"channel": "email"} | said)
        )


def identify(record: Record, kind: str, value: str) -> None:
    key = settings.IDENTITY_KEY.encode()[:64]
    Identifier.objects.create(record=record, kind=kind, digest=digest(kind, value, key))


def rule_of(sender: APIClient, record: Record, **asked: Any) -> str:
    (row,) = check(sender, [str(record.customer.public_id)], **asked)
    assert row["allowed"] == (row["rule"] == "allowed")
    rule: str = row["rule"]
    return rule


def test_who_said_yes_and_has_room_may_be_contacted(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 30, 60)

    assert rule_of(sender, record) == "allowed"


def test_never_asked_means_no(sender: APIClient) -> None:
    record = allowing()

    assert rule_of(sender, RecordFactory.create()) == "consent"
    assert rule_of(sender, record, channel="text") == "consent"
    assert rule_of(sender, record, purpose="research") == "consent"


@pytest.mark.parametrize("channel", Initiative.Channel.values)
def test_who_never_said_yes_is_not_contacted_by_any_channel(
    sender: APIClient, channel: str
) -> None:
    comes_to_us = channel in {"website", "till", "store"}

    rule = rule_of(sender, RecordFactory.create(), channel=channel)

    assert rule == ("allowed" if comes_to_us else "consent")


def test_consent_is_taken_of_those_only_who_certainly_are_the_customer(sender: APIClient) -> None:
    eldest = RecordFactory.create()
    probable = allowing(customer=eldest.customer)

    assert rule_of(sender, eldest) == "consent"
    (row,) = check(sender, [{"source": probable.source.key, "external_id": probable.external_id}])
    assert (row["rule"], row["customer"]) == ("allowed", str(eldest.customer.public_id))


def test_contacts_are_counted_of_everybody_who_may_be_the_customer(sender: APIClient) -> None:
    eldest = allowing()
    probable = RecordFactory.create(customer=eldest.customer)
    contacted(eldest, 30, 60)
    contacted(probable, 90)

    assert rule_of(sender, eldest) == "cap"


def test_the_cap_says_from_when_on(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 30, 60, 167)

    (row,) = check(sender, [str(record.customer.public_id)])

    assert row["rule"] == "cap"
    leaves = Event.objects.earliest("at").at + timedelta(days=7)
    assert datetime.fromisoformat(row["allowed_from"]) == leaves


def test_the_rest_between_two_is_kept(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 5)

    (row,) = check(sender, [str(record.customer.public_id)])

    assert row["rule"] == "gap"
    assert datetime.fromisoformat(row["allowed_from"]) == Event.objects.get().at + 24 * HOUR


def test_what_serves_them_is_shown_and_not_counted(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 5, transactional=True)
    contacted(record, 6, category="Service")

    assert rule_of(sender, record) == "allowed"


def test_what_serves_them_needs_their_consent_alone(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 5)
    record.consents.create(
        channel="email", purpose="service", is_allowed=True, told_at=timezone.now()
    )

    assert rule_of(sender, record, purpose="service") == "allowed"


def test_an_open_complaint_comes_first(sender: APIClient) -> None:
    record = allowing()
    complaint = EventFactory.create(record=record, kind="complaint", at=timezone.now() - 48 * HOUR)

    (row,) = check(sender, [str(record.customer.public_id)])

    assert row["rule"] == "complaint"
    assert datetime.fromisoformat(row["allowed_from"]) == complaint.at + timedelta(days=14)
    contacted(record, 1, source=complaint.source, transactional=True)
    assert rule_of(sender, record) == "allowed"


def test_who_is_held_out_of_the_initiative_is_left_alone(sender: APIClient) -> None:
    record = allowing()
    initiative = InitiativeFactory.create(status="live")
    Assignment.objects.create(
        initiative=initiative, record=record, arm="holdout", at=timezone.now()
    )

    assert rule_of(sender, record, initiative=initiative.key) == "holdout"
    assert rule_of(sender, record) == "allowed"


def test_an_initiative_that_serves_them_spares_its_own_holdout(sender: APIClient) -> None:
    record = RecordFactory.create()
    record.consents.create(
        channel="email", purpose="service", is_allowed=True, told_at=timezone.now()
    )
    apology = InitiativeFactory.create(status="live", purpose="service")
    Assignment.objects.create(initiative=apology, record=record, arm="holdout", at=timezone.now())

    asked = {"purpose": "service", "initiative": apology.key}
    assert rule_of(sender, record, **asked) == "holdout"
    assert rule_of(sender, record, purpose="service") == "allowed"


@pytest.mark.parametrize("status", Initiative.Status.values)
def test_an_initiative_reaches_people_while_it_is_agreed_or_live(
    sender: APIClient, status: str
) -> None:
    initiative = InitiativeFactory.create(status=status)

    rule = rule_of(sender, allowing(), initiative=initiative.key, reserve=True)

    reaches = status in {"agreed", "live"}
    assert rule == ("allowed" if reaches else "initiative")
    assert Reservation.objects.exists() is reaches


def test_the_night_is_quiet() -> None:
    draft = SheetFactory.create()
    now = timezone.localtime()
    quiet_from, quiet_until = ((now + hours * HOUR).time() for hours in (-1, 2))
    ContactPolicy.objects.create(sheet=draft, quiet_from=quiet_from, quiet_until=quiet_until)
    publish_sheet(sheet=draft, by=person(Role.EXECUTIVE), at=now)

    assert rule_of(program(Role.MEMBER), allowing()) == "quiet_hours"


def test_who_asked_to_be_forgotten_is_left_alone_from_that_moment(sender: APIClient) -> None:
    record = allowing()
    asked = {"asked_at": timezone.now(), "work": WorkFactory.create()}
    Erasure.objects.create(customer=record.customer.public_id, **asked)

    assert rule_of(sender, record) == "forgotten"


def test_who_was_forgotten_is_known_by_nothing_but_that(sender: APIClient) -> None:
    source = RecordFactory.create().source
    gone = uuid4()
    Erasure.objects.create(
        customer=gone, asked_at=timezone.now(), work=WorkFactory.create(done=True)
    )
    ((kind, known),) = of_names(source.pk, ["C-1"])["C-1"]
    Suppression.objects.create(kind=kind, digest=known, since=timezone.now())
    asked = [str(gone), {"source": source.key, "external_id": "C-1"}, str(uuid4())]

    rows = check(sender, asked)

    assert [row["rule"] for row in rows] == ["forgotten", "forgotten", "unknown"]
    assert [row["customer"] for row in rows] == [None] * 3


def test_customers_are_found_by_what_they_are_known_by(sender: APIClient) -> None:
    record, twin = allowing(), allowing()
    identify(record, "email", "ada@example.org")
    identify(record, "phone", "+442079460018")
    for each in (record, twin):
        identify(each, "loyalty_card", "AB123456")

    rows = check(
        sender,
        [
            {"email": " ADA@example.org"},
            {"phone": "020 7946 0018"},
            {"loyalty_card": "ab12 34-56"},
            {"email": "nobody@example.org"},
        ],
    )

    assert [row["rule"] for row in rows] == ["allowed", "allowed", "ambiguous", "unknown"]
    assert rows[0]["customer"] == rows[1]["customer"] == str(record.customer.public_id)


def test_without_a_sheet_nobody_agreed_on_anything() -> None:
    assert rule_of(program(Role.MEMBER), allowing()) == "no_policy"


def test_a_reservation_counts_until_it_lapses(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 30, 60)

    (row,) = check(sender, [str(record.customer.public_id)], reserve=True, reserve_minutes=30)

    assert row["allowed"]
    assert Reservation.objects.get().lapses_at == datetime.fromisoformat(row["reserved_until"])
    assert rule_of(sender, record) == "cap"
    Reservation.objects.update(
        at=timezone.now() - HOUR, lapses_at=timezone.now() - timedelta(minutes=1)
    )
    assert rule_of(sender, record) == "allowed"


def test_a_reservation_is_used_by_its_contact(sender: APIClient) -> None:
    record = allowing()
    initiative = InitiativeFactory.create(status="live")
    asked = {"initiative": initiative.key, "reserve": True}
    check(sender, [str(record.customer.public_id)], **asked)
    Reservation.objects.update(at=timezone.now() - 30 * HOUR)
    contacted(record, 29, initiative=initiative.key)
    contacted(record, 70)

    assert rule_of(sender, record) == "allowed"


def test_the_same_customer_twice_in_a_batch_gets_the_last_contact_once(sender: APIClient) -> None:
    record = allowing()
    public_id = str(record.customer.public_id)

    rows = check(sender, [public_id, public_id], reserve=True)

    assert [row["rule"] for row in rows] == ["allowed", "gap"]
    assert Reservation.objects.count() == 1


def test_nothing_is_reserved_for_who_is_not_allowed(sender: APIClient) -> None:
    rows = check(sender, [str(RecordFactory.create().customer.public_id)], reserve=True)

    assert [row["reserved_until"] for row in rows] == [None]
    assert not Reservation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_departments_that_ask_at_once_one_gets_the_last_contact() -> None:
    published_sheet(contact_cap=3, contact_gap_hours=0)
    senders = [program(Role.MEMBER) for _ in range(4)]
    records = [allowing() for _ in range(30)]
    for record in records:
        contacted(record, 30, 60)
    ids = [str(record.customer.public_id) for record in records]
    answers: list[list[dict[str, Any]]] = []
    ready = Barrier(len(senders))

    def ask(sender: APIClient, turn: int) -> None:
        ready.wait()
        try:
            rows = check(sender, ids[turn:] + ids[:turn], reserve=True)
            answers.append(rows)
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(one, turn)) for turn, one in enumerate(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    allowed = [row["customer"] for rows in answers for row in rows if row["allowed"]]
    assert len(answers) == len(senders)
    assert sorted(allowed) == sorted(ids)
    assert Reservation.objects.count() == len(ids)


@pytest.mark.parametrize("how_many", [1, 300])
def test_a_batch_takes_the_same_queries_however_large(
    how_many: int, sender: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [str(allowing().customer.public_id) for _ in range(how_many)] + [str(uuid4())]

    with django_assert_num_queries(17):
        check(sender, ids, reserve=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"customers": []},
        {"customers": ["nobody"]},
        {"customers": [{"email": ""}]},
        {"customers": [{"source": "tills"}]},
        {"customers": [{"email": "a@b.org", "phone": "1"}]},
        {"customers": [{"payment_token": "x"}]},
        {"customers": [{"email": "\ud800"}]},
        {"customers": [{"external_id": "a\0", "source": "tills"}]},
        {"customers": [["a"]]},
        {"channel": "pigeon"},
        {"purpose": "Any thing"},
        {"initiative": "unknown"},
        {"reserve_minutes": 0},
    ],
)
def test_what_cannot_be_asked_is_a_problem(sender: APIClient, wrong: dict[str, Any]) -> None:
    said = {"channel": "email", "purpose": "marketing", "customers": [str(uuid4())]} | wrong

    answer = sender.post(
        "/api/v1/contact-checks/", json.dumps(said), content_type="application/json"
    )

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (name,) = wrong
    assert all(fault["pointer"].startswith(f"#/{name}") for fault in answer.json()["errors"])


def test_ten_thousand_at_most(sender: APIClient) -> None:
    said = {"channel": "email", "purpose": "marketing", "customers": [str(uuid4())] * 10_001}

    answer = sender.post("/api/v1/contact-checks/", said, format="json")

    assert answer.status_code == 422


def test_ten_thousand_with_long_names_are_taken_at_once(sender: APIClient) -> None:
    source = RecordFactory.create().source.key
    asked = [{"source": source, "external_id": f"{'C' * 120}{number}"} for number in range(10_000)]

    rows = check(sender, asked)

    assert {row["rule"] for row in rows} == {"unknown"}


def test_a_reservation_is_given_back(sender: APIClient) -> None:
    record = allowing()
    contacted(record, 30, 60)
    ids = [str(record.customer.public_id)] * 2
    held, refused = check(sender, ids, reserve=True)
    assert (refused["rule"], refused["reservation"]) == ("cap", None)

    address = f"/api/v1/reservations/{held['reservation']}"
    assert program(Role.MEMBER).delete(address).status_code == 403
    assert sender.delete(address).status_code == 204

    assert rule_of(sender, record) == "allowed"
    assert sender.delete(address).status_code == 404


def test_each_row_names_its_own_reservation(sender: APIClient) -> None:
    records = [allowing(), RecordFactory.create(), allowing()]
    ids = [str(record.customer.public_id) for record in records]

    rows = check(sender, ids, reserve=True)

    kept = dict(Reservation.objects.values_list("pk", "record__customer__public_id"))
    assert [row["reservation"] and str(kept[row["reservation"]]) for row in rows] == [
        ids[0],
        None,
        ids[2],
    ]


@pytest.fixture
def household_sender() -> APIClient:
    sheet = SheetFactory.create(contact_cap=3, contact_gap_hours=0)
    ContactPolicy.objects.create(sheet=sheet, household_cap=4)
    publish_sheet(sheet=sheet, by=person(Role.EXECUTIVE), at=timezone.now())
    return program(Role.MEMBER)


def living_at(home: str) -> Record:
    record = allowing()
    Customer.objects.filter(pk=record.customer_id).update(household=home)
    return record


def test_a_household_has_a_limit_of_its_own(household_sender: APIClient) -> None:
    ann, ben, next_door = living_at("3 mill lane"), living_at("3 mill lane"), living_at("5")
    contacted(ann, 50, 60)
    contacted(ben, 30, 100)
    contacted(ben, 1, transactional=True)
    contacted(next_door, 20)

    (row,) = check(household_sender, [str(ann.customer.public_id)])

    assert row["rule"] == "household_cap"
    allowed_from = datetime.fromisoformat(row["allowed_from"])
    assert abs(allowed_from - (timezone.now() + (7 * 24 - 100) * HOUR)) < HOUR
    assert rule_of(household_sender, next_door) == "allowed"
    assert rule_of(household_sender, allowing()) == "allowed"


def test_what_is_reserved_for_one_counts_for_all_who_live_there(
    household_sender: APIClient,
) -> None:
    ann, ben, cora = (living_at("3 mill lane") for _ in range(3))
    contacted(ann, 30, 60)
    contacted(ben, 50)
    asked = [str(one.customer.public_id) for one in (ann, ben)]

    together = check(household_sender, asked, reserve=True)

    assert [row["rule"] for row in together] == ["allowed", "household_cap"]
    assert rule_of(household_sender, cora) == "household_cap"
