"""Abuse reports as RFC 5965 has them, and what is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from customers.intake.feedback import LARGEST_REPORT, Report, messages, read
from customers.intake.values import RefusedError
from tests.reports import MESSAGE_ID, report

LINK = "https://example.org/unsubscribe/WzEsImVtYWlsIl0:c2ln-_/"


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_the_link_and_the_recipient_of_the_message(original: str) -> None:
    assert read(report(LINK, "ada@example.org", original=original)) == Report(
        tokens=["WzEsImVtYWlsIl0:c2ln-_"],
        recipients=["ada@example.org"],
        at=datetime(2026, 11, 21, 17, 40, 36, tzinfo=UTC),
        about=MESSAGE_ID,
    )


def test_lines_may_end_as_in_mail() -> None:
    sent = report(LINK, original="text/rfc822-headers")

    assert read(sent.replace(b"\n", b"\r\n")) == read(sent)


def test_a_folded_link_is_whole() -> None:
    folded = report(LINK).replace(b"/unsubscribe/W", b"/unsubscribe/\n W")

    assert read(folded).tokens == read(report(LINK)).tokens


def test_a_report_without_a_date_is_of_the_day_that_the_message_came() -> None:
    for date in ("", "yesterday", "Mon, 99 Foo 2026"):
        found = read(report(LINK, date=date))
        assert found.at == datetime(2005, 3, 8, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"", "no feedback report"),
        (b"\0\xff\n\n--", "no feedback report"),
        (b"Subject: Hello\n\nBuy now", "no feedback report"),
        (report(LINK).replace(b"multipart/report", b"multipart/mixed"), "no feedback report"),
        (report(LINK).replace(b"message/feedback", b"message/other"), "no feedback report"),
        (report(LINK, kind="not-spam"), "another than abuse"),
        (report(LINK, kind=""), "another than abuse"),
        (report(LINK, original="image/gif"), "is missing"),
        (report(), "names nobody"),
        (report("https://example.org/leave/1"), "names nobody"),
        (report(recipient="redacted"), "names nobody"),
        (b"x" * (LARGEST_REPORT + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_report_is_refused_in_one_sentence(sent: bytes, sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence) as refused:
        read(sent)

    assert str(refused.value).count(".") == 1


def test_no_cut_report_breaks_the_reader() -> None:
    whole = report(LINK, "ada@example.org")
    for end in range(0, len(whole), 7):
        try:
            read(whole[:end])
        except RefusedError:
            continue


def test_a_mailbox_is_its_messages(tmp_path: Path) -> None:
    one, box = tmp_path / "one.eml", tmp_path / "box"
    one.write_bytes(report(LINK))
    box.write_bytes(
        b"".join(b"From daemon Sat Nov 21 17:40:36 2026\n" + report(LINK) + b"\n" for _ in range(3))
    )

    assert list(messages(one)) == [report(LINK)]
    assert [read(sent) for sent in messages(box)] == [read(report(LINK))] * 3
