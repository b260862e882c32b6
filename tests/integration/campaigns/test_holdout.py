"""Drawing arms: stable, blind to order and merges, and never across the company's holdout."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from campaigns.actions import holdout
from campaigns.actions.audiences import ChosenTooLateError, choose_audience
from campaigns.actions.company_holdout import (
    ShareError,
    keep_company_holdout,
    set_company_holdout,
)
from campaigns.actions.holdout import (
    KIND,
    DrawnAlreadyError,
    DrawnByFileError,
    NoAudienceError,
    StrataError,
    draw_rolling,
    give_draw,
)
from campaigns.actions.initiatives import WrongStatusError
from campaigns.audience.arms import arm_of, assignment_key, initiative_name
from campaigns.audience.definition import Condition
from campaigns.models import Assignment, Audience, Held, Initiative, Joining
from campaigns.queries.balance import balance_rows
from campaigns.queries.people import company_holdout
from customers.actions import work as ledger
from customers.models import Customer, Record, Work
from strategy.models import Role
from strategy.permissions import NotAllowed
from tests.factories.audiences import (
    NOW,
    analyst,
    arms,
    asked,
    bought,
    drawn,
    failed,
    freshened,
    merge,
    people,
    planned,
    version,
)
from tests.factories.campaigns import InitiativeFactory
from tests.factories.customers import RecordFactory
from tests.factories.strategy import DepartmentFactory, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def held_out(initiative: Initiative) -> set[int]:
    return {record for record, arm in arms(initiative).items() if arm == "holdout"}


def company_holds_out(share: str, salt: str = "2026") -> None:
    set_company_holdout(
        share=Decimal(share), salt=salt, reason="To see what it all brings.",
        by=person(Role.EXECUTIVE), at=NOW,
    )  # fmt: skip
    held_again(NOW)


def held_again(at: datetime) -> None:
    work = Work.objects.filter(kind="company_holdout").latest("pk")
    ledger.see_through(work.pk, clock=lambda: at)


def company_says() -> str:
    shown = company_holdout()
    assert shown is not None
    return shown.says


def test_everybody_gets_the_arm_that_the_hash_says() -> None:
    records = people(30)
    freshened()
    initiative = planned()

    drawn(initiative)

    key = assignment_key(settings.ASSIGNMENT_KEY)
    assert arms(initiative) == {
        one.pk: arm_of(key, initiative_name(initiative.key), str(one.customer.public_id), 0.5)
        for one in Record.objects.filter(pk__in=[one.pk for one in records])
    }
    assert initiative.assignments.filter(arm="holdout").count() not in {0, 30}


def test_arms_are_written_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdout, "WRITTEN_AT_ONCE", 4)
    people(10)
    freshened()
    initiative = planned()

    draw = drawn(initiative)

    assert len(arms(initiative)) == 10
    assert draw.work.outcome == {"assigned": 10}


def test_drawn_again_nobody_moves_and_nobody_is_added() -> None:
    people(10)
    freshened()
    initiative = planned()
    drawn(initiative)
    before = arms(initiative)

    again = ledger.give(kind=KIND, arguments={"initiative": initiative.pk}, at=NOW)

    assert ledger.see_through(again, clock=lambda: NOW).outcome == {"assigned": 0}
    assert arms(initiative) == before


def test_who_joins_a_rolling_audience_is_drawn_then_and_nobody_else_moves() -> None:
    people(6)
    freshened()
    initiative = planned()
    drawn(initiative, version(way=Audience.Way.ROLLING))
    before = arms(initiative)
    people(6)
    freshened(NOW + DAY)

    assert draw_rolling(at=NOW) == []
    (work_id,) = draw_rolling(at=NOW + DAY)
    ledger.see_through(work_id, clock=lambda: NOW + DAY)

    assert len(arms(initiative)) == 12
    assert before.items() <= arms(initiative).items()


def test_a_frozen_audience_is_asked_once() -> None:
    people(2)
    freshened()
    drawn(planned())

    assert draw_rolling(at=NOW + 9 * DAY) == []


def test_a_merged_customer_keeps_the_founders_arm() -> None:
    ann, ben = people(2)
    freshened()
    initiative = planned()
    drawn(initiative, version(way=Audience.Way.ROLLING))
    before = arms(initiative)
    merge(ann, ben)
    freshened(NOW + DAY)

    (work_id,) = draw_rolling(at=NOW + DAY)
    ledger.see_through(work_id, clock=lambda: NOW + DAY)

    assert arms(initiative) == before


def test_a_household_is_in_one_arm() -> None:
    for number in range(12):
        lodgers = [one.customer_id for one in people(3)]
        Customer.objects.filter(pk__in=lodgers).update(household=f"{number}millane")
    alone = people(1)
    freshened()
    initiative = planned(unit="household")

    drawn(initiative)

    of = {
        one.pk: one.customer.household
        for one in Record.objects.select_related("customer").exclude(pk=alone[0].pk)
    }
    both = {(of[record], arm) for record, arm in arms(initiative).items() if record in of}
    assert len(both) == 12
    assert len(arms(initiative)) == 37


def test_a_household_is_in_no_stratum() -> None:
    with pytest.raises(StrataError):
        drawn(planned(unit="household"), strata="value")


@pytest.mark.parametrize("unit", ["store", "region"])
def test_places_are_put_into_arms_by_a_file(unit: str) -> None:
    with pytest.raises(DrawnByFileError):
        drawn(planned(unit=unit))


def test_each_store_has_its_share_where_it_is_asked_for() -> None:
    for store in ("York", "Hull"):
        for record in people(10):
            bought(record, NOW - DAY, store=store)
    freshened()
    initiative = planned("0.2")

    drawn(initiative, strata="store")

    stores = Record.objects.filter(pk__in=held_out(initiative)).values_list("events__store")
    assert sorted(store for (store,) in stores) == ["Hull", "Hull", "York", "York"]


def test_the_balance_is_shown_in_numbers() -> None:
    for number, record in enumerate(people(20)):
        bought(record, NOW - number * DAY)
    freshened()

    draw = drawn(planned(), strata="value")

    row = next(row for row in balance_rows(draw) if row.trait == "Spent in a year")
    assert (row.treated, row.holdout, row.difference, row.is_small) == ("20", "20", "", True)
    assert "Days since they last bought" in [row.trait for row in balance_rows(draw)]


def test_nobody_in_the_company_holdout_is_drawn() -> None:
    records = people(40)
    freshened()
    company_holds_out("0.3")
    spared = set(Held.objects.values_list("record_id", flat=True))
    initiative = planned()

    drawn(initiative)

    assert 0 < len(spared) < 40
    assert set(arms(initiative)) == {one.pk for one in records} - spared
    assert set(initiative.spared.values_list("record_id", flat=True)) == spared


def test_a_customer_who_came_since_is_spared_too() -> None:
    company_holds_out("0.9")
    people(30)
    freshened()
    initiative = planned()

    drawn(initiative)

    assert Held.objects.count() > 0
    assert len(arms(initiative)) + Held.objects.count() == 30


def test_the_database_refuses_to_treat_whom_the_company_spares() -> None:
    ann, ben = people(2)
    Held.objects.create(record=ann, since=NOW)
    merge(ann, ben)
    initiative = planned()

    for record in (ann, ben):
        with pytest.raises(IntegrityError, match="company holdout"), transaction.atomic():
            Assignment.objects.create(initiative=initiative, record=record, arm="treated", at=NOW)
    Assignment.objects.create(initiative=initiative, record=ann, arm="holdout", at=NOW)


def test_the_database_refuses_to_change_an_arm() -> None:
    people(1)
    freshened()
    drawn(planned("0"))

    with pytest.raises(IntegrityError, match="nobody changes arms"):
        Assignment.objects.update(arm="holdout")


def test_another_salt_holds_out_others_and_frees_the_first() -> None:
    people(60)
    company_holds_out("0.3")
    first = set(Held.objects.values_list("record_id", flat=True))

    company_holds_out("0.3", salt="2027")

    second = set(Held.objects.values_list("record_id", flat=True))
    assert second
    assert second != first
    company_holds_out("0", salt="2027")
    assert not Held.objects.exists()


def test_whom_an_initiative_treats_joins_the_company_holdout_once_it_is_over() -> None:
    people(40)
    freshened()
    initiative = planned(starts_on=NOW.date(), ends_on=(NOW + 9 * DAY).date())
    drawn(initiative)
    treated = set(arms(initiative)) - held_out(initiative)

    company_holds_out("0.6")

    joining = set(Joining.objects.values_list("record_id", flat=True))
    held = set(Held.objects.values_list("record_id", flat=True))
    assert joining
    assert joining <= treated
    assert not held & treated
    assert f"{len(held)} today. {len(joining)} more join" in company_says()
    keep_company_holdout(at=NOW + 9 * DAY)
    held_again(NOW + 9 * DAY)
    assert set(Held.objects.values_list("record_id", flat=True)) == held | joining
    assert not Joining.objects.exists()


def test_a_second_draw_spares_who_is_joining_and_leaves_them_where_they_are() -> None:
    people(40)
    freshened()
    drawn(planned("0"))
    company_holds_out("0.6")
    second = planned("0")

    drawn(second)

    joining = set(Joining.objects.values_list("record_id", flat=True))
    assert joining
    assert joining <= set(second.spared.values_list("record_id", flat=True))
    assert not Held.objects.exists()


def test_a_draw_that_failed_is_given_again() -> None:
    people(4)
    freshened()
    initiative, by = planned(), analyst()
    choose_audience(initiative=initiative, version=version(), by=by, at=NOW)
    first = give_draw(initiative=initiative, by=by, at=NOW)
    failed(first)
    choose_audience(initiative=initiative, version=version(), by=by, at=NOW)

    again = give_draw(initiative=initiative, strata="value", by=by, at=NOW)
    with pytest.raises(DrawnAlreadyError):
        give_draw(initiative=initiative, by=by, at=NOW)
    ledger.see_through(again.work_id, clock=lambda: NOW)

    assert (again.pk, again.strata) == (first.pk, "value")
    assert len(arms(initiative)) == 4


def test_what_cannot_be_drawn_is_said() -> None:
    by, initiative = analyst(), planned()
    with pytest.raises(NoAudienceError):
        give_draw(initiative=initiative, by=by, at=NOW)
    with pytest.raises(WrongStatusError):
        give_draw(initiative=InitiativeFactory.create(), by=by, at=NOW)
    with pytest.raises(NotAllowed):
        give_draw(initiative=initiative, by=person(Role.MEMBER, initiative.department), at=NOW)
    drawn(initiative)
    with pytest.raises(DrawnAlreadyError):
        give_draw(initiative=initiative, by=by, at=NOW)
    with pytest.raises(ChosenTooLateError):
        choose_audience(initiative=initiative, version=None, by=by, at=NOW)


def test_the_company_holdout_is_set_by_leaders_with_a_reason() -> None:
    said = {"share": Decimal("0.1"), "salt": "2026", "at": NOW}
    with pytest.raises(NotAllowed):
        set_company_holdout(**said, reason="So.", by=person(Role.HEAD, DepartmentFactory.create()))  # type: ignore[arg-type]  # keywords of several types in one dictionary
    with pytest.raises(ShareError):
        set_company_holdout(**said, reason=" ", by=person(Role.EXECUTIVE))  # type: ignore[arg-type]  # keywords of several types in one dictionary


def test_an_audience_that_names_an_initiative_knows_who_is_in_it() -> None:
    people(4)
    freshened()
    first = planned()
    drawn(first)
    freshened()
    RecordFactory.create()
    freshened()

    others = planned()
    drawn(others, version(asked(Condition("in", str(first.pk), is_not=True))))

    assert len(arms(others)) == 1
    assert not set(arms(others)) & set(arms(first))
