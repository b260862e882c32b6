"""Linking: records of one person become one customer, whatever the order; and come apart again."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.actions.linking import link_everybody, link_unlinked
from customers.actions.rulings import report_wrong_link, rule, undo
from customers.identity.rules import Reason, State
from customers.intake.identifiers import digest
from customers.models import (
    Customer,
    Identifier,
    Move,
    Proposal,
    Record,
    Ruling,
    Source,
    StaleWeek,
    Unlinked,
)
from strategy.models import Role
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import Bring

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
Person = tuple[str, str]


@pytest.fixture
def sources() -> list[Source]:
    return [SourceFactory.create(key=key) for key in ("shop", "till", "mail")]


def partition() -> set[frozenset[Person]]:
    """Return who is one person with whom, by source and name."""
    found: dict[int, set[Person]] = {}
    for source, name, customer in Record.objects.values_list(
        "source__key", "external_id", "customer_id"
    ):
        found.setdefault(customer, set()).add((source, name))
    return {frozenset(one) for one in found.values()}


def linked() -> int:
    with connection.cursor() as cursor:
        return link_everybody(cursor, at=AT, cause="test").moved


def linked_unlinked() -> None:
    with connection.cursor() as cursor:
        link_unlinked(cursor, at=AT, cause="test")


def identified(source: Source, kind: str, value: str) -> Record:
    record = RecordFactory.create(source=source)
    give(record, kind, value)
    return record


def give(record: Record, kind: str, value: str) -> None:
    Identifier.objects.create(record=record, kind=kind, digest=digest(kind, value, b"test"))


def test_one_address_in_two_sources_is_one_person(sources: list[Source], bring: Bring) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,ada@example.org\nB,bo@example.org\n")
    eldest = Record.objects.get(external_id="A")

    bring(till, "external_id,email\nX, ADA+till@Example.org \nY,cy@example.org\n")

    assert partition() == {
        frozenset({("shop", "A"), ("till", "X")}),
        frozenset({("shop", "B")}),
        frozenset({("till", "Y")}),
    }
    assert Record.objects.get(external_id="X").customer_id == eldest.id


def test_links_reach_on_from_record_to_record(sources: list[Source], bring: Bring) -> None:
    shop, till, mail = sources
    bring(shop, "external_id,email\nA,ada@example.org\n")
    bring(till, "external_id,loyalty_card\nX,1234-5678\n")
    assert len(partition()) == 2

    bring(mail, "external_id,email,loyalty_card\nM,ada@example.org,1234 5678\n")

    assert partition() == {frozenset({("shop", "A"), ("till", "X"), ("mail", "M")})}


def test_people_who_share_an_address_are_told_apart_by_their_names(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, _ = sources
    bring(
        shop, "external_id,email,full_name\nA,us@example.org,Ada Byron\nB,us@example.org,Bo Lee\n"
    )
    bring(till, "external_id,email,full_name\nX,us@example.org,Ada Byron\n")

    assert partition() == {
        frozenset({("shop", "A"), ("till", "X")}),
        frozenset({("shop", "B")}),
    }


def test_a_register_has_no_two_records_of_one_person(bring: Bring) -> None:
    shop = SourceFactory.create(key="shop", is_register=True)
    till = SourceFactory.create(key="till")
    bring(shop, "external_id,email\nA,us@example.org\nB,us@example.org\n")
    bring(till, "external_id,email\nX,us@example.org\n")

    assert len(partition()) == 3


def test_a_value_that_a_crowd_carries_joins_nobody_and_says_so(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,wifi_device\nA,kiosk\n")
    bring(till, "external_id,wifi_device\nX,kiosk\n")
    assert len(partition()) == 1

    bring(shop, "external_id,wifi_device\n" + "".join(f"P{n},kiosk\n" for n in range(40)))

    assert len(partition()) == 42
    assert set(Identifier.objects.values_list("state", "reason")) == {
        (State.GENERIC, Reason.TOO_MANY_PEOPLE)
    }


def test_the_same_text_as_card_and_as_account_joins_nobody(
    sources: list[Source], bring: Bring
) -> None:
    bring(sources[0], "external_id,loyalty_card\nA,12345\n")
    bring(sources[1], "external_id,account_id\nX,12345\n")

    assert len(partition()) == 2


def test_a_split_gives_every_id_back(sources: list[Source], bring: Bring) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,ada@example.org\n")
    bring(till, "external_id,email\nX,other@example.org\n")
    before = dict(Record.objects.values_list("external_id", "customer__public_id"))
    bring(till, "external_id,email\nX,ada@example.org\n")
    assert Customer.objects.filter(records__isnull=False).distinct().count() == 1

    bring(till, "external_id,email\nX,other@example.org\n")

    assert dict(Record.objects.values_list("external_id", "customer__public_id")) == before


def test_a_value_that_was_taken_back_joins_no_more(sources: list[Source], bring: Bring) -> None:
    shop, till, mail = sources
    bring(shop, "external_id,email,full_name\nA,us@example.org,Ada Byron\n")
    bring(till, "external_id,email,full_name\nX,us@example.org,Bo Lee\n")
    bring(mail, "external_id,email\nM,us@example.org\n")
    assert len(partition()) == 3, "M may be either"

    bring(till, "external_id,email\nX,bo@example.org\n")

    assert frozenset({("shop", "A"), ("mail", "M")}) in partition()


def test_who_may_be_either_of_two_people_waits_for_review(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, mail = sources
    bring(shop, "external_id,email,full_name\nA,us@example.org,Ada Byron\n")
    bring(till, "external_id,email,full_name\nX,us@example.org,Bo Lee\n")

    bring(mail, "external_id,email\nM,us@example.org\n")

    either = Proposal.objects.values_list("a__external_id", "b__external_id", "tier")
    assert set(either) == {("A", "M", "review"), ("X", "M", "review")}


def test_a_person_has_the_last_word(sources: list[Source], bring: Bring) -> None:
    shop, till, mail = sources
    bring(shop, "external_id,email\nA,ada@example.org\n")
    bring(till, "external_id,email\nX,ada@example.org\n")
    bring(mail, "external_id,email\nM,other@example.org\n")
    a, x, m = (Record.objects.get(external_id=name) for name in "AXM")
    by = person(Role.ANALYST)

    rule(one=a, other=x, answer=Ruling.Answer.APART, by=by, at=AT)
    joined = rule(one=m, other=a, answer=Ruling.Answer.JOINED, by=by, at=AT)
    linked_unlinked()

    assert partition() == {
        frozenset({("shop", "A"), ("mail", "M")}),
        frozenset({("till", "X")}),
    }
    assert linked() == 0, "a pass over everybody changes nothing of it"
    assert undo(rulings=[joined], by=by, at=AT) == [joined]
    linked_unlinked()
    assert len(partition()) == 3


def test_a_wrong_link_that_is_reported_comes_apart(sources: list[Source], bring: Bring) -> None:
    shop, till, mail = sources
    for source, name in ((shop, "A"), (till, "X"), (mail, "M")):
        bring(source, f"external_id,email\n{name},ada@example.org\n")
    wrong = Record.objects.get(external_id="X")

    report_wrong_link(record=wrong, by=person(Role.ANALYST), at=AT, reason="Not her")
    linked_unlinked()

    assert partition() == {
        frozenset({("shop", "A"), ("mail", "M")}),
        frozenset({("till", "X")}),
    }
    assert Move.objects.filter(record=wrong).order_by("-id").values_list("joined").first() == (
        wrong.pk,
    )


def test_the_weeks_of_who_moved_become_stale_and_no_others(
    sources: list[Source], bring: Bring
) -> None:
    shop, till, _ = sources
    bring(shop, "external_id,email\nA,ada@example.org\nB,bo@example.org\n")
    bring(till, "external_id,email\nX,\n")
    for name, day in (("A", 3), ("B", 10), ("X", 17)):
        record = Record.objects.get(external_id=name)
        EventFactory.create(record=record, at=datetime(2026, 11, day, tzinfo=UTC))
    assert not StaleWeek.objects.exists()

    bring(till, "external_id,email\nX,ada@example.org\n")

    assert list(StaleWeek.objects.values_list("week_on", flat=True)) == [date(2026, 11, 16)]


def test_linking_again_moves_nobody(sources: list[Source]) -> None:
    identified(sources[0], "email", "same")
    identified(sources[1], "email", "same")

    assert [linked(), linked()] == [1, 0]


VALUES = st.sampled_from(["a", "b", "c", "d"])
NAMES = st.sampled_from(["", "Ada Byron", "Bo Lee"])
PEOPLE = st.lists(
    st.tuples(st.integers(0, 2), st.none() | VALUES, st.none() | VALUES, NAMES),
    min_size=2,
    max_size=8,
)


@given(people=PEOPLE, taken=st.lists(st.integers(0, 7), max_size=2))
@settings(max_examples=25, deadline=None)
def test_linking_what_was_touched_gives_what_linking_everybody_gives(
    people: list[tuple[int, str | None, str | None, str]], taken: list[int]
) -> None:
    """Whoever arrives, and whatever is taken back."""
    Identifier.objects.all().delete()
    Record.objects.all().delete()
    sources = [
        Source.objects.filter(key=f"s{n}").first() or SourceFactory.create(key=f"s{n}")
        for n in range(3)
    ]
    for place, (source, email, card, name) in enumerate(people):
        record = RecordFactory.create(
            source=sources[source], external_id=f"P{place}", attributes={"full_name": name}
        )
        for kind, value in (("email", email), ("loyalty_card", card)):
            if value is not None:
                give(record, kind, value)
        Unlinked.objects.create(record=record)
        linked_unlinked()
    for place in taken:
        for lost in Identifier.objects.filter(record__external_id=f"P{place}", kind="email"):
            with_it = Identifier.objects.filter(kind="email", digest=lost.digest)
            Unlinked.objects.bulk_create(Unlinked(record_id=one.record_id) for one in with_it)
            lost.delete()
        linked_unlinked()
    step_by_step = partition()

    assert linked() == 0
    assert partition() == step_by_step
