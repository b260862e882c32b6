"""The columns: what they say of whom, and that what changed is asked anew and nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.actions import traits
from campaigns.audience.definition import Condition
from campaigns.audience.traits import BLOCK
from campaigns.models import Touched, Trait
from campaigns.queries.audiences import counted, customers_of
from customers.actions.consent import note_answer
from customers.models import Customer, Neighbour, Record, StaleWeek
from strategy.models import Role
from tests.factories.audiences import NOW, asked, bought, drawn, freshened, merge, people, planned
from tests.factories.customers import EventFactory, RecordFactory, answer
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
LOCAL = timezone.localtime(NOW)
DAY = timedelta(days=1)


def fitting(*conditions: Condition) -> set[int]:
    return set(customers_of(asked(*conditions), LOCAL))


def kept() -> dict[tuple[str, int], bytes]:
    return {(one.key, one.block): bytes(one.values) for one in Trait.objects.all()}


def this_week_is_stale() -> None:
    StaleWeek.objects.create(week_on=(LOCAL - LOCAL.weekday() * DAY).date())


def test_every_field_is_answered_from_what_came_in() -> None:
    ann, ben = people(2)
    Record.objects.filter(pk=ann.pk).update(attributes={"prefers.light": "warm"})
    Customer.objects.filter(pk=ann.pk).update(country="GB")
    answer(ann, is_allowed=True, at=NOW)
    for weeks in range(4):
        bought(ann, NOW - 28 * weeks * DAY, product="Bulbs", store="York", channel="store")
    EventFactory.create(record=ben, kind="view", category="Paint", at=NOW - 3 * DAY, amount=None)
    EventFactory.create(record=ben, kind="complaint", at=NOW - 3 * DAY, amount=None)
    Neighbour.objects.create(
        category="Garden", goes_with="Paint", people_count=30, category_people_count=60, lift=2.0,
        counted_at=NOW,
    )  # fmt: skip

    assert freshened() == {"customers": 2}

    holds = {
        ann.pk: [
            Condition("category", "Garden", 30), Condition("bought", number=1),
            Condition("store", "York", 90), Condition("channel", "store", 90),
            Condition("consent", "email:marketing"), Condition("prefers", "light=warm"),
            Condition("country", "GB"), Condition("orders", number=4),
            Condition("spend", number=80), Condition("recency", number=1),
            Condition("likes_with", "Paint"),
        ],
        ben.pk: [Condition("viewed", "Paint", 4), Condition("complaint")],
    }  # fmt: skip
    for customer_id, conditions in holds.items():
        for condition in conditions:
            assert fitting(condition) == {customer_id}, condition
    assert fitting() == {ann.pk, ben.pk}


def test_a_complaint_that_was_answered_is_not_open() -> None:
    ann = RecordFactory.create()
    EventFactory.create(record=ann, kind="complaint", at=NOW - 3 * DAY)
    EventFactory.create(record=ann, kind="contact", at=NOW - DAY, transactional=True)

    freshened()

    assert fitting(Condition("complaint")) == set()


def test_before_anything_was_counted_the_page_says_so() -> None:
    assert counted(asked(), LOCAL).as_of is None


def test_only_what_changed_is_asked_anew() -> None:
    ann, _ = people(2)
    freshened()

    assert freshened() == {"customers": 0}
    bought(ann, NOW)
    this_week_is_stale()
    assert freshened() == {"customers": 1}
    assert fitting(Condition("category", "Garden", 1)) == {ann.pk}


def test_it_is_done_again_when_something_changed_or_a_day_has_passed() -> None:
    people(1)
    freshened()

    assert traits.freshen(at=NOW) is None
    assert traits.freshen(at=NOW + DAY) is not None
    people(1)
    assert traits.freshen(at=NOW) is not None


def test_changes_leave_what_a_count_from_nothing_leaves() -> None:
    ann, ben, cai, dan = people(4)
    bought(ann, NOW - 10 * DAY)
    bought(ben, NOW - 20 * DAY, store="York")
    answer(cai, is_allowed=True, at=NOW - DAY)
    freshened()

    merge(ann, ben)
    note_answer(
        customer=dan.customer, channel="text", purpose="marketing", is_allowed=True, evidence="",
        by=person(Role.ASSOCIATE), at=NOW,
    )  # fmt: skip
    answer(cai, is_allowed=False, at=NOW)
    bought(cai, NOW - DAY, category="Paint")
    this_week_is_stale()
    drawn(planned(), at=NOW)
    freshened()
    by_and_by = kept()
    freshened(everything=True)

    assert by_and_by == kept()
    assert fitting() == {ann.pk, cai.pk, dan.pk}


def test_a_record_that_leaves_takes_its_events_along() -> None:
    ann, ben = people(2)
    bought(ben, NOW)
    merge(ann, ben)
    freshened()
    assert fitting(Condition("bought", number=30)) == {ann.pk}

    Record.objects.filter(pk=ben.pk).update(customer=ben.pk, certain_id=ben.pk)
    freshened()

    assert fitting(Condition("bought", number=30)) == {ben.pk}


def test_what_leaves_the_year_leaves_the_sums() -> None:
    ann = RecordFactory.create()
    bought(ann, NOW - 364 * DAY)
    freshened()
    assert fitting(Condition("orders", number=1)) == {ann.pk}

    freshened(NOW + 3 * DAY)

    assert fitting(Condition("orders", number=1)) == set()


def test_of_two_files_at_once_none_waits_for_the_columns() -> None:
    """Triggers add rows only: nothing that another transaction would have to wait for."""
    people(3)

    assert Touched.objects.count() >= 3


def test_whoever_is_forgotten_is_blank_at_once() -> None:
    ann, ben = people(2)
    for record in (ann, ben):
        bought(record, NOW)
    freshened()

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE forgotten (record_id bigint)")
        cursor.execute("INSERT INTO forgotten VALUES (%s)", [ann.pk])
        traits.follow_forgotten(cursor)
        cursor.execute("DROP TABLE forgotten")

    assert fitting() == fitting(Condition("bought", number=30)) == {ben.pk}
    for (key, block), values in kept().items():
        width = len(values) // BLOCK
        place = (ann.pk - block * BLOCK) * width
        assert values[place : place + width] == bytes(width), key
