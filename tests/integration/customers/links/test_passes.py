"""No pass of the machine overrules a person."""

import pytest
from django.test import Client

from customers.models import Proposal, Ruling
from tests.factories.customers import LinkModelFactory, ProposalFactory
from tests.links import answer, chosen, linked, one_person, record_of, resolved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker", "now")]


def test_no_pass_joins_whom_a_person_put_apart(client: Client, same: Proposal) -> None:
    answer(client, same, "apart")

    for _ in range(2):
        resolved()

        assert not one_person(same)


def test_no_pass_parts_whom_a_person_joined(client: Client, holts: Proposal) -> None:
    answer(client, holts, "joined")

    for _ in range(2):
        resolved()

        assert one_person(holts)


def test_what_is_undone_is_the_machines_to_decide_again(
    client: Client, same: Proposal, holts: Proposal
) -> None:
    answer(client, same, "apart")
    answer(client, holts, "joined")
    resolved()
    assert (one_person(same), one_person(holts)) == (False, True)

    chosen(client, *(f"ruling-{one.pk}" for one in Ruling.objects.all()))
    linked()

    assert (one_person(same), one_person(holts)) == (True, False)
    linked(everybody=True)
    assert (one_person(same), one_person(holts)) == (True, False)


def test_likeness_that_a_person_put_apart_is_not_linked_again(client: Client) -> None:
    model = LinkModelFactory.create()
    a, b = record_of("tills", full_name="Maria Holt"), record_of("shop", full_name="Maria Holt")
    likeness = ProposalFactory.create(a=a, b=b, tier="probable", weight=12, model=model)
    resolved()
    assert one_person(likeness)

    chosen(client, f"proposal-{likeness.pk}")
    linked()
    assert not one_person(likeness)
    resolved()

    assert not one_person(likeness)
