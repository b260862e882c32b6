"""Deciding whether the records of a pair are one person."""

from datetime import timedelta

import pytest
from django.test import Client

from customers.identity.rules import Reason, State
from customers.models import Look, Proposal, Ruling
from strategy.models import AuditEntry, Person, Role
from tests.factories.customers import AT, ProposalFactory, identify
from tests.factories.strategy import person
from tests.links import HTMX, QUEUE, REASON, answer, probable
from tests.pages import signed_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker", "now")]


def test_a_pair_is_compared_in_full_and_shown_masked(client: Client, holts: Proposal) -> None:
    response = client.get(QUEUE)

    page = words(response)
    assert "One pair waits." in page
    assert "98% sure Of 100 pairs as alike as this one, about 98 are one person." in page
    assert "Same birth day Surname spelled nearly alike" in page
    assert "Name M••••••• H••••••• M••••••• H••••••• One letter off" in page
    assert "Birth day ••• ••• Same" in page
    assert "E-mail address m•••@••• – Only one known" in page
    assert "Phone number ••••• 23 ••••• 32 One digit off" in page
    assert "Town York Leeds Differs" in page
    assert "They are not linked: they share no identifier" in page
    assert "Three records become one customer." in page
    assert "Tills since" in page
    assert "and one more record" in page
    for secret in ("Maria", "1961", "maria@", "1904"):
        assert secret not in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    for each in (holts.a, holts.b):
        assert f"/customers/{each.customer.public_id}/" in response.content.decode()


def test_comparing_is_logged_with_both_customers_once(
    client: Client, holts: Proposal, officer: Person
) -> None:
    client.get(QUEUE)
    client.get(QUEUE)

    both = {holts.a.customer.public_id, holts.b.customer.public_id}
    looks = Look.objects.values_list("act", "by", "customer", "reason")
    assert set(looks) == {("review", officer.pk, each, "") for each in both}
    assert len(looks) == 2


def test_a_reason_reveals_both_and_is_logged_with_both(client: Client, holts: Proposal) -> None:
    response = client.post(f"{QUEUE}{holts.pk}/reveal/", REASON, follow=True)

    page = words(response)
    assert "Name Maria Holt Maria Hoult One letter off" in page
    assert "Birth day 4 May 1961 4 May 1961 Same" in page
    assert "Shown to you until 07:45." in page
    assert set(Look.objects.filter(act="reveal").values_list("customer", "reason")) == {
        (each.customer.public_id, "Checking a link") for each in (holts.a, holts.b)
    }


def test_what_is_revealed_hides_itself(
    client: Client, holts: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"{QUEUE}{holts.pk}/"

    shown = client.post(f"{place}reveal/", REASON, headers=HTMX).content.decode()
    assert f'data-revealed hx-get="{place}"' in shown
    assert "load delay:300s" in shown

    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(minutes=5))
    hidden = client.get(place, headers=HTMX).content.decode()
    assert "Maria" not in hidden
    assert "data-revealed" not in hidden


def test_one_card_revealed_is_not_enough(client: Client, holts: Proposal, officer: Person) -> None:
    Look.objects.create(
        at=AT, by=officer, customer=holts.a.customer.public_id, act="reveal", reason="x"
    )

    assert "Maria" not in client.get(QUEUE).content.decode()


def test_curiosity_reveals_nothing(client: Client, holts: Proposal) -> None:
    response = client.post(f"{QUEUE}{holts.pk}/reveal/", {"reason": "Curious"}, follow=True)

    assert "Choose the reason why you need it." in words(response)
    assert not Look.objects.filter(act="reveal").exists()


def test_analysts_decide_without_seeing_names(holts: Proposal) -> None:
    client = signed_in(person(Role.ANALYST))

    assert "Reveal" not in words(client.get(QUEUE)).replace("may reveal them", "")
    assert client.post(f"{QUEUE}{holts.pk}/reveal/", REASON).status_code == 403
    assert answer(client, holts, "apart").status_code == 302


def test_why_two_are_not_one_customer_although_they_share_something(client: Client) -> None:
    unclear = ProposalFactory.create(either=True)
    crowded = {"state": State.GENERIC, "reason": Reason.TOO_MANY_PEOPLE}
    for each in (unclear.a, unclear.b):
        identify(each, "phone", "+441904555123", **crowded)

    page = words(client.get(QUEUE))

    assert "Nobody can say how sure" in page
    assert "Both have the same phone number, but it is shared by too many people" in page
    assert "Phone number ••••• 23 ••••• 23 Same" in page


def test_whom_likeness_alone_shows_as_one_customer(client: Client) -> None:
    page = words(client.get(f"{QUEUE}{probable().pk}/"))

    assert "They are shown as one customer, by likeness only." in page
    assert "Two records are shown as one customer already; joining makes it certain." in page
    assert "No pair waits." in page


def test_an_answer_brings_the_next_pair_with_a_message_and_undo(
    client: Client, holts: Proposal
) -> None:
    following = ProposalFactory.create(weight=1)

    response = answer(client, holts, "joined", headers=HTMX)

    fragment = response.content.decode()
    assert "<main" not in fragment
    assert f"links/{following.pk}/answer/" in fragment
    assert "Joined: they become one customer in a moment." in fragment
    assert "Undo last" in fragment
    assert response.headers["HX-Replace-Url"] == QUEUE
    assert Ruling.objects.get().answer == "joined"
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"link.rule"}


@pytest.mark.parametrize("said", ["joined", "apart", "later"])
def test_whatever_was_said_last_is_undone(client: Client, holts: Proposal, said: str) -> None:
    answer(client, holts, said)
    assert "No pair waits." in words(client.get(QUEUE))

    response = client.post(f"{QUEUE}undo/", follow=True)

    assert response.redirect_chain == [(f"{QUEUE}{holts.pk}/", 302)]
    assert "One decision taken back." in words(response)
    assert "One pair waits." in words(response)
    assert not Ruling.objects.filter(undone_at=None).exists()
    assert "There is nothing of yours to undo." in words(client.post(f"{QUEUE}undo/", follow=True))


def test_a_colleague_is_not_overruled_unawares(client: Client, holts: Proposal) -> None:
    answer(signed_in(person(Role.ADMIN, name="Dana")), holts, "apart")

    late = words(answer(client, holts, "joined", follow=True))

    assert "Somebody has decided on this pair already." in late
    assert Ruling.objects.get().answer == "apart"
    page = words(client.get(f"{QUEUE}{holts.pk}/"))
    assert "Decided: Tills and Shop are two people. Dana said so." in page
    assert "Not the same" not in page


def test_a_pair_that_is_gone_leads_to_the_next(client: Client, holts: Proposal) -> None:
    gone = holts.pk
    holts.delete()

    page = words(client.post(f"{QUEUE}{gone}/answer/", {"answer": "joined"}, follow=True))

    assert "This pair is no longer proposed." in page
    assert client.get(f"{QUEUE}{gone}/").status_code == 404
    assert client.post(f"{QUEUE}{gone}/reveal/", REASON).status_code == 404


def test_an_answer_that_is_none_is_not_taken(client: Client, holts: Proposal) -> None:
    assert answer(client, holts, "perhaps").status_code == 404
    assert not Ruling.objects.exists()


def test_a_card_leads_to_the_pair(holts: Proposal) -> None:
    address = f"/customers/{holts.a.customer.public_id}/"
    link = f'href="{QUEUE}{holts.pk}/"'

    assert link in signed_in(person(Role.PRIVACY)).get(address).content.decode()
    assert link not in signed_in(person(Role.ASSOCIATE)).get(address).content.decode()
