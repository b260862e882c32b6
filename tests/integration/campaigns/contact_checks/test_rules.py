"""Each rule by which somebody is left alone."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from campaigns.models import Assignment, Initiative, Reservation
from customers.actions.suppression import of_names
from customers.models import Erasure, Event, Suppression
from strategy.actions.sheets import publish_sheet
from strategy.models import ContactPolicy, Role
from tests.contacts import HOUR, allowing, contacted, rule_of
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory, WorkFactory
from tests.factories.strategy import SheetFactory, person
from tests.programs import check, program

pytestmark = pytest.mark.django_db


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


def test_without_a_sheet_nobody_agreed_on_anything() -> None:
    assert rule_of(program(Role.MEMBER), allowing()) == "no_policy"
