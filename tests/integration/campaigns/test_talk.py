"""Comments, who follows, who is told, and by mail."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns.actions import decisions, plans, talk
from campaigns.actions.audiences import choose_audience
from campaigns.actions.holdout import give_draw
from campaigns.models import Comment, Draw, Follow, Initiative, Mail, Notice
from campaigns.queries.history import history_of
from campaigns.queries.talk import follows, mentioned_in, notices_of, unread_count
from customers.actions import work as ledger
from customers.models import Work
from strategy.models import AuditEntry, Person, Role
from strategy.permissions import NotAllowed
from tests.factories.audiences import analyst, failed, freshened, people, planned, version
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.strategy import PersonFactory, person
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
TODAY = date(2026, 11, 22)


@pytest.fixture
def mei() -> Person:
    return person(Role.MEMBER, DepartmentFactory.create(key="service"), name="Mei Tan")


@pytest.fixture
def tom() -> Person:
    return person(Role.HEAD, DepartmentFactory.create(), name="Tom Reyes")


@pytest.fixture
def lights(tom: Person) -> Initiative:
    return InitiativeFactory.create(name="Lights", owner=tom)


def told(somebody: Person) -> list[tuple[str, str]]:
    return [(row.sentence, row.why) for row in notices_of(somebody, LATER)]


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("to__name", "subject"))


def send_all(at: datetime = LATER) -> list[str]:
    """Do all mail that waits, here and now; return in which state each piece of work is left."""
    for work in Work.objects.filter(kind="mail").order_by("pk"):
        ledger.run(work.pk, clock=lambda: at)
    return list(Work.objects.filter(kind="mail").order_by("pk").values_list("state", flat=True))


def test_a_comment_stands_in_the_history(lights: Initiative, mei: Person) -> None:
    talk.comment(initiative=lights, text="41 calls about it.", by=mei, at=AT)

    (entry,) = history_of(lights.pk, TODAY)
    assert (entry.sentence, entry.by, entry.department, entry.is_comment) == (
        "41 calls about it.",
        "Mei Tan",
        "Service",
        True,
    )


def test_associates_do_not_comment(lights: Initiative) -> None:
    associate = person(Role.ASSOCIATE, DepartmentFactory.create())

    with pytest.raises(NotAllowed, match="Associates read initiatives"):
        talk.comment(initiative=lights, text="Hm.", by=associate, at=AT)


def test_every_wording_of_a_comment_is_kept(lights: Initiative, mei: Person) -> None:
    comment = talk.comment(initiative=lights, text="41 calls.", by=mei, at=AT)

    talk.change_comment(comment=comment, text="42 calls.", by=mei, at=LATER)
    talk.change_comment(comment=comment, text="43 calls.", by=mei, at=LATER)

    (entry,) = history_of(lights.pk, TODAY)
    assert (entry.sentence, entry.earlier) == ("43 calls.", ("42 calls.", "41 calls."))


def test_only_its_author_changes_a_comment(lights: Initiative, mei: Person, tom: Person) -> None:
    comment = talk.comment(initiative=lights, text="41 calls.", by=mei, at=AT)

    with pytest.raises(NotAllowed, match="Only Mei Tan, who wrote it"):
        talk.change_comment(comment=comment, text="No calls.", by=tom, at=LATER)


def test_the_database_keeps_who_said_it(lights: Initiative, mei: Person, tom: Person) -> None:
    comment = talk.comment(initiative=lights, text="41 calls.", by=mei, at=AT)

    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(by=tom)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ask @Ann Marie Lee.", ["Ann Marie Lee"]),
        ("@ann marie, please", ["Ann Marie"]),
        ("@Ann Marieke", []),
        ("Ann Marie", []),
        ("@Ann Marie and @Tom Reyes", ["Ann Marie", "Tom Reyes"]),
        ("@Gone Away", []),
        ("mail@", []),
    ],
)
def test_whom_a_text_mentions(tom: Person, text: str, names: list[str]) -> None:
    assert tom.is_active
    for name in ("Ann Marie", "Ann Marie Lee"):
        PersonFactory.create(name=name)
    PersonFactory.create(name="Gone Away", is_active=False)

    assert [person.name for person in mentioned_in(text)] == names


def test_the_owner_and_whoever_comments_follow_until_they_say_no(
    lights: Initiative, mei: Person, tom: Person
) -> None:
    assert (follows(lights, tom), follows(lights, mei)) == (True, False)

    talk.comment(initiative=lights, text="Hm.", by=mei, at=AT)
    talk.follow(initiative=lights, is_on=False, by=tom)
    assert (follows(lights, tom), follows(lights, mei)) == (False, True)

    talk.follow(initiative=lights, is_on=False, by=mei)
    talk.comment(initiative=lights, text="Once more.", by=mei, at=AT)
    assert not follows(lights, mei)


def test_followers_and_who_is_mentioned_are_told_once_each(
    lights: Initiative, mei: Person, tom: Person
) -> None:
    talk.comment(initiative=lights, text="@Tom Reyes, 41 calls.", by=mei, at=AT)
    talk.comment(initiative=lights, text="We stop it.", by=tom, at=LATER)

    assert told(tom) == [("@Tom Reyes, 41 calls.", "You were mentioned")]
    assert told(mei) == [("We stop it.", "You follow it")]
    assert mails() == [
        ("Tom Reyes", "Mei Tan mentioned you on “Lights”"),
        ("Mei Tan", "Tom Reyes commented on “Lights”"),
    ]


def test_whom_a_new_wording_mentions_is_told(lights: Initiative, mei: Person, tom: Person) -> None:
    ann = PersonFactory.create(name="Ann Lee")
    comment = talk.comment(initiative=lights, text="@Tom Reyes?", by=mei, at=AT)

    talk.change_comment(comment=comment, text="@Tom Reyes, @Ann Lee?", by=mei, at=LATER)

    assert (unread_count(tom), told(ann)) == (1, [("@Tom Reyes, @Ann Lee?", "You were mentioned")])


def test_followers_are_told_of_decisions(mei: Person, tom: Person) -> None:
    live = InitiativeFactory.create(name="Lights", owner=mei, status="live")

    decisions.decide(
        initiative=live, verdict="harm", choice="stop", reason="It harms.", by=tom, at=AT
    )

    assert mails() == [("Mei Tan", "Tom Reyes decided on “Lights”")]


@pytest.mark.parametrize(
    ("status", "step", "sentence", "did"),
    [
        ("agreed", plans.launch, "Launched.", "launched"),
        ("live", plans.pause, "Paused: No stock.", "paused"),
        ("paused", plans.resume, "Resumed.", "resumed"),
        ("live", plans.end, "Ended: No stock.", "ended"),
        ("agreed", plans.end, "Called off before the launch: No stock.", "ended"),
    ],
)
def test_followers_are_told_of_what_customers_notice(
    mei: Person, tom: Person, *, status: str, step: Callable[..., object], sentence: str, did: str
) -> None:
    lights = InitiativeFactory.create(
        name="Lights", owner=mei, status=status, starts_on=AT.date(), created_at=AT
    )
    reason = {"reason": "No stock."} if step in {plans.pause, plans.end} else {}

    step(initiative=lights, by=tom, at=LATER, **reason)

    assert told(mei) == [(sentence, "You follow it")]
    assert told(tom) == []
    assert mails() == [("Mei Tan", f"Tom Reyes {did} “Lights”")]
    assert Work.objects.filter(kind="mail").count() == 1


def test_a_launch_that_waits_for_its_arms_is_told_once_they_are_drawn(
    mei: Person, tom: Person
) -> None:
    agreed = planned(owner=mei, status="agreed", starts_on=AT.date())
    choose_audience(initiative=agreed, version=version(), by=tom, at=AT)
    people(4)

    plans.launch(initiative=agreed, by=tom, at=LATER)
    assert mails() == []
    freshened(LATER)
    ledger.see_through(Draw.objects.get().work_id, clock=lambda: LATER)

    assert [to for to, _ in mails()] == ["Mei Tan"]


def test_who_launched_is_said_whoever_asked_for_the_draw(tom: Person) -> None:
    agreed = planned(status="agreed", starts_on=AT.date())
    choose_audience(initiative=agreed, version=version(), by=tom, at=AT)
    people(4)
    draw = give_draw(initiative=agreed, by=analyst(), at=AT)

    plans.launch(initiative=agreed, by=tom, at=LATER)
    freshened(LATER)
    ledger.see_through(draw.work_id, clock=lambda: LATER)

    assert AuditEntry.objects.get(act="initiative.launch").by == tom


def test_a_launch_draws_again_what_failed(tom: Person) -> None:
    agreed = planned(status="agreed", starts_on=AT.date())
    choose_audience(initiative=agreed, version=version(), by=tom, at=AT)
    people(4)
    plans.launch(initiative=agreed, by=tom, at=LATER)
    failed(Draw.objects.get())

    plans.launch(initiative=agreed, by=tom, at=LATER)
    freshened(LATER)
    ledger.see_through(Draw.objects.get().work_id, clock=lambda: LATER)

    agreed.refresh_from_db()
    assert agreed.status == Initiative.Status.LIVE


def test_a_mail_says_who_what_and_where_and_not_what_was_written(
    lights: Initiative, mei: Person, settings: Settings
) -> None:
    settings.PUBLIC_ADDRESS = "https://hymns.example"
    talk.comment(initiative=lights, text="Maria Holt rang.", by=mei, at=AT)

    assert send_all() == ["done"]

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([lights.owner.email], "Mei Tan commented on “Lights”")
    assert f"https://hymns.example/initiatives/{lights.pk}/#history" in str(sent.body)
    assert "Stop following it there" in str(sent.body)
    assert "Maria" not in str(sent.body)
    assert sent.extra_headers["Message-ID"].endswith("@hymns.example>")


def test_a_mail_is_sent_once(lights: Initiative, mei: Person) -> None:
    talk.comment(initiative=lights, text="Hm.", by=mei, at=AT)
    (mail_id,) = Mail.objects.values_list("pk", flat=True)
    again = ledger.give(kind="mail", arguments={"mail_id": mail_id}, at=AT)

    assert send_all() == ["done", "done"]
    assert len(mail.outbox) == 1
    assert Work.objects.get(pk=again).outcome == {"sent": False}


def test_a_mail_waits_for_its_server_however_long(
    lights: Initiative, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.comment(initiative=lights, text="Hm.", by=mei, at=AT)

    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", _raiser(ConnectionRefusedError()))
        for minute in range(9):
            assert send_all(LATER + timedelta(minutes=minute)) == ["running"]
    assert send_all(LATER + timedelta(days=1)) == ["done"]

    assert len(mail.outbox) == 1


def test_an_address_that_is_refused_is_not_tried_again(
    lights: Initiative, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = SMTPRecipientsRefused({"tom@example.org": (550, b"No such user")})
    monkeypatch.setattr(EmailMessage, "send", _raiser(refusal))
    talk.comment(initiative=lights, text="Hm.", by=mei, at=AT)

    assert send_all() == ["failed"]
    assert Work.objects.get(kind="mail").error == "The mail server takes no mail for Tom Reyes."


def test_who_left_gets_no_mail(lights: Initiative, mei: Person, tom: Person) -> None:
    talk.comment(initiative=lights, text="Hm.", by=mei, at=AT)
    Person.objects.filter(pk=tom.pk).update(is_active=False)

    assert send_all() == ["done"]
    assert mail.outbox == []


def test_the_page_of_notices(client: Client, lights: Initiative, mei: Person, tom: Person) -> None:
    talk.comment(initiative=lights, text="41 calls.", by=mei, at=timezone.now())
    client.force_login(tom)

    assert "1 notice is unread." in page_text(client, reverse("notices"))
    client.post(reverse("notices"))

    assert "You have read everything." in page_text(client, reverse("notices"))
    assert not Notice.objects.filter(read_at=None).exists()


def test_who_was_told_nothing_reads_why(client: Client, mei: Person) -> None:
    client.force_login(mei)

    assert "You are told when somebody mentions you" in page_text(client, reverse("notices"))


def test_following_from_the_page(client: Client, lights: Initiative, mei: Person) -> None:
    client.force_login(mei)
    address = reverse("initiative_follow", args=[lights.pk])

    client.post(address, {"is_on": "1"})
    assert follows(lights, mei)
    client.post(address)

    assert Follow.objects.get().is_on is False


def test_changing_a_comment_on_the_page(client: Client, lights: Initiative, mei: Person) -> None:
    comment = talk.comment(initiative=lights, text="41 calls.", by=mei, at=AT)
    client.force_login(mei)
    address = reverse("comment_change", args=[comment.pk])

    assert client.post(address, {"text": "42 calls."}).status_code == 302
    page = page_text(client, reverse("initiative", args=[lights.pk]))
    assert "42 calls. Earlier wording 41 calls." in page

    client.post(address, {"text": " "})
    assert "Write it anew" in page_text(client, reverse("initiative", args=[lights.pk]))


def test_whom_one_may_mention(client: Client, mei: Person, tom: Person) -> None:
    client.force_login(mei)

    page = client.get(reverse("people")).content.decode()

    assert re.findall(r'value="(.*?)"', page) == ["Mei Tan", tom.name]


def page_text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return words(response)


def _raiser(error: Exception) -> object:
    def fail(*_args: object, **_named: object) -> None:
        raise error

    return fail
