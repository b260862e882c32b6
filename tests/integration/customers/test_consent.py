"""What people allow: told by files, live events, opt-outs and staff; the most careful counts."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection

from customers.actions.consent import note_answer, tell
from customers.actions.linking import link_everybody
from customers.models import Consent, Customer, Identifier, Record, Source, Work
from customers.queries.consent import allowed_records, consents_of, is_allowed, register
from strategy.language.channels import OURS, channel_word, channel_word_sql
from strategy.models import AuditEntry, Role
from strategy.permissions import NotAllowed
from tests.factories.customers import EventFactory, RecordFactory, SourceFactory
from tests.factories.strategy import person
from tests.integration.conftest import NOW, Bring
from tests.sender import Sender

pytestmark = pytest.mark.django_db

HEAD = "external_id,updated_at,consent.email.news\n"


@pytest.fixture
def shop() -> Source:
    return SourceFactory.create(key="web-shop", name="Web shop")


def told(name: str = "A") -> list[tuple[str, bool]]:
    rows = Consent.objects.filter(record__external_id=name).order_by("told_at", "pk")
    return [(one.told_at.strftime("%d %H"), one.is_allowed) for one in rows]


def holds(name: str = "A", channel: str = "email", purpose: str = "news") -> bool:
    return is_allowed(Record.objects.get(external_id=name).certain_id, channel, purpose)


def say(record: Record, answer: bool, at: datetime = NOW, channel: str = "email") -> None:
    Consent.objects.create(
        record=record, channel=channel, purpose="news", is_allowed=answer, told_at=at
    )


def note(customer: Customer, *, answer: bool, at: datetime = NOW, channel: str = "email") -> None:
    note_answer(
        customer=customer,
        channel=channel,
        purpose="news",
        is_allowed=answer,
        evidence="Rang",
        by=person(Role.ASSOCIATE, name="Dana"),
        at=at,
    )


def test_an_answer_of_a_file_has_a_row_with_its_own_moment(shop: Source, bring: Bring) -> None:
    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,yes\nB,,no\nC,,\n")

    assert told("A") == [("05 10", True)]
    assert Consent.objects.get(record__external_id="B").told_at == NOW
    assert (holds("A"), holds("B"), holds("C")) == (True, False, False)
    assert "consent.email.news" not in Record.objects.get(external_id="A").attributes


def test_only_another_answer_is_news_and_counts_as_a_change(shop: Source, bring: Bring) -> None:
    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,yes\n")

    assert bring(shop, "external_id,consent.email.news\nA,yes\n").changed_count == 0
    assert bring(shop, "external_id,consent.email.news\nA,no\n").changed_count == 1
    assert told() == [("05 10", True), ("23 07", False)]


def test_an_older_answer_finds_its_place_and_changes_nothing(shop: Source, bring: Bring) -> None:
    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,yes\n")
    bring(shop, f"{HEAD}A,2026-11-03T10:00:00Z,no\n")

    assert told() == [("03 10", False), ("05 10", True)]
    assert holds()


@pytest.mark.parametrize("rows", ["A,{0},yes\nA,{0},no\n", "A,{0},no\nA,{0},yes\n"])
def test_of_two_answers_at_one_moment_the_no_counts(shop: Source, bring: Bring, rows: str) -> None:
    bring(shop, HEAD + rows.format("2026-11-05T10:00:00Z"))

    assert not holds()


def test_a_no_of_the_moment_of_a_yes_counts(shop: Source, bring: Bring) -> None:
    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,yes\n")
    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,no\n")
    assert not holds()

    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,yes\n")
    assert not holds()


def test_what_a_system_repeats_takes_no_word_to_staff_back(shop: Source, bring: Bring) -> None:
    bring(shop, f"{HEAD}A,2026-11-05T10:00:00Z,yes\n")
    customer = Record.objects.get().customer
    note(customer, answer=False, at=datetime(2026, 11, 20, 12, tzinfo=UTC))

    bring(shop, f"{HEAD}A,2026-11-22T10:00:00Z,yes\n")
    assert not holds()

    bring(shop, f"{HEAD}A,2026-11-22T11:00:00Z,no\n")
    bring(shop, f"{HEAD}A,2026-11-22T12:00:00Z,yes\n")
    assert holds()


def answered(record: Record, answer: bool, way: str, day: int) -> None:
    """Have an answer to news by email told as our importers do."""
    with connection.cursor() as cursor:
        tell(cursor, [{
            "record_id": record.pk, "channel": "email", "purpose": "news", "is_allowed": answer,
            "told_at": datetime(2026, 11, day, tzinfo=UTC), "way": way, "evidence": "",
        }])  # fmt: skip


@pytest.mark.parametrize("elsewhere", ["opt_out", "staff", "file"])
@pytest.mark.parametrize(("system", "other"), [("record", "live"), ("live", "record")])
def test_a_systems_first_yes_takes_no_word_said_elsewhere_back(
    shop: Source, elsewhere: str, system: str, other: str
) -> None:
    one = RecordFactory.create(source=shop)
    answered(one, False, elsewhere, 3)
    answered(one, True, system, 4)
    answered(one, True, other, 5)
    assert not is_allowed(one.pk, "email", "news")

    answered(one, False, system, 6)
    answered(one, True, other, 7)
    assert is_allowed(one.pk, "email", "news")


def test_a_systems_records_and_live_events_are_one_history(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    answered(one, True, "record", 1)
    answered(one, True, "live", 2)
    answered(one, False, "file", 3)
    answered(one, True, "live", 4)

    assert [row.way for row in Consent.objects.order_by("told_at")] == ["record", "file"]


def test_a_systems_first_yes_does_not_lift_an_opt_out_of_every_channel(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    Consent.objects.create(
        record=one, channel="every", purpose="news", is_allowed=False, told_at=NOW, way="opt_out"
    )
    answered(one, True, "record", 30)

    assert not is_allowed(one.pk, "email", "news")


def test_what_staff_note_is_a_row_also_where_it_says_the_same(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    say(one, False, NOW - timedelta(days=1))

    note(one.customer, answer=False)

    assert Consent.objects.filter(way="staff").count() == 1


def test_an_opt_out_is_a_no_to_marketing(shop: Source, bring: Bring) -> None:
    bring(
        shop, "external_id,consent.text.marketing,consent.email.marketing\nA,yes,yes\nB,yes,yes\n"
    )
    events = "event,event_id,external_id,at,channel\nopt_out,e1,A,{},SMS\nopt_out,e2,B,{},\n"
    bring(shop, events.format(*["2026-11-23T07:45:00Z"] * 2))

    assert (holds("A", "text", "marketing"), holds("A", "email", "marketing")) == (False, True)
    assert (holds("B", "text", "marketing"), holds("B", "email", "marketing")) == (False, False)
    assert {one.channel for one in consents_of(Record.objects.get(external_id="B").pk)} == {
        "email", "every", "text",
    }  # fmt: skip
    assert Consent.objects.get(channel="text", way="opt_out").evidence == "Event e1"


@pytest.mark.parametrize("said", ["phone", "Telephone", "phone call"])
def test_an_opt_out_by_phone_stops_calls(shop: Source, bring: Bring, said: str) -> None:
    bring(shop, "external_id,consent.call.marketing\nA,yes\n")

    bring(
        shop,
        f"event,event_id,external_id,at,channel\nopt_out,e1,A,2026-11-23T07:45:00Z,{said}\n",
    )

    assert not holds("A", "call", "marketing")


def test_staff_may_say_phone_for_a_call(shop: Source) -> None:
    ada = RecordFactory.create(source=shop, external_id="A")
    say(ada, True, channel="call")

    note(ada.customer, answer=False, channel="phone", at=NOW + timedelta(hours=1))

    assert not holds("A", "call")
    assert AuditEntry.objects.get().sentence == "Noted a customer’s answer to news by call: no."


def test_every_word_for_a_channel_is_read_alike_by_python_and_the_database() -> None:
    words = [*OURS, *(word.replace("_", "-").upper() for word in OURS), " Post ", "In-App", ""]

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {channel_word_sql('said')} FROM unnest(%s::text[]) said",  # noqa: S608  our own words
            [words],
        )
        found = [word for (word,) in cursor.fetchall()]

    assert found == [channel_word(word) for word in words]
    assert channel_word("In-App") == "in-app"


def test_answers_by_phone_are_told_anew_as_answers_to_calls(shop: Source) -> None:
    one_word = import_module("customers.migrations.0012_one_word_for_a_channel")
    ada, ben = RecordFactory.create_batch(2, source=shop)
    say(ada, True, channel="call")
    say(ada, False, channel="phone")
    say(ben, True, channel="phone")
    say(ben, False, channel="email")

    with connection.cursor() as cursor:
        cursor.execute(one_word.TELL_ANEW)

    rows = Consent.objects.order_by("record", "channel", "told_at")
    assert list(rows.values_list("record", "channel", "is_allowed", "told_at")) == [
        (ada.pk, "call", True, NOW),
        (ada.pk, "call", False, NOW + timedelta(microseconds=1)),
        (ben.pk, "call", True, NOW),
        (ben.pk, "email", False, NOW),
    ]


def test_live_answers_and_opt_outs(shop: Source) -> None:
    live = Sender(shop)
    yes = {"consent": {"categoryPreferences": {"email.marketing": True, "email.news": True}}}
    message = {"type": "identify", "userId": "A", "context": yes}
    live.batch(message | {"timestamp": "2026-11-05T10:00:00Z"})
    live.batch({
        "type": "track", "event": "Unsubscribed", "userId": "A", "messageId": "m",
        "timestamp": "2026-11-06T10:00:00Z",
    })  # fmt: skip
    live.batch(message | {"timestamp": "2026-11-07T10:00:00Z"})

    assert holds("A", "email", "news")
    assert not holds("A", "email", "marketing")


def test_the_most_restrictive_answer_of_certain_records_counts(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    other = RecordFactory.create(customer=one.customer, certain_id=one.pk)
    say(one, True)
    assert is_allowed(one.pk, "email", "news")

    say(other, False, NOW - timedelta(days=9))

    assert not is_allowed(one.pk, "email", "news")
    (row,) = consents_of(one.pk)
    assert (row.is_allowed, row.source, len(row.history)) == (False, other.source.name, 2)
    assert [(r.channel, r.yes, r.no) for r in register()] == [("email", 0, 1)]


def test_a_probable_link_never_widens_consent(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    probable = RecordFactory.create(customer=one.customer)
    say(probable, True)

    assert not is_allowed(one.pk, "email", "news")
    assert consents_of(one.pk) == []
    assert list(allowed_records("email", "news")) == [probable]


def test_a_merge_and_its_undoing_work_consent_out_again(bring: Bring) -> None:
    shop, app = SourceFactory.create(), SourceFactory.create()
    bring(shop, "external_id,email,consent.email.news\nA,a@example.org,yes\n")
    assert holds("A")

    bring(app, "external_id,email,consent.email.news\nX,a@example.org,no\n")
    assert not holds("A")

    Identifier.objects.filter(record__external_id="X").delete()
    with connection.cursor() as cursor:
        link_everybody(cursor, at=NOW, cause="test")
    assert (holds("A"), holds("X")) == (True, False)


def test_staff_note_an_answer_and_another_takes_it_back(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    other = RecordFactory.create(customer=one.customer, certain_id=one.pk)
    say(other, False, NOW - timedelta(days=9))

    note(one.customer, answer=True)
    assert is_allowed(one.pk, "email", "news")
    assert consents_of(one.pk)[0].source == "Dana"

    note(one.customer, answer=False, at=NOW + timedelta(seconds=1))
    assert not is_allowed(one.pk, "email", "news")
    assert "Rang" not in AuditEntry.objects.latest("pk").sentence
    with pytest.raises(NotAllowed):
        note_answer(
            customer=one.customer, channel="email", purpose="news", is_allowed=True,
            evidence="", by=person(Role.EXECUTIVE), at=NOW,
        )  # fmt: skip


def test_a_yes_after_an_opt_out_of_every_channel_holds_for_its_own(shop: Source) -> None:
    one = RecordFactory.create(source=shop)
    say(one, False, NOW - timedelta(days=1), channel="every")
    assert not is_allowed(one.pk, "email", "news")

    note(one.customer, answer=True)

    assert is_allowed(one.pk, "email", "news")
    assert not is_allowed(one.pk, "text", "news")


def test_answers_are_never_changed(shop: Source) -> None:
    say(RecordFactory.create(source=shop), True)

    with pytest.raises(DatabaseError, match="Cannot update"):
        Consent.objects.update(is_allowed=False)


def test_the_register_counts_as_yes_who_may_be_contacted(shop: Source) -> None:
    ada, bob, cyd = (RecordFactory.create(source=shop) for _ in range(3))
    for record in (ada, bob, cyd):
        say(record, True, NOW - timedelta(days=2))
    say(ada, False, NOW - timedelta(days=1), channel="every")
    say(bob, False, NOW - timedelta(days=3), channel="every")

    rows = {row.channel: (row.yes, row.no) for row in register()}

    assert rows == {"email": (2, 1), "every": (0, 2)}
    assert rows["email"][0] == allowed_records("email", "news").count()


def test_what_was_known_before_this_table_moves_into_it(shop: Source) -> None:
    known = import_module("customers.migrations.0006_what_was_known")
    ada = RecordFactory.create(
        source=shop,
        attributes={
            "city": "Leeds",
            "updated_at": "2026-11-05T10:00:00Z",
            "consent.SMS.Marketing": True,
            "consent.e-mail.marketing": True,
            "consent.email.news": True,
        },
    )
    early, late = datetime(2026, 11, 4, tzinfo=UTC), datetime(2026, 11, 6, tzinfo=UTC)
    EventFactory.create(record=ada, kind="opt_out", channel="E-Mail", at=early, event_id="m1")
    EventFactory.create(record=ada, kind="spam_report", channel="", at=late, event_id="m2")
    EventFactory.create(record=None, kind="opt_out", at=late)

    with connection.cursor() as cursor:
        cursor.execute(known.MOVE)
        cursor.execute(known.RESOLVE)

    rows = Consent.objects.order_by("channel", "purpose")
    assert list(rows.values_list("channel", "purpose", "is_allowed", "way", "evidence")) == [
        ("email", "marketing", False, "opt_out", "Event m1"),
        ("email", "news", True, "record", ""),
        ("every", "marketing", False, "opt_out", "Event m2"),
        ("text", "marketing", True, "record", ""),
    ]
    ada.refresh_from_db()
    assert set(ada.attributes) == {"city", "updated_at"}
    assert not is_allowed(ada.pk, "text", "marketing")
    (work,) = Work.objects.all()
    assert (work.kind, work.arguments, work.state) == ("resolve", {}, "waiting")
