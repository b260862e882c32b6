"""What was linked, by whom, and how it is undone; what each pass over everybody changed."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import Proposal, Ruling
from strategy.models import Role
from tests.factories.customers import AT, ProposalFactory
from tests.factories.strategy import person
from tests.links import MADE, QUEUE, answer, chosen, passed, probable, ruled
from tests.pages import signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker", "now")]


@pytest.mark.parametrize("how_many", [1, 3])
def test_what_was_linked_takes_the_same_queries(
    how_many: int, django_assert_num_queries: DjangoAssertNumQueries, client: Client
) -> None:
    for _ in range(how_many):
        ruled(ProposalFactory.create())
        probable()
        passed(records=10)

    with django_assert_num_queries(11):
        assert client.get(MADE).status_code == 200


def test_rulings_and_likeness_are_listed_and_filtered(client: Client, holts: Proposal) -> None:
    first = ruled(holts)
    ruled(ProposalFactory.create(), "joined", "Bryn Hale")
    probable()

    whole = words(client.get(MADE))
    for sentence in (
        "Tills and Shop are two people.",
        "are the same person.",
        "Letters and Calls are linked by likeness.",
        "Same birth day and surname spelled nearly alike. 98% sure",
    ):
        assert sentence in whole
    for asked, there, missing in (
        ({"by": first.by_id}, "Tills and Shop", "by likeness."),
        ({"answer": "apart"}, "Tills and Shop", "are the same person."),
        ({"answer": "joined"}, "Letters and Calls", "Tills and Shop"),
        ({"tier": "probable"}, "Letters and Calls", "Tills and Shop"),
        ({"tier": "confirmed"}, "No link matches.", "Letters and Calls"),
        ({"tier": "ruled"}, "Tills and Shop", "Letters and Calls"),
        ({"state": "holds"}, "Letters and Calls", "Undone by"),
        ({"state": "undone"}, "No link matches.", "Tills and Shop"),
        ({"state": "nonsense", "by": "x"}, "Letters and Calls", "No link matches."),
    ):
        page = words(client.get(MADE, asked)).partition("Clear")[2]
        assert there in page, asked
        assert missing not in page, asked


def test_many_are_undone_at_once_and_that_is_taken_back(client: Client, holts: Proposal) -> None:
    ruling, likeness = ruled(holts, "joined"), probable()

    page = chosen(client, f"ruling-{ruling.pk}", f"proposal-{likeness.pk}", "ruling-x", "nonsense")

    assert "Two links undone." in page
    assert "Undone by Kim Park" in page
    ruling.refresh_from_db()
    assert ruling.undone_at == AT
    apart = Ruling.objects.get(undone_at=None)
    assert (apart.a_id, apart.b_id, apart.answer) == (likeness.a_id, likeness.b_id, "apart")

    back = client.post(f"{QUEUE}undo/", follow=True)

    assert "Two decisions taken back." in words(back)
    again = Ruling.objects.get(undone_at=None)
    assert (again.a_id, again.answer) == (holts.a_id, "joined")


def test_nothing_chosen_undoes_nothing(client: Client) -> None:
    assert "Tick the links to undo first." in chosen(client)


def test_what_others_changed_meanwhile_stays(client: Client, holts: Proposal) -> None:
    answer(client, holts, "apart")
    others = signed_in(person(Role.ADMIN))
    chosen(others, f"ruling-{Ruling.objects.get().pk}")

    page = words(client.post(f"{QUEUE}undo/", follow=True))

    assert "Somebody has changed that meanwhile; nothing was undone." in page


def test_passes_are_told_with_what_changed_and_what_looks_wrong(client: Client) -> None:
    assert "No pass over everybody has run yet." in words(client.get(MADE))
    passed()
    passed(records=12, customers=9)
    calm = words(client.get(MADE))
    assert "Nothing unusual: 12 records are 9 customers, and the largest has 2." in calm
    assert "12 +2 9 +1 2 0 1" in calm

    passed(largest=40, generic_values=25)

    page = words(client.get(MADE))
    assert "The largest customer grew from 2 to 40 records: look whether it is one person." in page
    assert "Values that too many people share jumped from 0 to 25" in page
