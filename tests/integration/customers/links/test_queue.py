"""Which pairs wait, in which order, and what is said when none does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import LinkRun, Proposal
from tests.factories.customers import AT, LinkModelFactory, ProposalFactory, RecordFactory, identify
from tests.links import QUEUE, answer
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker", "now")]


def test_the_surest_come_first_and_those_nobody_can_weigh_last(client: Client) -> None:
    unclear = ProposalFactory.create(either=True)
    weak, strong = (ProposalFactory.create(weight=weight) for weight in (3, 9))
    asked = []

    for _ in range(3):
        page = client.get(QUEUE).content.decode()
        asked.append(int(re.findall(r"links/(\d+)/answer/", page)[0]))
        answer(client, Proposal.objects.get(pk=asked[-1]), "later")

    assert asked == [strong.pk, weak.pk, unclear.pk]
    assert "No pair waits. Three pairs are put off until later." in words(client.get(QUEUE))


def test_what_is_answered_certain_or_put_off_does_not_wait(client: Client) -> None:
    first = RecordFactory.create()
    ruled, off = (
        ProposalFactory.create(a=first),
        ProposalFactory.create(later_until=AT + timedelta(days=1)),
    )
    ProposalFactory.create(a=first, b=RecordFactory.create(certain_id=first.pk))
    ProposalFactory.create(tier="probable")
    back = ProposalFactory.create(later_until=AT - timedelta(days=1))
    sibling = RecordFactory.create(customer=ruled.b.customer, certain_id=ruled.b_id)
    ProposalFactory.create(a=first, b=sibling)  # of somebody who was kept apart from the first
    answer(client, ruled, "apart")

    page = client.get(QUEUE).content.decode()

    assert re.findall(r"links/(\d+)/answer/", page)[0] == str(back.pk)
    assert "One pair waits." in page
    assert off.later_until


def test_nobody_has_compared_yet(client: Client) -> None:
    page = words(client.get(QUEUE))

    assert "No pair waits. People who share no identifier have not been compared yet." in page
    assert "resolve --probabilistic" in page


def test_an_empty_queue_says_when_likeness_was_last_compared(client: Client) -> None:
    LinkRun.objects.create(at=AT, rules_version=1, figures={}, model=LinkModelFactory.create())

    page = words(client.get(QUEUE))

    assert "People who share no identifier were last compared: Today 07:40." in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_queue_takes_the_same_queries(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries, client: Client
) -> None:
    for _ in range(how_many):
        made = ProposalFactory.create()
        for each in (made.a, made.b):
            RecordFactory.create(customer=each.customer, certain_id=each.pk)
            identify(each, "email", f"{each.pk}@example.org")

    with django_assert_num_queries(15):
        assert client.get(QUEUE).status_code == 200
