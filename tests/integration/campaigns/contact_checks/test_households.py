"""A household has a limit of its own, shared by all who live there."""

from datetime import datetime

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from customers.models import Customer, Record
from strategy.actions.sheets import publish_sheet
from strategy.models import ContactPolicy, Role
from tests.contacts import HOUR, allowing, contacted, rule_of
from tests.factories.strategy import SheetFactory, person
from tests.programs import check, program

pytestmark = pytest.mark.django_db


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
