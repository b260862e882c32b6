"""Abuse reports, brought in as the spam reports and opt-outs that they are."""

import hashlib
from datetime import datetime

from customers.actions.live_events import Accepted, live_transaction, refuse
from customers.actions.tellings import accept_tellings
from customers.actions.unsubscribing import Link, UnknownLinkError, link_of
from customers.intake.feedback import Report, read
from customers.intake.platforms import MARKETING, Telling
from customers.intake.values import RefusedError, not_before_1900
from customers.models import Record, Source

KINDS = ("spam_report", "opt_out")
"""Nobody else will tell of it, so a report is both."""


def accept_report(*, source: Source, sent: bytes, received_at: datetime) -> Accepted:
    """Bring one abuse report in; the same one again changes nothing. Commits before returning.

    The person is whose link to unsubscribe was in the message, else whoever the report names as
    its recipient. Raises RefusedError, having counted it, for what is no such report, and
    OperationalError as `accept_messages` does.
    """
    try:
        with live_transaction():
            tellings = _tellings(read(sent), hashlib.sha256(sent).hexdigest(), received_at)
            return accept_tellings(source=source, tellings=tellings, received_at=received_at)
    except RefusedError as reason:
        refuse(source=source, reason=str(reason), at=received_at)
        raise


def _tellings(report: Report, fingerprint: str, received_at: datetime) -> list[Telling]:
    at = not_before_1900(min(report.at or received_at, received_at))
    about = report.about or fingerprint
    if link := _link(report.tokens):
        people = [(link, "")]
    else:
        people = [(Link(0, "email", MARKETING), address) for address in report.recipients]
    if not people:
        raise RefusedError("Its link to unsubscribe is none of ours, and it names no recipient.")
    return [
        Telling(
            kind,
            link.channel,
            address,
            at,
            "feedback",
            (about, kind, str(link.record_id), address.lower()),
            initiative=link.initiative,
            purpose=link.purpose,
            record_id=link.record_id or None,
        )
        for link, address in people
        for kind in KINDS
    ]


def _link(tokens: list[str]) -> Link | None:
    """Return the first link that was made here for somebody who is still known."""
    for token in tokens:
        try:
            link = link_of(token)
        except UnknownLinkError:
            continue
        if Record.objects.filter(pk=link.record_id).exists():
            return link
    return None
