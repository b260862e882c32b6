"""Abuse reports in ARF, RFC 5965: who complained of which message. Plain, and it reads no clock."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from mailbox import mbox
from pathlib import Path
from typing import NamedTuple

from customers.intake.values import RefusedError, text

LARGEST_REPORT = 1024**2
TOO_LARGE = "The report is larger than 1 MB."
_LINK = re.compile(r"/unsubscribe/([\w:=-]+)/?>")
_MOST_PEOPLE = 20


class Report(NamedTuple):
    """A complaint about a message that we, or somebody for us, sent.

    `tokens` are of the links to unsubscribe that the message carried, `recipients` whom it was
    for, as far as the report tells. `at` is when the report was written. `about` is the
    message's own Message-ID, "" where it has none.
    """

    tokens: list[str]
    recipients: list[str]
    at: datetime | None
    about: str


def read(sent: bytes) -> Report:
    """Return what a report says. Raises RefusedError, with one sentence, for anything else.

    Only the type "abuse" is a complaint: "not-spam" says the opposite, and the others speak of
    viruses, fraud and authentication.
    """
    if len(sent) > LARGEST_REPORT:
        raise RefusedError(TOO_LARGE)
    whole = message_from_bytes(sent)
    fields = _part(whole, "message/feedback-report")
    if whole.get_content_type() != "multipart/report" or fields is None:
        raise RefusedError("It is no feedback report as RFC 5965 has them.")
    if _first(fields, "Feedback-Type").lower() != "abuse":
        raise RefusedError("Its Feedback-Type is another than abuse.")
    original = _part(whole, "message/rfc822") or _part(whole, "text/rfc822-headers")
    if original is None:
        raise RefusedError("The message that it is about is missing.")
    links = re.sub(r"\s", "", _first(original, "List-Unsubscribe"))
    recipients = [
        parseaddr(_plain(one).removeprefix("rfc822;"))[1]
        for one in (fields.get_all("Original-Rcpt-To") or [])[:_MOST_PEOPLE]
    ]
    found = Report(
        tokens=_LINK.findall(links),
        recipients=[one for one in recipients if "@" in one],
        at=_moment(_first(whole, "Date")) or _moment(_first(fields, "Arrival-Date")),
        about=_first(original, "Message-ID"),
    )
    if not (found.tokens or found.recipients):
        raise RefusedError("It names nobody: neither our link to unsubscribe nor the recipient.")
    return found


def messages(path: Path) -> Iterator[bytes]:
    """Yield the messages of a mailbox in mbox form, or the one of an .eml file.

    Raises OSError.
    """
    with path.open("rb") as file:
        start = file.read(5)
    if start != b"From ":
        with path.open("rb") as file:
            yield file.read(LARGEST_REPORT + 1)
        return
    box = mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as file:
                yield file.read(LARGEST_REPORT + 1)
    finally:
        box.close()


def _part(whole: Message, kind: str) -> Message | None:
    """Return the headers that the first part of a kind consists of or begins with."""
    part = next((one for one in whole.walk() if one.get_content_type() == kind), None)
    if part is None:
        return None
    inner = part.get_payload()
    if isinstance(inner, list):
        return inner[0] if inner and isinstance(inner[0], Message) else None
    decoded = part.get_payload(decode=True)
    return (
        message_from_string(decoded.decode(errors="replace"))
        if isinstance(decoded, bytes)
        else None
    )


def _first(headers: Message, name: str) -> str:
    return _plain(headers.get(name, ""))


def _plain(value: object) -> str:
    """Return a header's text; one that is no ASCII is an object of the library's."""
    return text(" ".join(str(value).split()), 2_000)


def _moment(value: str) -> datetime | None:
    """Return a header's moment, None for one that nobody can read."""
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
