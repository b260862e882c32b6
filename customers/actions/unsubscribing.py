"""Links by which people leave a channel and come back: made, read, and followed."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.core.signing import BadSignature, Signer

from customers.actions.live_events import land, live_transaction
from customers.intake.platforms import MARKETING
from customers.intake.segment import Addressed, EventRow, Taken
from customers.models import Event, Record, Source
from customers.queries.consent import answers_of_record, is_allowed

CHANNELS = ("email", "text")
_SALT = "customers.unsubscribe"
_OPT_OUT = "unsubscribe:"


class UnknownLinkError(Exception):
    """The link was not made here, or its person is no longer known."""


class Link(NamedTuple):
    """Whom a link is for, what it ends, and the initiative whose message carried it."""

    record_id: int
    channel: str
    purpose: str = MARKETING
    initiative: str = ""


def token_of(link: Link) -> str:
    """Return what stands for the link in its address: signed, the same whenever it is made."""
    return _signer().sign_object(list(link))


def link_of(token: str) -> Link:
    """Return what a token stands for. Raises UnknownLinkError for one that was not made here."""
    try:
        return Link(*_signer().unsign_object(token))
    except (BadSignature, TypeError, ValueError):
        raise UnknownLinkError from None


def has_left(link: Link) -> bool:
    """Say whether the person left by such a link and is still out. Three queries.

    Raises UnknownLinkError.
    """
    if not Record.objects.filter(pk=link.record_id).exists():
        raise UnknownLinkError
    return _says_no(link) and _has_opted_out(link)


def leave(*, link: Link, at: datetime) -> None:
    """Opt the person out; who has left already stays out, and nothing is counted twice.

    Raises UnknownLinkError.
    """
    _answer(link, is_yes=False, at=at)


def come_back(*, link: Link, at: datetime) -> bool:
    """Restore what held before the person left by such a link; return whether they are contacted.

    Only a yes is restored, and only where nothing was answered after they left.
    Raises UnknownLinkError.
    """
    return _answer(link, is_yes=True, at=at)


def links_of(source: Source, *, channel: str, initiative: str) -> Iterator[tuple[str, str]]:
    """Yield everybody's external id with their token, in the order of the ids."""
    found = Record.objects.filter(source=source).order_by("external_id")
    for pk, external_id in found.values_list("pk", "external_id").iterator(chunk_size=10_000):
        yield external_id, token_of(Link(pk, channel, initiative=initiative))


def _answer(link: Link, *, is_yes: bool, at: datetime) -> bool:
    """Land the answer where it changes anything; return whether the person is contacted then."""
    with live_transaction() as cursor:
        locked = Record.objects.select_for_update(of=("self",), no_key=True).select_related(
            "source"
        )
        record = locked.filter(pk=link.record_id).first()
        if record is None:
            raise UnknownLinkError
        is_new = _is_undoable(link) if is_yes else not (_says_no(link) and _has_opted_out(link))
        if is_new:
            event = EventRow(
                "consent_change" if is_yes else "opt_out",
                f"{'resubscribe:' if is_yes else _OPT_OUT}{_name(link)}:{at.isoformat()}",
                None,
                at,
                channel=link.channel,
                initiative=link.initiative,
            )
            addressed = Addressed((record.pk,), {(link.channel, link.purpose): is_yes})
            land(
                cursor,
                source=record.source,
                taken=[Taken([event], addressed=addressed)],
                refused=[],
                received_at=at,
            )
        return is_allowed(record.certain_id, link.channel, link.purpose)


def _says_no(link: Link) -> bool:
    latest = answers_of_record(link.record_id, link.channel, link.purpose).first()
    return latest is not None and not latest.is_allowed


def _is_undoable(link: Link) -> bool:
    """Say whether the latest answer is the no by such a link, and the one before it a yes."""
    own = f"Event {_OPT_OUT}{_name(link)}:"
    match list(answers_of_record(link.record_id, link.channel, link.purpose)[:2]):
        case [left, before]:
            return not left.is_allowed and left.evidence.startswith(own) and before.is_allowed
        case _:
            return False


def _has_opted_out(link: Link) -> bool:
    left = Event.objects.filter(record=link.record_id, kind="opt_out")
    return left.filter(event_id__startswith=f"{_OPT_OUT}{_name(link)}:").exists()


def _name(link: Link) -> str:
    return f"{link.record_id}:{link.channel}:{link.purpose}"


def _signer() -> Signer:
    return Signer(salt=_SALT)
