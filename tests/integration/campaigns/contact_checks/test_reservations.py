"""A contact that is reserved counts at once, for everybody who asks."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from campaigns.models import Reservation
from strategy.models import Role
from tests.contacts import HOUR, allowing, contacted, rule_of
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import RecordFactory
from tests.factories.strategy import published_sheet
from tests.programs import check, program
from tests.threads import at_once

pytestmark = pytest.mark.django_db


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

    answers = at_once(
        *(
            partial(check, sender, ids[turn:] + ids[:turn], reserve=True)
            for turn, sender in enumerate(senders)
        )
    )

    allowed = [row["customer"] for rows in answers for row in rows if row["allowed"]]
    assert sorted(allowed) == sorted(ids)
    assert Reservation.objects.count() == len(ids)


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
