"""Overlaps follow who is in what, and the real calendar of a retailer comes out of them."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from campaigns.actions.contact_counts import KIND as CONTACTS
from campaigns.actions.contact_counts import ask
from campaigns.actions.overlaps import KIND, compare, count_overlaps, follow_forgotten
from campaigns.clashes.sets import size, words_of
from campaigns.models import Assignment, ChangedMembers, Initiative, Overlap, Reach
from campaigns.queries.clashes import clashes_if_moved, measured_clashes, people_met, planned
from campaigns.queries.members import kept_sets
from customers.actions import work as ledger
from customers.models import Record, Work
from tests.factories.campaigns import AT, InitiativeFactory
from tests.factories.customers import EventFactory, RecordFactory
from tests.factories.strategy import published_sheet

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def assign(initiative: Initiative, *records: Record, arm: str = "treated") -> None:
    for record in records:
        Assignment.objects.create(initiative=initiative, record=record, arm=arm, at=AT)


def test_overlaps_follow_who_is_in_what() -> None:
    one, other, third = InitiativeFactory.create_batch(3)
    people = RecordFactory.create_batch(4)
    assign(one, *people[:3])
    assign(other, *people[1:])
    assign(third, people[0], arm="holdout")

    count_overlaps(at=AT)

    assert Overlap.objects.values_list("first", "second", "customers").get() == (
        one.pk,
        other.pk,
        2,
    )
    assert not ChangedMembers.objects.exists()

    Assignment.objects.filter(record=people[1]).delete()
    assign(third, people[2])
    assert count_overlaps(at=AT) == {"initiatives": 3, "pairs": 3}

    assert set(Overlap.objects.values_list("first", "second", "customers")) == {
        (one.pk, other.pk, 1),
        (one.pk, third.pk, 1),
        (other.pk, third.pk, 1),
    }
    assert count_overlaps(at=AT) == {"initiatives": 0, "pairs": 0}


def test_two_records_of_one_customer_are_one_customer() -> None:
    one, other = InitiativeFactory.create_batch(2)
    first = RecordFactory.create()
    second = RecordFactory.create(customer=first.customer)
    assign(one, first, second)
    assign(other, second)

    count_overlaps(at=AT)

    assert Overlap.objects.get().customers == 1


def test_only_changes_ring_for_a_count() -> None:
    compare(at=AT)
    assert not Work.objects.filter(kind=KIND).exists()

    assign(InitiativeFactory.create(), RecordFactory.create())
    compare(at=AT)
    compare(at=AT)

    assert Work.objects.filter(kind=KIND).count() == 1


def test_a_draft_is_told_what_moving_it_would_do(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    published_sheet(contact_gap_hours=24)
    live = InitiativeFactory.create(status="live", starts_on=date(2026, 11, 16))
    draft = InitiativeFactory.create(starts_on=date(2026, 11, 30))
    both = RecordFactory.create()
    assign(live, both)
    assign(draft, both)
    count_overlaps(at=AT)

    found = planned(TODAY)

    assert found.answer == (
        f"Yes. One pair of initiatives want the same customers, {live} and {draft} most of all: "
        "1 in common."
    )
    moves_to = found.clashes[0].moves_to
    assert moves_to == live.ends_on + timedelta(days=1)
    with django_assert_num_queries(5):
        assert clashes_if_moved(draft, moves_to, moves_to + timedelta(days=28)) == []
    assert clashes_if_moved(draft, TODAY, moves_to) != []


def test_nothing_is_known_before_the_first_count() -> None:
    assert planned(TODAY).answer == "Not known: nobody’s customers have been compared yet."


def test_who_was_contacted_by_two_within_the_gap() -> None:
    published_sheet(contact_gap_hours=24)
    one, other = InitiativeFactory.create_batch(2)
    near, far, served = RecordFactory.create_batch(3)
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for record, hours in ((near, 23), (far, 24), (served, 1)):
        EventFactory.create(record=record, kind="contact", initiative=one.key, at=noon)
        EventFactory.create(
            record=record,
            kind="contact",
            initiative=other.key,
            at=noon - timedelta(hours=hours),
            transactional=record is served,
        )

    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert ask(at=now) == (None, True)
    assert ask(at=now) == (None, True)
    ledger.see_through(Work.objects.get(kind=CONTACTS).pk, clock=lambda: now)
    (found,) = measured_clashes(ask(at=now).found)

    assert (found.first, found.second, found.customers) == (one.pk, other.pk, 1)
    (met,) = people_met(ask(at=now).found, other.pk, one.pk)
    assert met.public_id == near.customer.public_id


def test_whoever_is_forgotten_is_blanked_at_once() -> None:
    initiative = InitiativeFactory.create()
    ann, ben = RecordFactory.create_batch(2)
    assign(initiative, ann, ben)
    count_overlaps(at=AT)
    before = kept_sets([initiative.pk]).words

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE forgotten ON COMMIT DROP AS SELECT %s AS record_id",
                       [ben.pk])  # fmt: skip
        follow_forgotten(cursor)

    assert (size(before), size(kept_sets([initiative.pk]).words)) == (2, 1)
    assert before.tobytes() != words_of(np.array([ann.pk])).tobytes()
    assert kept_sets([initiative.pk]).words.tobytes() == words_of(np.array([ann.pk])).tobytes()


def test_what_is_over_is_not_kept() -> None:
    initiative = InitiativeFactory.create(starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 9))
    assign(initiative, RecordFactory.create())
    count_overlaps(at=AT)
    assert Reach.objects.exists()

    count_overlaps(at=AT + timedelta(days=30))

    assert not Reach.objects.exists()
