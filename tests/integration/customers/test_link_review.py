"""Deciding which records are one person, and what was decided."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.actions import work as ledger
from customers.actions.linking import link_everybody, link_unlinked
from customers.identity.rules import Reason, State
from customers.intake.identifiers import digests
from customers.intake.sealing import Keys
from customers.models import Identifier, LinkRun, Look, Proposal, Record, Ruling, Source, Work
from strategy.models import AuditEntry, Person, Role
from tests.factories.customers import (
    AT,
    LinkModelFactory,
    ProposalFactory,
    RecordFactory,
    SourceFactory,
)
from tests.factories.strategy import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker", "now")]

QUEUE = "/customers/links/"
MADE = f"{QUEUE}made/"
HTMX = {"HX-Request": "true"}
REASON = {"reason": "Checking a link"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def officer() -> Person:
    return person(Role.PRIVACY, name="Kim Park")


@pytest.fixture
def client(officer: Person) -> Client:
    return signed_in(officer)


def signed_in(somebody: Person) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def record_of(source_key: str, other: Record | None = None, **said: Any) -> Record:
    source = Source.objects.filter(key=source_key).first() or SourceFactory.create(key=source_key)
    record = RecordFactory.create(source=source, attributes=said)
    if other:
        record.customer, record.certain_id = other.customer, other.certain_id
        record.save()
    return record


def identify(record: Record, kind: str, value: str, **more: Any) -> None:
    key = settings.IDENTITY_KEY.encode()[:64]
    sealed = Keys(settings.IDENTIFIER_KEYS).seal(kind, [value])[0]
    found = digests(kind, [value], key)[0]
    Identifier.objects.create(record=record, kind=kind, digest=found, sealed=sealed, **more)


@pytest.fixture
def holts() -> Proposal:
    """Return Maria with two records at the tills, and whoever may be her in the shop."""
    maria = record_of("tills", full_name="Maria Holt", city="York", born_on="1961-05-04")
    record_of("tills", maria)
    shop = record_of("shop", full_name="Maria Hoult", city="Leeds", born_on="1961-05-04")
    identify(maria, "email", "maria@example.org")
    identify(maria, "phone", "+441904555123")
    identify(shop, "phone", "+441904555132")
    return ProposalFactory.create(a=maria, b=shop)


def words(response: Any) -> str:
    text = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def answer(client: Client, proposal: Proposal, said: str, **how: Any) -> Any:
    return client.post(f"{QUEUE}{proposal.pk}/answer/", {"answer": said}, **how)


def linked(*, everybody: bool = False) -> None:
    with connection.cursor() as cursor:
        (link_everybody if everybody else link_unlinked)(cursor, at=AT, cause="test")


def resolved() -> None:
    work_id = ledger.give(kind="resolve", arguments={}, at=AT, ring_now=False)
    work = ledger.see_through(work_id, clock=lambda: AT)
    assert work.state == Work.State.DONE, work.error


def one_person(proposal: Proposal) -> bool:
    a, b = Record.objects.get(pk=proposal.a_id), Record.objects.get(pk=proposal.b_id)
    return a.customer_id == b.customer_id


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


def ruled(proposal: Proposal, said: str = "apart", name: str = "Alun Pryce") -> Ruling:
    by = Person.objects.filter(name=name).first() or person(Role.ANALYST, name=name)
    return Ruling.objects.create(a=proposal.a, b=proposal.b, answer=said, at=AT, by=by)


def probable(tier: str = "probable") -> Proposal:
    a = record_of("letters")
    b = record_of("calls", a)
    b.certain_id = b.pk
    b.save()
    return ProposalFactory.create(a=a, b=b, tier=tier, weight=12)


def passed(**figures: Any) -> None:
    known = {"records": 10, "customers": 8, "largest": 2, "generic_values": 0, "review": 1}
    LinkRun.objects.create(at=AT, rules_version=1, figures=known | {"seconds": 1.5} | figures)


def chosen(client: Client, *keys: str) -> str:
    return words(client.post(f"{MADE}undo/", {"chosen": list(keys)}, follow=True))


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


def test_a_card_leads_to_the_pair(holts: Proposal) -> None:
    address = f"/customers/{holts.a.customer.public_id}/"
    link = f'href="{QUEUE}{holts.pk}/"'

    assert link in signed_in(person(Role.PRIVACY)).get(address).content.decode()
    assert link not in signed_in(person(Role.ASSOCIATE)).get(address).content.decode()


@pytest.fixture
def same() -> Proposal:
    """Return a pair that the machine joins: they share an e-mail address."""
    a, b = record_of("tills"), record_of("shop")
    for each in (a, b):
        identify(each, "email", "maria@example.org")
    return ProposalFactory.create(a=a, b=b)


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
