"""Who got an initiative is counted in the background, and its page reads the count."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.actions.deliveries import make_delivery
from campaigns.actions.sent_counts import AGAIN_AFTER, KIND, ask
from campaigns.models import Assignment, Initiative, SentCount
from customers.actions import work as ledger
from customers.models import Record, Work
from tests.factories.audiences import NOW, analyst, drawn, freshened, people, planned
from tests.factories.customers import EventFactory, answer

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SOON, LATE = NOW + 10 * SECOND, NOW + AGAIN_AFTER + 20 * SECOND


def counted(at: datetime = NOW + SECOND) -> SentCount:
    """Do the count that waits."""
    ledger.see_through(Work.objects.get(kind=KIND, state="waiting").pk, clock=lambda: at)
    return SentCount.objects.get()


def treated(count: int) -> Initiative:
    """Return an initiative by email that goes to so many people who allow it."""
    for record in people(count):
        answer(record, is_allowed=True, at=NOW)
    freshened()
    initiative = planned("0")
    drawn(initiative)
    return initiative


def test_where_nobody_is_treated_there_is_nothing_to_count() -> None:
    assert ask(initiative=planned(), at=NOW) == (None, False, False)
    assert not Work.objects.filter(kind=KIND).exists()


def test_who_looks_first_has_it_counted_and_who_looks_late_again() -> None:
    initiative = treated(2)
    assert ask(initiative=initiative, at=NOW) == (None, True, True)
    assert ask(initiative=initiative, at=NOW) == (None, True, True)
    count = counted()
    EventFactory.create(
        record=Record.objects.first(), kind="contact", initiative=initiative.key, at=NOW
    )

    assert ask(initiative=initiative, at=SOON) == (count, True, False)
    assert ask(initiative=initiative, at=LATE) == (count, True, False)

    assert (count.treated, count.sent) == (2, 0)
    assert counted(LATE).sent == 1


def test_a_delivery_is_counted_at_once() -> None:
    initiative = treated(2)
    ask(initiative=initiative, at=NOW)
    before = counted()
    make_delivery(initiative=initiative, by=analyst(), at=SOON)

    assert ask(initiative=initiative, at=SOON) == (before, True, True)
    assert counted(SOON).delivered == 2
    assert not ask(initiative=initiative, at=SOON).is_counting


def test_a_failed_count_is_not_given_again_at_once() -> None:
    initiative = treated(1)
    ask(initiative=initiative, at=NOW)
    Work.objects.filter(kind=KIND).update(state="failed", ended_at=NOW)

    assert ask(initiative=initiative, at=SOON) == (None, True, False)
    assert ask(initiative=initiative, at=LATE) == (None, True, True)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_takes_the_same_queries_and_reads_nobody(
    client: Client, how_many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    initiative = treated(how_many)
    for _ in range(how_many):
        make_delivery(initiative=initiative, by=analyst(), at=NOW)
    client.force_login(analyst())
    client.get(f"/initiatives/{initiative.pk}/people/")  # the first one has it counted
    counted(max(NOW, timezone.now()))

    with django_assert_num_queries(15) as asked:
        assert client.get(f"/initiatives/{initiative.pk}/people/").status_code == 200

    table = Assignment._meta.db_table
    of_people = [one["sql"] for one in asked.captured_queries if table in one["sql"]]
    assert all("LIMIT 1" in sql for sql in of_people)
