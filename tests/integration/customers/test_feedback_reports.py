"""Abuse reports by HTTP and out of a mailbox."""

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.actions import live_events
from customers.actions.feedback import accept_report
from customers.actions.tellings import accept_tellings
from customers.actions.unsubscribing import Link, token_of
from customers.intake.platforms import Telling
from customers.models import Event, Record, Refusal
from tests.factories.customers import RecordFactory, SourceFactory, allows, answer
from tests.reports import report
from tests.sender import Sender, basic

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> Sender:
    return Sender(SourceFactory.create(key="mail"))


@pytest.fixture
def ada(mail: Sender) -> Record:
    record = RecordFactory.create(source=mail.source)
    answer(record, is_allowed=True, at=datetime(2026, 1, 5, tzinfo=UTC))
    return record


def post(mail: Sender, sent: bytes, **headers: str) -> Any:
    return mail.post("feedback/mail/", sent, content_type="message/rfc822", **headers)


def link(record: Record) -> str:
    return f"https://example.org/unsubscribe/{token_of(Link(record.pk, 'email', initiative='a'))}/"


def test_a_report_is_a_spam_report_and_an_opt_out_once(mail: Sender, ada: Record) -> None:
    again = report(link(ada), date="Sun, 22 Nov 2026 09:00:00 +0000")

    for sent in (report(link(ada)), report(link(ada)), again):
        answer = post(mail, sent)
        assert (answer.status_code, answer.json()) == (200, {"success": True})

    events = Event.objects.order_by("kind")
    assert [(one.kind, one.channel, one.initiative, one.record) for one in events] == [
        ("opt_out", "email", "a", ada),
        ("spam_report", "email", "a", ada),
    ]
    assert allows(ada) is False


def test_without_our_link_the_recipient_is_found_by_their_address(mail: Sender) -> None:
    mail.batch({"type": "identify", "userId": "ada", "traits": {"email": "ada@example.org"}})

    post(mail, report("https://example.org/unsubscribe/forged:x/", "Ada@example.org"))
    post(mail, report(recipient="stranger@example.org"))

    assert Event.objects.filter(record__external_id="ada").count() == 2
    assert Event.objects.exclude(record__external_id="ada").count() == 2
    for record in Record.objects.all():
        assert allows(record) is False
        assert "@" not in record.external_id


def test_messages_without_an_id_are_told_apart_by_their_reports(mail: Sender, ada: Record) -> None:
    for date in ("Fri, 20 Nov 2026 09:00:00 +0000", "Sat, 21 Nov 2026 09:00:00 +0000"):
        for _ in range(2):
            post(mail, report(link(ada), message_id="", date=date))

    assert Event.objects.count() == 4


def test_a_report_from_the_future_is_of_now(mail: Sender, ada: Record) -> None:
    post(mail, report(link(ada), date="Sun, 22 Nov 2099 09:00:00 +0000"))

    assert all(one.at <= timezone.now() for one in Event.objects.all())
    assert Event.objects.count() == 2


def test_what_is_no_report_is_refused_in_one_sentence_and_counted(mail: Sender) -> None:
    forged = "https://example.org/unsubscribe/forged:x/"
    answers = [post(mail, sent) for sent in (b"x", b"x", report(forged))]

    assert [answer.status_code for answer in answers] == [400] * 3
    assert answers[2].json() == {
        "code": "report",
        "message": "Its link to unsubscribe is none of ours, and it names no recipient.",
    }
    counted = Refusal.objects.values_list("message_count", flat=True)
    assert sorted(counted) == [1, 2]


@pytest.mark.parametrize("authorization", ["", basic("unknown"), "other"])
def test_only_the_sources_own_key_opens(mail: Sender, authorization: str) -> None:
    if authorization == "other":
        authorization = basic(Sender(SourceFactory.create(key="shop")).key)

    assert post(mail, report(), Authorization=authorization).status_code == 401
    assert not Refusal.objects.exists()


def test_a_report_may_be_packed_and_is_bounded(mail: Sender, ada: Record) -> None:
    packed = {"Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * 2 * 1024**2)

    assert post(mail, gzip.compress(report(link(ada))), **packed).status_code == 200
    assert post(mail, bomb, **packed).status_code == 413
    assert post(mail, b" " * (1024**2 + 1)).status_code == 413
    assert post(mail, b"x", **packed).status_code == 400
    assert mail.client.get("/v1/feedback/mail/").status_code == 405


def test_a_database_that_is_away_is_asked_for_again(
    mail: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_what: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("customers.api.feedback.accept_report", away)

    assert post(mail, report()).status_code == 503


def bring(*arguments: str) -> tuple[str, str, int]:
    out, said, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("feedback", *arguments, stdout=out, stderr=said)
    except SystemExit as end:
        code = int(str(end.code))
    return out.getvalue().strip(), said.getvalue().strip(), code


def test_a_mailbox_is_brought_in(mail: Sender, ada: Record, tmp_path: Path) -> None:
    box = tmp_path / "box"
    sent = [report(link(ada)), b"Subject: Lunch?\n\nAt one.\n", report(link(ada))]
    box.write_bytes(
        b"".join(b"From daemon Sat Nov 21 17:40:36 2026\n" + one + b"\n" for one in sent)
    )

    out, said, code = bring(mail.source.key, str(box))

    assert out == "One new report, one known, one refused."
    assert said == "Message 2: It is no feedback report as RFC 5965 has them."
    assert code == 3
    assert Event.objects.count() == 2


def test_a_report_comes_by_standard_input(
    mail: Sender, ada: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report(link(ada)))))

    assert bring(mail.source.key, "-") == ("One new report, none known.", "", 0)


def test_a_mailbox_that_is_not_there(mail: Sender) -> None:
    with pytest.raises(CommandError, match=r"nowhere cannot be read: No such file") as refused:
        bring(mail.source.key, "nowhere")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="There is no source “post”; the sources are: mail"):
        bring("post", "nowhere")


def test_nobody_is_looked_up_while_somebody_is_forgotten(
    mail: Sender, ada: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_events, "LOCK_SECONDS", 0.05)
    telling = Telling("open", "email", "a@example.org", timezone.now(), "mail", ("1",))
    said: dict[str, Any] = {"source": mail.source, "received_at": timezone.now()}
    eraser = connection.copy()
    with eraser.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [live_events.ERASING_LOCK])

    with CaptureQueriesContext(connection) as queries:
        with pytest.raises(OperationalError):
            accept_report(sent=report(link(ada)), **said)
        with pytest.raises(OperationalError):
            accept_tellings(tellings=[telling], **said)

    with eraser.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [live_events.ERASING_LOCK])
    eraser.close()
    assert not any("customers_" in query["sql"] for query in queries)
